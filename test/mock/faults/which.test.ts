import { describe, expect, test } from 'vitest';
import { RollcallError } from '../../../src/model/index.ts';
import { readFault } from '../../../src/mock/faults/read.ts';
import { ask, filtered, mockOf, patchOf, person } from '../calling.ts';
import { names, three } from './talking.ts';

const NINE = Date.parse('2026-11-25T09:00:00Z');

describe('from and until, by the clock of the mock', () => {
  test.each([
    ['from=10,until=20', [200, 500, 500, 200]],
    ['from=2026-11-25T09:00:10Z,until=2026-11-25T09:00:20Z', [200, 500, 500, 200]],
    ['from=10', [200, 500, 500, 500]],
    ['until=2026-11-25T09:00:20Z', [500, 500, 500, 200]],
  ])('%s', async (when, statuses) => {
    let now = NINE;
    const mock = await mockOf('rfc', { clock: () => now, faults: [`status=500,${when}`] });
    const seen = [];
    for (const at of [9_999, 10_000, 19_999, 20_000]) {
      now = NINE + at;
      seen.push((await ask(mock, 'GET', '/Users')).status);
    }
    expect(seen).toEqual(statuses);
  });

  test('seconds count from when the fault was given', async () => {
    let now = NINE;
    const mock = await mockOf('rfc', { clock: () => now });
    now += 60_000;
    mock.addFault('status=500,from=10');
    now += 9_000;
    expect((await ask(mock, 'GET', '/Users')).status).toBe(200);
    now += 1_000;
    expect((await ask(mock, 'GET', '/Users')).status).toBe(500);
  });

  test('what comes outside of that time is not counted', async () => {
    let now = NINE;
    const mock = await mockOf('rfc', { clock: () => now, faults: ['status=500,from=10,after=1'] });
    await ask(mock, 'GET', '/Users');
    now += 10_000;
    expect((await ask(mock, 'GET', '/Users')).status).toBe(200);
    expect((await ask(mock, 'GET', '/Users')).status).toBe(500);
  });
});

describe('the same seed gives the same faults', () => {
  const run = async (seed: number) => {
    const mock = await mockOf('rfc', {
      people: three,
      faults: [`status=500,share=0.4,seed=${seed}`, `omit,share=0.5,seed=${seed}`, `shuffle,seed=${seed}`],
    });
    const seen = [];
    for (let at = 0; at < 25; at++) {
      const { status, text } = await ask(mock, 'GET', '/Users?attributes=userName');
      seen.push([status, text]);
    }
    return seen;
  };

  test('in a share, in who is left out, and in the order', async () => {
    const first = await run(7);
    expect(await run(7)).toEqual(first);
    expect(await run(8)).not.toEqual(first);
    expect(new Set(first.map(([status]) => status))).toEqual(new Set([200, 500]));
  });

  test('after a reset, too', async () => {
    const mock = await mockOf('rfc', { people: three, faults: ['status=500,share=0.5'] });
    const statuses = async () => {
      const seen = [];
      for (let at = 0; at < 20; at++) seen.push((await ask(mock, 'GET', '/Users')).status);
      return seen;
    };
    const first = await statuses();
    expect(new Set(first)).toEqual(new Set([200, 500]));
    mock.reset();
    expect(await statuses()).toEqual(first);
  });
});

