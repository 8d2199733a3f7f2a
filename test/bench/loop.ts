// The bare loop: `node loop.ts URL BODIES CONCURRENCY` posts each line of a file, so many at the same time, and nothing
// else. The connections and headers are those of Rollcall's client.
import { Agent } from 'node:http';
import { readFileSync } from 'node:fs';
import got from 'got';

const [, , url = '', file = '', concurrency = ''] = process.argv;
const bodies = readFileSync(file, 'utf8').trimEnd().split('\n');
const sockets = Number(concurrency);
const agent = new Agent({ keepAlive: true, maxSockets: sockets, maxFreeSockets: sockets, timeout: 4000 });
const client = got.extend({
  agent: { http: agent },
  retry: { limit: 0 },
  followRedirect: false,
  throwHttpErrors: false,
  headers: {
    accept: 'application/scim+json, application/json',
    'user-agent': 'rollcall/bench',
    'content-type': 'application/scim+json',
    authorization: `Bearer ${process.env['BENCH_TOKEN']}`,
  },
});

let next = 0;
async function post(): Promise<void> {
  for (let body = bodies[next++]; body !== undefined; body = bodies[next++]) {
    const { statusCode } = await client.post(url, { body });
    if (statusCode !== 201) throw new Error(`the mock answered ${statusCode} to ${body}`);
  }
}

const started = performance.now();
const before = process.cpuUsage();
await Promise.all(Array.from({ length: sockets }, post));
const { user, system } = process.cpuUsage(before);
const seconds = (performance.now() - started) / 1000;
agent.destroy();
process.stdout.write(JSON.stringify({ seconds, cpuSeconds: (user + system) / 1e6 }));
