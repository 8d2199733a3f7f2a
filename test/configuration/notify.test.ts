import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { notifySchema } from '../../src/configuration/notify-schema.ts';
import { sourceSchema } from '../../src/configuration/source-schema.ts';
import { targetSchema } from '../../src/configuration/target-schema.ts';
import { configurationText, load, problemsOf, shown } from './support.ts';

const withNotify = (...entries: readonly string[]): string =>
  configurationText({ rest: `notify:\n${entries.map((entry) => `  - ${entry}`).join('\n')}` });

test('who is told, and how', async () => {
  const { notify, warnings } = await load(
    withNotify(
      '{ kind: webhook, url: "https://hooks.example/x", secret: { command: print-it } }',
      '{ kind: command, command: [/usr/bin/tell, "a b", ""], env: [TOKEN], on: [held], repeat: 6h, people: true }',
      '{ kind: email, server: "smtp://[::1]", from: a@x.example, to: b@x.example, timeout: 30 }',
      '{ kind: email, server: "smtp://mail.example", from: a@x.example, to: [b@x.example, c@x.example], username: u, password: { command: print-it } }',
      '{ kind: email, server: "smtps://mail.example", from: a@x.example, to: b@x.example }',
    ),
  );
  expect(warnings.filter(({ locus }) => locus?.path?.startsWith('notify'))).toEqual([]);
  expect(notify).toMatchObject([
    {
      name: 'webhook 1',
      url: 'https://hooks.example/x',
      secret: { kind: 'command' },
      on: ['failed', 'held', 'leavers', 'recovered'],
      repeatSeconds: 86_400,
      timeoutSeconds: 10,
      people: false,
    },
    {
      command: ['/usr/bin/tell', 'a b', ''],
      env: ['TOKEN'],
      on: ['held'],
      repeatSeconds: 21_600,
      people: true,
    },
    { server: { host: '::1', port: 587, tls: 'none' }, to: ['b@x.example'], timeoutSeconds: 30 },
    { server: { host: 'mail.example', port: 587, tls: 'required' }, login: { username: 'u' } },
    { server: { host: 'mail.example', port: 465, tls: 'implicit' } },
  ]);
  expect(new Set(notify!.map(({ id }) => id)).size).toBe(5);
});

test('the address of a webhook may be a secret, and what was told is remembered by where it goes alone', async () => {
  const entry = '{ kind: webhook, url: { command: print-it }, repeat: 1h }';
  const [before] = (await load(withNotify(entry))).notify!;
  const [after] = (await load(withNotify(entry.replace('1h', '2h')))).notify!;
  expect(before).toMatchObject({ url: { kind: 'command', command: 'print-it' } });
  expect(after!.id).toBe(before!.id);
});

test.each([
  ['{ kind: webhook, url: "http://hooks.example/s3cret" }', 'begins with https://'],
  ['{ kind: webhook, url: "https://me:s3cret@hooks.example/" }', 'holds no credential'],
  ['{ kind: webhook, url: s3cret }', 'this is no URL'],
  ['{ kind: webhook, url: { env: NOWHERE } }', 'the environment variable NOWHERE is not set'],
  ['{ kind: command, command: rm -rf }', 'command has to be a list'],
  ['{ kind: command, command: [] }', 'command has to be at least 1'],
  ['{ kind: command, command: [""] }', 'the program has no name'],
  ['{ kind: email, server: mail.example, from: a@x, to: b@x }', 'no address of a mail server'],
  ['{ kind: email, server: "smtp://u:s3cret@mail.example", from: a@x, to: b@x }', 'holds no credential'],
  ['{ kind: email, server: "smtps://mail.example/x", from: a@x, to: b@x }', 'ends with its port'],
  [
    '{ kind: email, server: "smtps://mail.example", from: "a@x\\r\\nBcc: c@x", to: b@x }',
    'one e-mail address',
  ],
  ['{ kind: email, server: "smtps://mail.example", from: a@x, to: [b@x, "c@x, d@x"] }', 'one e-mail address'],
  ['{ kind: email, server: "smtps://mail.example", from: a@x, to: b@x, username: u }', 'or neither'],
  ['{ kind: pigeon }', 'kind has to be webhook, command or email'],
  ['{ kind: command, command: [x], timeout: 2m }', 'longer than 60 seconds'],
  ['{ kind: command, command: [x], on: [weather] }', 'has to be failed, held, leavers or recovered'],
])('%s is refused', async (entry, words) => {
  const problems = await problemsOf(withNotify(entry));
  const text = problems.map(shown).join('\n');
  expect(text).toContain('notify[0]');
  expect(text).toContain(words);
  expect(text).not.toContain('s3cret');
});

test('the same is not told twice', async () => {
  const entry = '{ kind: command, command: [x] }';
  expect((await problemsOf(withNotify(entry, entry))).map(shown).join()).toContain('told twice');
});

test('what the page on running shows can be written so', () => {
  const page = readFileSync(new URL('../../docs/running.md', import.meta.url), 'utf8');
  const blocks = [...page.matchAll(/^```yaml\n([^]*?)^```/gm)].map(([, text]) => parse(text!) as object);
  expect(blocks).toHaveLength(2);
  const [schedules, told] = blocks as [Record<string, never>, Record<string, never>];
  expect(notifySchema.safeParse(told['notify']).error).toBeUndefined();
  expect(sourceSchema.safeParse(schedules['source']).error).toBeUndefined();
  const target = {
    connector: 'cosmo',
    baseUrl: 'https://a.example',
    ...(schedules['targets']!['cosmo'] as object),
  };
  expect(targetSchema.safeParse(target).error).toBeUndefined();
});
