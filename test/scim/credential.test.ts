import { describe, expect, test } from 'vitest';
import { issueStatic } from '../../src/scim/authorise.ts';
import { openCredential } from '../../src/scim/credential.ts';
import { endingInWords, expiryOf } from '../../src/scim/expiry.ts';
import { giving, json, open, play, scimError } from './server.ts';
import type { Issued } from '../../src/scim/credential.ts';

const second = 1000;
const create = { method: 'POST', path: '/Users', body: {} } as const;

/** Issues t1, t2, … with a lifetime in seconds, while the clock is turned by hand. */
function issuing(life?: number) {
  const state = { now: 0, issued: 0, isBroken: false };
  const issue = async (): Promise<Issued> => {
    state.issued += 1;
    if (state.isBroken) throw new Error('no answer');
    const headers = { authorization: `Bearer t${state.issued}` };
    const times = life === undefined ? {} : renewing(state.now, life * second);
    return { candidates: [{ headers, name: 'a token' }], ...times };
  };
  const credential = openCredential(issue, () => state.now);
  const token = async (): Promise<string | undefined> => (await credential.current())['authorization'];
  return { state, credential, token };
}

function renewing(now: number, life: number): { readonly renewAt: number; readonly endsAt: number } {
  return { renewAt: now + life - Math.min(60 * second, life / 2), endsAt: now + life };
}

describe('a credential that ends', () => {
  test('is renewed when it is due, once for all who ask at the same time', async () => {
    const { state, token } = issuing(3600);
    expect(await token()).toBe('Bearer t1');
    state.now = 3539 * second;
    expect(await token()).toBe('Bearer t1');
    state.now = 3540 * second;
    expect(await Promise.all([token(), token(), token()])).toEqual(Array<string>(3).fill('Bearer t2'));
    expect(state.issued).toBe(2);
  });

  test('stays in use while it is good where the renewal fails ahead of time, and is asked for again', async () => {
    const { state, token } = issuing(100);
    await token();
    state.isBroken = true;
    state.now = 50 * second;
    expect(await token()).toBe('Bearer t1');
    state.now = 55 * second;
    expect(await token()).toBe('Bearer t1');
    expect(state.issued).toBe(2);
    state.now = 60 * second;
    state.isBroken = false;
    expect(await token()).toBe('Bearer t3');
  });

  test('is not used beyond its end: the reason is thrown', async () => {
    const { state, token } = issuing(100);
    await token();
    state.isBroken = true;
    state.now = 100 * second;
    await expect(token()).rejects.toThrow('no answer');
    state.isBroken = false;
    expect(await token()).toBe('Bearer t3');
  });

  test('and a 401 share one renewal', async () => {
    const { state, credential } = issuing();
    const used = await credential.current();
    const fresh = await Promise.all([1, 2, 3].map(() => credential.renewed(used)));
    expect(fresh).toEqual(Array(3).fill({ authorization: 'Bearer t2' }));
    // Whoever comes late with the old one is given the new one.
    expect(await credential.renewed(used)).toEqual({ authorization: 'Bearer t2' });
    expect(state.issued).toBe(2);
  });
});

describe('two secrets while one is rotated', () => {
  const bearer = {
    kind: 'bearer',
    token: { kind: 'env', name: 'ONE' },
    next: { kind: 'env', name: 'TWO' },
  } as const;
  const secrets = { read: async (reference: { kind: string; name?: string }) => `token-${reference.name}` };
  const authorisation = {
    issue: () => issueStatic(bearer, secrets, () => 0),
    close: () => undefined,
  };
  const accepting = (token: string) =>
    play((request, response) =>
      request.headers.authorization === `Bearer token-${token}`
        ? json(response, 201, { id: '1' })
        : json(response, 401, scimError(401, 'no')),
    );

  test('the first is sent while it is taken', async () => {
    const server = await accepting('ONE');
    const told: string[] = [];
    const target = open(server.baseUrl, {
      authorisation,
      onCredential: ({ isNext }) => told.push(isNext ? 'next' : 'first'),
    });
    await target.send(create);
    await target.send(create);
    expect(server.requests).toHaveLength(2);
    expect(told).toEqual(['first']);
  });

  test('the next is tried once the first is refused, and stays in use', async () => {
    const server = await accepting('TWO');
    const told: string[] = [];
    const target = open(server.baseUrl, {
      authorisation,
      onCredential: ({ isNext }) => told.push(isNext ? 'next' : 'first'),
    });
    const outcomes = [await target.send(create), await target.send(create), await target.send(create)];
    expect(outcomes.map(({ kind }) => kind)).toEqual(['done', 'done', 'done']);
    expect(server.requests.map(({ headers }) => headers.authorization)).toEqual([
      'Bearer token-ONE',
      ...Array<string>(3).fill('Bearer token-TWO'),
    ]);
    expect(told).toEqual(['first', 'next']);
  });

  test('both refused is a 401, and the first is tried again the next time', async () => {
    const server = await accepting('THREE');
    const target = open(server.baseUrl, { authorisation });
    const failed = { kind: 'failed', failure: { class: 'target', code: 'unauthorised', status: 401 } };
    expect(await target.send(create)).toMatchObject(failed);
    expect(await target.send(create)).toMatchObject(failed);
    const sent = server.requests.map(({ headers }) => headers.authorization?.slice(-3));
    expect(sent.slice(0, 2)).toEqual(['ONE', 'TWO']);
    expect(sent.filter((one) => one === 'ONE').length).toBeGreaterThan(0);
  });
});

