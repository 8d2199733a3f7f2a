// The bare service: `node echo.ts` starts fastify with one handler that parses a body and sends it back, and nothing
// else. It says its URL on the first line of stdout.
import { fastify } from 'fastify';

const app = fastify();
app.addContentTypeParser('application/scim+json', { parseAs: 'string' }, (_request, body, done) => {
  done(null, JSON.parse(body as string));
});
app.post('/scim/v2/Users', (request, reply) => {
  void reply.code(201).type('application/scim+json').send(request.body);
});
const origin = await app.listen({ host: '127.0.0.1', port: 0 });
process.stdout.write(`${JSON.stringify({ url: `${origin}/scim/v2` })}\n`);
