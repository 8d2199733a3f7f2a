import fc from 'fast-check';
import { expect, test } from 'vitest';
import { cosmoProfile } from '../../connectors/targets/cosmo/profile.ts';
import { openTarget } from '../../src/scim/client.ts';
import { encode } from '../../src/scim/encode.ts';
import { cleaner, secretsInBody, secretsInHeaders } from '../../src/scim/sentence.ts';
import { TOKEN, giving, open, play, scimError } from './server.ts';
import type { Handler } from './server.ts';

const PASSWORD = 'pässw"ord\n7!';
const shapes = [
  TOKEN,
  PASSWORD,
  JSON.stringify(PASSWORD).slice(1, -1),
  encodeURIComponent(PASSWORD),
  'ssw"ord',
];

/** Whatever it was sent, a server that repeats it: whole, in lower case, in pieces with control characters, in a URL. */
const echoes: readonly (readonly [string, Handler])[] = [
  [
    'in the detail',
    (request, response) => response.writeHead(400).end(JSON.stringify(scimError(400, said(request)))),
  ],
  [
    'in lower case',
    (request, response) =>
      response.writeHead(400).end(JSON.stringify(scimError(400, said(request).toLowerCase()))),
  ],
  [
    'in the scimType',
    (request, response) => response.writeHead(400).end(JSON.stringify(scimError(400, 'no', said(request)))),
  ],
  ['as text', (request, response) => response.writeHead(500).end(said(request))],
  [
    'in the title of a page',
    (request, response) => response.writeHead(200).end(`<title>${said(request)}</title>`),
  ],
  [
    'beyond the bound of a message',
    (request, response) => response.writeHead(400).end('x'.repeat(280) + said(request)),
  ],
  [
    'with control characters inside',
    (request, response) =>
      response.writeHead(400).end(JSON.stringify(scimError(400, said(request).split('').join('\u0000')))),
  ],
  [
    'in a redirection',
    (_, response) => response.writeHead(302, { location: `https://elsewhere.invalid/?t=${TOKEN}` }).end(),
  ],
  [
    'in a path to elsewhere',
    (_, response) =>
      response.writeHead(302, { location: `https://${TOKEN}@elsewhere.invalid/${TOKEN}` }).end(),
  ],
  [
    'in the account',
    ({ body }, response) =>
      response
        .writeHead(200)
        .end(body === '' ? '{}' : JSON.stringify({ id: '1', password: PASSWORD, Password: PASSWORD })),
  ],
  ['as text with a good status', (request, response) => response.writeHead(200).end(said(request))],
];

function said({ headers, body }: Parameters<Handler>[0]): string {
  const { password } = body === '' ? { password: '' } : (JSON.parse(body) as { password?: string });
  return `${headers.authorization ?? ''} ${password ?? ''} ${encodeURIComponent(password ?? '')} ${body}`;
}

test.each(echoes)(
  'a secret that a server repeats %s is in no message, log line or count',
  async (_, handler) => {
    const server = await play(handler);
    const seen: unknown[] = [];
    const log = { debug: (details: object, message: string): void => void seen.push(details, message) };
    const target = open(server.baseUrl, { profile: cosmoProfile, log });
    const after = { userName: 'ada', emails: [], active: true };
    const create = encode({ kind: 'create', after, changes: [] }, cosmoProfile, { password: PASSWORD })!;
    const change = encode({ kind: 'update', after, changes: [] }, cosmoProfile, {
      remoteId: '1',
      password: PASSWORD,
    })!;
    for (const request of [create, change]) seen.push(await target.send(request));
    for (const read of [
      () => target.read('1'),
      () => target.find('userName', 'ada'),
      () => target.list().next(),
      () => target.probe(),
    ])
      seen.push(await read().catch((error: unknown) => error));
    seen.push(target.exchanges);
    const text = seen
      .map((one) => (one instanceof Error ? `${one.stack} ${JSON.stringify(one)}` : JSON.stringify(one)))
      .join('\n');
    expect(text).toMatch(/app (answered|redirects)|"kind":"done"/);
    for (const shape of shapes) expect(text.toLowerCase()).not.toContain(shape.toLowerCase());
  },
);

test('an error of the network carries nothing of the request', async () => {
  const server = await play((_, response) => void response.socket?.destroy());
  const error = await open(server.baseUrl)
    .read('1')
    .catch((thrown: unknown) => thrown);
  const inside = Object.getOwnPropertyNames(error).map((name) =>
    JSON.stringify((error as Record<string, unknown>)[name]),
  );
  expect(inside.join()).not.toContain(TOKEN);
  expect((error as Error).cause).toBeUndefined();
});

test('no text that holds a secret comes through, whatever stands around it', () => {
  fc.assert(
    fc.property(
      fc.string({ minLength: 4, unit: 'grapheme' }),
      fc.string({ unit: 'binary' }),
      fc.string(),
      (secret, before, after) => {
        fc.pre(
          !'[secret]…'.includes(secret) &&
            secret.trim() === secret &&
            !/[\p{Cc}\p{Cf}\p{Co}\p{Cs}]|\s{2}/u.test(secret),
        );
        const shown = cleaner([secret])(before + secret + after);
        expect(shown).not.toContain(secret);
        expect(shown.length).toBeLessThanOrEqual(300);
        expect(shown).not.toMatch(/[\p{Cc}\p{Cs}]/u);
      },
    ),
  );
});

test('the password of a basic credential is a secret, and its packed form too', () => {
  const authorization = `Basic ${Buffer.from('bob:hush hush').toString('base64')}`;
  const clean = cleaner(secretsInHeaders({ authorization }));
  expect(clean(`no ${authorization} for bob with hush hush`)).toBe('no [secret] for bob with [secret]');
});

test('passwords are found wherever a body holds them', () => {
  const body = {
    password: 'one',
    Operations: [
      { op: 'replace', path: 'password', value: 'two' },
      { op: 'replace', value: { Password: 'three' } },
      { op: 'replace', path: 'urn:ietf:params:scim:schemas:core:2.0:User:password', value: 'four' },
      { op: 'replace', path: 'title', value: 'none' },
    ],
  };
  expect(secretsInBody(body)).toEqual(['one', 'two', 'three', 'four']);
});

test.each([
  ['ftp://x/scim', 'not an http or https address'],
  ['nowhere', 'not an http or https address'],
  [`https://user:${TOKEN}@x/scim`, 'holds a user name or password'],
  [`https://x/scim?token=${TOKEN}`, 'cannot go on with a path'],
])('a base URL that cannot be one is refused, and a secret in it is not repeated: %s', (baseUrl, reason) => {
  const options = {
    name: 'app',
    baseUrl,
    profile: cosmoProfile,
    authorisation: giving(() => ({})),
    timeoutSeconds: 1,
    userAgent: 'x',
  };
  const message = ((): string => {
    try {
      openTarget(options);
      return '';
    } catch (error) {
      return String(error);
    }
  })();
  expect(message).toContain(reason);
  expect(message).not.toContain(TOKEN);
});
