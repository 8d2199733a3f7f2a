import { describe, expect, test } from 'vitest';
import { RollcallError } from '../../src/model/index.ts';
import { issueStatic } from '../../src/scim/authorise.ts';
import { giving, json, open, play, scimError } from './server.ts';
import type { SecretReference, StaticAuthentication } from '../../src/model/index.ts';

const reference: SecretReference = { kind: 'env', name: 'TOKEN' };
const gives = (secret: string) => async (): Promise<string> => secret;

async function authorise(
  authentication: StaticAuthentication,
  read: () => Promise<string>,
): Promise<Record<string, string>> {
  const { candidates } = await issueStatic(authentication, { read }, () => 0);
  return candidates[0].headers;
}

describe('the headers of a credential', () => {
  test('bearer, with the line break of a file taken off', async () => {
    expect(await authorise({ kind: 'bearer', token: reference }, gives('abc\n'))).toEqual({
      authorization: 'Bearer abc',
    });
  });

  test('basic, in UTF-8, with a colon and spaces in the password', async () => {
    const headers = await authorise(
      { kind: 'basic', username: 'jürgen', password: reference },
      gives(' a:ß \n'),
    );
    const packed = headers['authorization']?.replace('Basic ', '') ?? '';
    expect(Buffer.from(packed, 'base64').toString('utf8')).toBe('jürgen: a:ß ');
  });

  test('a header of its own, as Okta sends Cosmo’s key', async () => {
    expect(await authorise({ kind: 'header', name: 'X-Api-Key', value: reference }, gives('k'))).toEqual({
      'x-api-key': 'k',
    });
  });

  test('none', async () => {
    expect(await authorise({ kind: 'none' }, gives('x'))).toEqual({});
  });

  test.each([
    ['nothing', ' \n', 'is empty'],
    ['a line break in the middle', 'SECRET\r\nx-evil: 1', 'cannot stand in a header'],
    ['a letter beyond ASCII', 'SECRETß', 'cannot stand in a header'],
    ['a space', 'SECRET x', 'a space'],
    ['the word Bearer', 'Bearer SECRET', 'begins with the word “Bearer”'],
  ])('a token that is %s is refused, and not repeated', async (_, secret, reason) => {
    const error = await authorise({ kind: 'bearer', token: reference }, gives(secret)).catch(
      (thrown: unknown) => thrown,
    );
    expect(error).toBeInstanceOf(RollcallError);
    expect((error as RollcallError).message).toContain(reason);
    expect(JSON.stringify(error) + (error as RollcallError).message).not.toContain('SECRET');
  });

  test('a header that frames the message cannot carry the credential', async () => {
    for (const name of ['Host', 'content-length', 'If-Match', 'a b', '', 'x:y'])
      await expect(authorise({ kind: 'header', name, value: reference }, gives('k'))).rejects.toThrow(
        'cannot be the header',
      );
  });

  test('a user name with a colon is refused: it would end there', async () => {
    await expect(
      authorise({ kind: 'basic', username: 'a:b', password: reference }, gives('k')),
    ).rejects.toThrow('colon');
  });
});

describe('a credential that changes', () => {
  const create = { method: 'POST', path: '/Users', body: {} } as const;
  const accepts = (token: string) =>
    play((request, response) =>
      request.headers.authorization === `Bearer ${token}`
        ? json(response, 201, { id: '1' })
        : json(response, 401, scimError(401, 'expired')),
    );

  test('is read once, not with every request', async () => {
    const server = await accepts('old');
    let readings = 0;
    const target = open(server.baseUrl, {
      authorisation: giving(() => ({ authorization: `Bearer ${(readings += 1) && 'old'}` })),
    });
    for (let number = 0; number < 3; number += 1) await target.send(create);
    expect(readings).toBe(1);
  });

  test('is read again after a 401, and the request goes on with it', async () => {
    const server = await accepts('new');
    const tokens = ['old', 'new'];
    const target = open(server.baseUrl, {
      authorisation: giving(() => ({ authorization: `Bearer ${tokens.shift()}` })),
    });
    const outcomes = await Promise.all([target.send(create), target.send(create), target.send(create)]);
    expect(outcomes.map(({ kind }) => kind)).toEqual(['done', 'done', 'done']);
    expect(tokens).toEqual([]);
    expect(target.exchanges.map(({ attempt, status }) => `${attempt}: ${status}`).sort()).toEqual([
      ...Array<string>(3).fill('1: 401'),
      ...Array<string>(3).fill('2: 201'),
    ]);
  });

  test('that is still the same is reported after one request', async () => {
    const server = await accepts('new');
    const outcome = await open(server.baseUrl).send(create);
    expect(outcome).toMatchObject({
      kind: 'failed',
      failure: { class: 'target', code: 'unauthorised', status: 401 },
    });
    expect(server.requests).toHaveLength(1);
  });

  test('that is new and refused too is reported after two', async () => {
    const server = await accepts('never');
    let number = 0;
    const target = open(server.baseUrl, {
      authorisation: giving(() => ({ authorization: `Bearer t${(number += 1)}` })),
    });
    expect(await target.send(create)).toMatchObject({ failure: { class: 'target', code: 'unauthorised' } });
    expect(server.requests).toHaveLength(2);
  });

  test('that cannot be read is a failure of the target, and is tried anew the next time', async () => {
    const server = await accepts('new');
    let isThere = false;
    const authorisation = giving(() => {
      if (!isThere) throw new RollcallError('configuration', 'TOKEN is not set');
      return { authorization: 'Bearer new' };
    });
    const target = open(server.baseUrl, { authorisation });
    expect(await target.send(create)).toMatchObject({
      failure: {
        class: 'target',
        code: 'configuration',
        message: 'The credential of app cannot be read: TOKEN is not set',
      },
    });
    await expect(target.read('1')).rejects.toThrow('TOKEN is not set');
    expect(server.requests).toEqual([]);
    isThere = true;
    expect(await target.send(create)).toMatchObject({ kind: 'done' });
  });
});
