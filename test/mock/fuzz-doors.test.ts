import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  ERROR,
  PATCH_OP,
  ask,
  created,
  filtered,
  mockOf,
  patchOf,
  raw,
  withMail,
  wordOf,
} from './calling.ts';
import type { Reply } from './calling.ts';
import type { Mock } from '../../src/mock/index.ts';

const SEED = 7644;

/** A success or a SCIM error of RFC 7644 §3.12 that blames the request, in one sentence. */
function judge({ status, body, text, headers }: Reply, sent: string): void {
  const about = `${sent.slice(0, 200)} → ${status} ${text.slice(0, 200)}`;
  expect(text, about).not.toMatch(/\n\s+at |\.ts:\d+/);
  if (status < 300) return;
  expect(status, about).toBeGreaterThanOrEqual(400);
  expect(status, about).toBeLessThan(500);
  expect([body['schemas'], body['status']], about).toEqual([[ERROR], String(status)]);
  expect(headers.get('content-type'), about).toBe('application/scim+json');
  expect(wordOf(body['detail']).length, about).toBeLessThan(500);
}

interface Doors {
  readonly mock: Mock;
  readonly patch: (body: string | Uint8Array) => Promise<Reply>;
  readonly filter: (text: string) => Promise<Reply>;
}

/** Both doors of one mock; each answer is judged, and the next request is answered as if nothing had been. */
async function doors(): Promise<Doors> {
  const mock = await mockOf('rfc');
  const id = await created(mock, withMail('ada'));
  const next = async (reply: Reply, sent: string): Promise<Reply> => {
    judge(reply, sent);
    expect((await ask(mock, 'GET', `/Users/${id}?attributes=id`)).status, sent.slice(0, 200)).toBe(200);
    return reply;
  };
  return {
    mock,
    patch: async (body) => next(await ask(mock, 'PATCH', `/Users/${id}`, body), String(body)),
    filter: async (text) => next(await ask(mock, 'GET', filtered(text)), text),
  };
}

function message(operation: string): string {
  return `{"schemas":["${PATCH_OP}"],"Operations":[${operation}]}`;
}

function nested(levels: number, open: string, close: string, core = '1'): string {
  return open.repeat(levels) + core + close.repeat(levels);
}

describe('the PATCH door over HTTP', () => {
  test('bytes of any kind', async () => {
    const { patch } = await doors();
    const bytes = fc.oneof(
      fc.uint8Array({ minLength: 1, maxLength: 300 }),
      fc.string({ unit: 'binary', maxLength: 80 }).map((text) => new TextEncoder().encode(`${text} `)),
    );
    const property = fc.asyncProperty(bytes, async (body) => {
      const { status } = await patch(body);
      expect(status).toBe(400);
    });
    await fc.assert(property, { seed: SEED, numRuns: 100 });
  });

  test('a message cut anywhere, and with any byte of it changed', async () => {
    const { patch } = await doors();
    const whole = message('{"op":"replace","path":"emails[type eq \\"work\\"].value","value":"a\\u00e9"}');
    for (let end = 1; end < whole.length; end++)
      expect((await patch(whole.slice(0, end))).status, whole.slice(0, end)).toBe(400);
    const place = fc.nat(whole.length - 1);
    const property = fc.asyncProperty(place, fc.nat(255), async (at, byte) => {
      const bytes = new TextEncoder().encode(whole);
      bytes[at] = byte;
      await patch(bytes);
    });
    await fc.assert(property, { seed: SEED, numRuns: 100 });
  });

  test.each([100, 10_000, 100_000])('%d levels of nesting, wherever they are', async (levels) => {
    const { mock, patch } = await doors();
    for (const deep of [nested(levels, '[', ']'), nested(levels, '{"value":', '}')]) {
      for (const text of [
        deep,
        `{"schemas":${deep},"Operations":[]}`,
        `{"schemas":["${PATCH_OP}"],"Operations":${deep}}`,
        message(deep),
        message(`{"op":${deep},"path":"title","value":"x"}`),
        message(`{"op":"replace","path":${deep},"value":"x"}`),
        message(`{"op":"replace","path":"title","value":${deep}}`),
        message(`{"op":"add","path":"name","value":${deep}}`),
        message(`{"op":"add","path":"emails","value":${deep}}`),
        message(`{"op":"replace","path":"emails[type eq \\"work\\"]","value":{"value":${deep}}}`),
        message(`{"op":"add","value":${deep}}`),
        message(`{"op":"add","value":{"password":${deep}}}`),
      ])
        await patch(text);
    }
    const { status, body } = await ask(mock, 'GET', '/_mock/requests');
    expect([status, Number(body['total'])]).toEqual([200, 49]);
  });

  test('numbers of any size', async () => {
    const { patch } = await doors();
    const digits = '9'.repeat(100_000);
    for (const number of ['1e999', '-1e999', '1e-999', digits, `0.${digits}`, `1e${digits}`, '-0', '1E400'])
      for (const path of ['title', 'active', 'emails', 'name.givenName', 'x509Certificates.value'])
        expect((await patch(message(`{"op":"replace","path":"${path}","value":${number}}`))).status).toBe(
          400,
        );
  });

  test('half of a surrogate pair is text like any other, and is not in bytes', async () => {
    const { mock, patch } = await doors();
    for (const half of ['\\ud800', '\\udfff', '\\udfff\\ud800', 'a\\ud83d"'.slice(0, -1), '\\u0000']) {
      const { status, body } = await patch(message(`{"op":"add","path":"title","value":"${half}"}`));
      expect([status, body['title']]).toEqual([200, JSON.parse(`"${half}"`)]);
      await patch(message(`{"op":"add","path":"${half}","value":"x"}`));
      await patch(message(`{"op":"add","path":"emails[value eq \\"${half}\\"].type","value":"x"}`));
      await patch(message(`{"op":"add","value":{"${half}":1}}`));
    }
    const bytes = Buffer.from(message('{"op":"add","path":"title","value":"???"}'));
    bytes.set([0xed, 0xa0, 0x80], bytes.indexOf('???'));
    expect((await patch(bytes)).status).toBe(400);
    expect((await ask(mock, 'GET', '/_mock/requests')).status).toBe(200);
  });

  test('paths that are made to be slow', async () => {
    const { patch } = await doors();
    for (const part of HARD) {
      const path = part.repeat(Math.floor(100_000 / part.length));
      for (const one of [path, `emails[${path}]`, `emails[value eq "${path}"]`])
        await patch(JSON.stringify(patchOf({ op: 'replace', path: one, value: 'x' })));
    }
  });

  test('as much work as one message can ask for is done soon, or refused', async () => {
    const { patch } = await doors();
    const values = Array.from({ length: 1000 }, (_, at) => ({ value: `${at}@example.com`, type: 'work' }));
    expect(
      (await patch(JSON.stringify(patchOf({ op: 'replace', path: 'emails', value: values })))).status,
    ).toBe(200);
    const filter = `${'value pr and '.repeat(199)}type pr`;
    const many = (count: number, operation: object) =>
      patch(JSON.stringify(patchOf(...Array.from({ length: count }, () => operation))));
    const heavy = { op: 'replace', path: `emails[${filter}].type`, value: 'work' };
    expect((await many(20, heavy)).status).toBe(200);
    expect((await many(300, heavy)).status).toBe(413);
    const byValue = { op: 'replace', path: 'emails[value eq "7@example.com"].type', value: 'work' };
    expect((await many(1000, byValue)).status).toBe(200);
    const again = { op: 'add', path: 'emails', value: [{ value: '1@example.com', type: 'work' }] };
    expect((await many(1000, again)).status).toBe(200);
  });
});