describe('several faults on one request', () => {
  test('those that bend the answer come together, and one takes its place', async () => {
    const mock = await mockOf('rfc', {
      people: three,
      faults: ['lower', 'total=9', 'status=500,count=1', 'status=503,count=1', 'ids=slash'],
    });
    expect((await ask(mock, 'GET', '/Users')).status).toBe(500);
    expect((await ask(mock, 'GET', '/Users')).status).toBe(503);
    const { body } = await ask(mock, 'GET', '/Users');
    expect(body).toMatchObject({ totalResults: 9, Resources: [{ id: '1/7', userName: 'ada' }, {}, {}] });
    expect(mock.journal().map(({ fault }) => fault)).toEqual([
      'fault-1, fault-2, fault-3, fault-5',
      'fault-1, fault-2, fault-4, fault-5',
      'fault-1, fault-2, fault-5',
    ]);
  });

  test('one fault may do several things', async () => {
    const mock = await mockOf('rfc', {
      people: three,
      faults: ['omit=1,total=page,lower,mediaType=text/plain,count=1'],
    });
    const { body, headers } = await ask(mock, 'GET', '/Users');
    expect([body['totalResults'], headers.get('content-type')]).toEqual([2, 'text/plain']);
    expect(await names(mock)).toEqual(['Ada', 'Bob', 'Cyd']);
  });

  test('409 for somebody whose filter finds another account', async () => {
    const mock = await mockOf('rfc', {
      people: three,
      faults: ['status=409,scimType=uniqueness,method=POST,user=new', 'other=Cyd,method=GET,user=new'],
    });
    expect((await ask(mock, 'POST', '/Users', person('new'))).status).toBe(409);
    expect(await names(mock, filtered('userName eq "new"').slice(6))).toEqual(['Cyd']);
  });

  test('one person cannot be changed for a while, and then be switched off', async () => {
    const mock = await mockOf('rfc', { people: three, faults: ['status=500,user=Ada,method=PATCH,count=2'] });
    const off = patchOf({ op: 'replace', path: 'active', value: false });
    const seen = [];
    for (let at = 0; at < 3; at++) seen.push((await ask(mock, 'PATCH', '/Users/1', off)).status);
    expect(seen).toEqual([500, 500, 200]);
  });

  test('a fault of discovery: PATCH is advertised, and answered with 501', async () => {
    const mock = await mockOf('rfc', { people: three, faults: ['status=501,method=PATCH'] });
    expect((await ask(mock, 'GET', '/ServiceProviderConfig')).body['patch']).toEqual({ supported: true });
    expect((await ask(mock, 'PATCH', '/Users/1', patchOf())).status).toBe(501);
  });
});

test('without a fault, a create of whoever is switched off already gets 409 (RFC 7644 §3.3)', async () => {
  const mock = await mockOf('rfc', { people: [{ id: '1', userName: 'Ada', active: false }] });
  const { status, body } = await ask(mock, 'POST', '/Users', person('ada'));
  expect([status, body['scimType']]).toEqual([409, 'uniqueness']);
});

test('whoever is called by a number is meant as well', async () => {
  const mock = await mockOf('rfc', {
    people: [{ id: '1', userName: '007' }],
    faults: ['status=500,user=007'],
  });
  expect((await ask(mock, 'GET', '/Users/1')).status).toBe(500);
  mock.clearFaults();
  mock.addFault('hidden=1');
  expect((await ask(mock, 'GET', '/Users/1')).status).toBe(404);
});

function wrong(text: unknown): string {
  try {
    readFault(text, 'x');
  } catch (error) {
    if (error instanceof RollcallError)
      return error.problems
        .map(({ message, hint }) => [message, hint].filter((one) => one).join(' '))
        .join('\n');
  }
  return 'right';
}

describe('a fault that is none gets a sentence with what was meant', () => {
  test.each([
    ['staus=500', /no word "staus".*did you mean status\?/],
    ['retry-after=3,status=429', /did you mean retryAfter\?/],
    ['explode', /--fault help/],
    ['drop=befor', /before, after, middle or end, not "befor".*did you mean before\?/],
    ['drop', /before, after, middle or end, not nothing/],
    ['status=100', /a status from 200 to 599, not 100/],
    ['count=3', /needs something to do/],
    ['drop=before,huge', /in two ways: huge and drop/],
    ['omit,method=DELETE', /"omit" never happens with DELETE, but with GET, POST/],
    ['lie,method=GET', /"lie" never happens with GET/],
    ['drop=after,retryAfter=3', /"retryAfter" belongs to an error.*status=N/],
    ['status=500,from=20,until=10', /ends before it begins/],
    ['status=500,from=yesterday', /a time such as/],
    ['mediaType="a\nb"', /printable ASCII/],
    ['total=many', /a number, or a difference/],
    ['pageSize=-1', /a positive number of people, not -1/],
    ['slow=3600001', /milliseconds up to 3600000/],
    ['repeat=1001', /a number of people/],
    ['ids=odd', /changed, slash, space/],
    ['status=500,share=-0.1', /from 0 to 1/],
    ['staus=500,drop=x,share=9', /staus[^]*drop[^]*share/],
  ])('%s', (text, sentence) => {
    expect(wrong(text)).toMatch(sentence);
  });

  test.each([
    'status=500,retryAfter=-5',
    'licences=3,retryAfter=5',
    'omit,method=POST',
    'total=+3',
    'total=-3',
    'hidden',
    'hidden=ada@example.com',
    'status=500,until=2026-11-25',
    { omit: 3, total: 'page' },
  ])('%j is one', (given) => {
    expect(wrong(given)).toBe('right');
  });
});