test('a secret that cannot be read after a 401 is what the failure is about', async () => {
  const server = await play((_, response) => json(response, 401, scimError(401, 'expired')));
  let reads = 0;
  const target = open(server.baseUrl, {
    authorisation: giving(() => {
      reads += 1;
      if (reads > 1) throw new Error('with a secret in it');
      return { authorization: 'Bearer old' };
    }),
  });
  expect(await target.send(create)).toMatchObject({
    failure: {
      class: 'target',
      message: 'app answered 401 to POST /Users, and its credential cannot be renewed',
    },
  });
});

describe('a secret in a file', () => {
  const bearer = { kind: 'bearer', token: { kind: 'file', path: '/secret' } } as const;

  test('is looked at again after half a minute, though nobody refused it', async () => {
    let content = 'one';
    let now = 0;
    const credential = openCredential(
      () => issueStatic(bearer, { read: async () => content }, () => now),
      () => now,
    );
    const token = async () => (await credential.current())['authorization'];
    expect(await token()).toBe('Bearer one');
    content = 'two';
    now = 29 * second;
    expect(await token()).toBe('Bearer one');
    now = 30 * second;
    expect(await token()).toBe('Bearer two');
  });

  test('that is just being written is not missed', async () => {
    let content = 'one';
    let now = 0;
    const credential = openCredential(
      () => issueStatic(bearer, { read: async () => content }, () => now),
      () => now,
    );
    await credential.current();
    content = '';
    now = 30 * second;
    expect(await credential.current()).toEqual({ authorization: 'Bearer one' });
    content = 'two';
    now = 40 * second;
    expect(await credential.current()).toEqual({ authorization: 'Bearer two' });
  });
});

describe('the end of a token', () => {
  const jwt = (claims: unknown): string =>
    `e30.${Buffer.from(typeof claims === 'string' ? claims : JSON.stringify(claims)).toString('base64url')}.c2ln`;

  test('is what a JWT says', () => {
    expect(expiryOf(jwt({ exp: 1_800_000_000 }))).toBe(1_800_000_000_000);
    expect(expiryOf(jwt({ exp: 1_800_000_000.5 }))).toBe(1_800_000_000_500);
  });

  test.each([
    ['an opaque one', 'abc'],
    ['nothing', ''],
    ['one without exp', jwt({ sub: 'x' })],
    ['one whose exp is text', jwt({ exp: '1800000000' })],
    ['one whose exp is beyond all days', jwt({ exp: 1e300 })],
    ['one that is a list', jwt([1])],
    ['one that is no JSON', jwt('{')],
    ['one of four parts', `${jwt({ exp: 1 })}.x`],
    ['a very long one', jwt({ exp: 1, x: 'x'.repeat(20_000) })],
  ])('is not known of %s', (_, token) => expect(expiryOf(token)).toBeUndefined());

  test('is told from fourteen days before', () => {
    const end = Date.UTC(2027, 0, 31);
    const before = (days: number): string | undefined => endingInWords(end, end - days * 24 * 3600 * second);
    expect(before(14.1)).toBeUndefined();
    expect(before(14)).toBe('ends in 14 days, on 2027-01-31');
    expect(before(1.5)).toBe('ends in a day, on 2027-01-31');
    expect(before(0.5)).toBe('ends within a day, on 2027-01-31');
    expect(before(0)).toBe('has ended, on 2027-01-31');
    expect(before(-3)).toBe('has ended, on 2027-01-31');
  });
});