/** What makes a careless pattern or a careless descent slow. */
const HARD: readonly string[] = [
  '(',
  ')',
  '[',
  ']',
  '"',
  '\\',
  '\\"',
  ' ',
  '.',
  ':',
  '-',
  '1',
  'a',
  '1e',
  '1.1',
  'not ',
  'not (',
  '((a pr) or ',
  'a eq ',
  'userName pr and ',
  'userName eq "a" or ',
  'emails[',
  'emails[type eq "',
  'urn:ietf:params:scim:schemas:core:2.0:User:',
  '\u0130',
  '\u{1f600}',
];

describe('the filter door over HTTP', () => {
  test('bytes of any kind in the address', async () => {
    const { mock } = await doors();
    const property = fc.asyncProperty(fc.uint8Array({ minLength: 1, maxLength: 60 }), async (bytes) => {
      const text = [...bytes].map((byte) => `%${byte.toString(16).padStart(2, '0')}`).join('');
      judge(await ask(mock, 'GET', `/Users?filter=${text}`), text);
    });
    await fc.assert(property, { seed: SEED, numRuns: 100 });
    const characters = fc.string({ unit: 'binary-ascii', maxLength: 40 });
    const unescaped = fc.asyncProperty(characters, async (text) => {
      const answer = await raw(
        mock,
        `GET /scim/v2/Users?filter=${text.replaceAll(/[\r\n]/g, '')} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${mock.token}\r\nConnection: close\r\n\r\n`,
      );
      expect(answer).toMatch(/^HTTP\/1\.1 (200|4\d\d) /);
    });
    await fc.assert(unescaped, { seed: SEED, numRuns: 100 });
    expect((await ask(mock, 'GET', '/Users')).status).toBe(200);
  });

  test('a filter of 10,000 terms is refused, as is any of more than 200', async () => {
    const { filter } = await doors();
    for (const [terms, status] of [
      [200, 200],
      [201, 400],
      [4000, 400],
      [10_000, 431],
    ] as const) {
      const text = Array.from({ length: terms }, () => 'id pr').join(' or ');
      const answer = await filter(text);
      expect(answer.status, `${terms} terms`).toBe(status);
      if (status === 400) expect(answer.body['scimType']).toBe('invalidFilter');
    }
  });

  test('filters that are made to be slow', async () => {
    const { filter } = await doors();
    for (const part of HARD) {
      const text = part.repeat(Math.floor(15_000 / encodeURIComponent(part).length));
      for (const one of [text, `userName eq "${text}"`, `emails[${text}]`, `userName co ${text}`])
        await filter(one);
    }
  });

  test('numbers and halves of surrogate pairs', async () => {
    const { mock, filter } = await doors();
    for (const number of [
      '1e999',
      '9'.repeat(10_000),
      '-0',
      '01',
      '1.',
      '.1',
      '0x1',
      '1e',
      'NaN',
      'Infinity',
      '+1',
    ])
      await filter(`userName eq ${number}`);
    for (const half of ['\\ud800', '\\udfff', '\\u0000', '\\u', '\\uZZZZ', '\\x'])
      await filter(`userName eq "${half}"`);
    judge(await ask(mock, 'GET', '/Users?filter=userName%20eq%20%22%ED%A0%80%22'), 'surrogate bytes');
  });
});
