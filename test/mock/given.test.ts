import { describe, expect, test } from 'vitest';
import { readKey, readOrganisation } from '../../src/mock/index.ts';
import { RollcallError } from '../../src/model/index.ts';
import { temporaryFolder } from '../support/folder.ts';
import { start } from '../support/rollcall.ts';

describe('an organisation', () => {
  test.each([
    ['acme', { name: 'acme' }],
    ['acme,scim=off,limit=25', { name: 'acme', scim: false, limit: 25 }],
    ['scim=on, name=a b', { name: 'a b', scim: true }],
    [
      { name: 'acme', scim: true, limit: 0 },
      { name: 'acme', scim: true, limit: 0 },
    ],
    [
      { name: 'acme', limit: null },
      { name: 'acme', limit: null },
    ],
  ])('%j', (given, read) => expect(readOrganisation(given)).toEqual(read));

  test.each([
    '',
    'scim=off',
    'acme,scim=perhaps',
    'acme,limit=many',
    'acme,members=3',
    'acme,size=3',
    'acme,name=b',
    null,
  ])('%j is a sentence', (given) => expect(() => readOrganisation(given)).toThrow(RollcallError));
});

describe('a key', () => {
  test.each([
    ['abc', { token: 'abc' }],
    ['token=a=b==,permissions=none', { token: 'a=b==', permissions: [] }],
    [
      'abc,permissions=scim+read,organisation=acme,expires=60,name=Okta',
      { token: 'abc', permissions: ['scim', 'read'], organisation: 'acme', expires: 60, name: 'Okta' },
    ],
    [{}, {}],
  ])('%j', (given, read) => expect(readKey(given)).toEqual(read));

  test.each(['abc,expires=soon', 'abc,scope=x', { token: '' }, { permissions: 'scim' }, { name: 7 }, [], 7])(
    '%j is a sentence',
    (given) => expect(() => readKey(given)).toThrow(RollcallError),
  );
});

describe.concurrent('the command line', { timeout: 60_000 }, () => {
  test.for([
    [['--organisation', 'a', '--organisation', 'a'], 'two organisations called "a"'],
    [['--key', 'permissions=scim'], '--key needs a token'],
    [['--key', 'k,organisation=b'], '"b", which there is not'],
    [['--smtp', 'mail.example.com'], 'smtp://HOST:PORT'],
  ] as const)('%j is an error in a sentence', async ([args, message], context) => {
    const place = { cwd: temporaryFolder(context), env: {} };
    const { code, stderr } = await start(context, ['mock', '--port', '0', ...args], place).ended;
    expect(code).toBe(1);
    expect(stderr).toContain(message);
    expect(stderr).not.toMatch(/\n\s+at /);
  });

  test('its help tells a newcomer of the door, organisations, keys, e-mails and faults', async (context) => {
    const place = { cwd: temporaryFolder(context), env: {} };
    const { code, stdout } = await start(context, ['mock', '--help'], place).ended;
    expect(code).toBe(0);
    for (const word of ['/_mock/mailbox', '/_mock/keys', '--organisation', '--key', '--smtp', 'fault'])
      expect(stdout).toContain(word);
    for (const line of stdout.split('\n')) expect(line.length).toBeLessThan(81 + 16);
  });
});
