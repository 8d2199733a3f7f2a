import { describe, expect, test } from 'vitest';
import { TOKEN, ask, mockOf, person } from '../calling.ts';
import { bodyOfWire, three, wire } from './talking.ts';

const head = { authorization: `Bearer ${TOKEN}` };

describe('the connection is closed or reset', () => {
  test.each([
    ['drop', 'end'],
    ['reset', 'ECONNRESET'],
  ])('%s=before: nothing is done, and nothing comes', async (word, end) => {
    const mock = await mockOf('rfc', { faults: [`${word}=before`] });
    expect(await wire(mock, 'POST', '/Users', person('a'))).toEqual({ text: '', end });
    expect(mock.users()).toEqual([]);
  });

  test.each([
    ['drop', 'end'],
    ['reset', 'ECONNRESET'],
  ])('%s=after: it is done, and nothing comes', async (word, end) => {
    const mock = await mockOf('rfc', { faults: [`${word}=after`] });
    expect(await wire(mock, 'POST', '/Users', person('a'))).toEqual({ text: '', end });
    expect(mock.users()).toHaveLength(1);
    expect(mock.journal()).toMatchObject([{ status: null, fault: 'fault-1' }]);
  });

  test('drop=middle: it is done, and half of the body that was promised comes', async () => {
    const mock = await mockOf('rfc', { faults: ['drop=middle'] });
    const seen = await wire(mock, 'POST', '/Users', person('a'));
    const promised = Number(/content-length: (\d+)/i.exec(seen.text)?.[1]);
    expect(seen.text).toMatch(/^HTTP\/1.1 201 /);
    expect(bodyOfWire(seen)).toHaveLength(promised >> 1);
    expect(mock.users()).toHaveLength(1);
  });

  test('reset=middle: the body does not come to its end', async () => {
    const mock = await mockOf('rfc', { faults: ['reset=middle'] });
    const answer = fetch(`${mock.url}/Users`, { headers: head }).then((one) => one.text());
    await expect(answer).rejects.toThrow();
  });

  test.each(['drop', 'reset'])(
    '%s=end: the whole answer, and the connection is no good any more',
    async (word) => {
      const mock = await mockOf('rfc', { faults: [`${word}=end`] });
      const seen = await wire(mock, 'GET', '/Users');
      expect(JSON.parse(bodyOfWire(seen))).toMatchObject({ totalResults: 0 });
    },
  );
});

describe('the answer takes its time', () => {
  test('slow: the answer is right, and comes in pieces', async () => {
    const mock = await mockOf('rfc', { people: three, faults: ['slow=200'] });
    const start = performance.now();
    const answer = await fetch(`${mock.url}/Users`, { headers: head });
    const pieces: Uint8Array[] = [];
    for await (const piece of answer.body!) pieces.push(piece as Uint8Array);
    expect(performance.now() - start).toBeGreaterThan(150);
    expect(pieces.length).toBeGreaterThan(1);
    expect(JSON.parse(Buffer.concat(pieces).toString())).toMatchObject({ totalResults: 3 });
  });

  test('endless: the body begins, and ends when the client goes', async () => {
    const mock = await mockOf('rfc', { faults: ['endless,count=1'] });
    const gone = new AbortController();
    const answer = await fetch(`${mock.url}/Users`, { headers: head, signal: gone.signal });
    const reader = answer.body!.getReader();
    const pieces = [await reader.read(), await reader.read(), await reader.read()];
    expect(pieces.map(({ done }) => done)).toEqual([false, false, false]);
    gone.abort();
    expect((await ask(mock, 'GET', '/Users')).status).toBe(200);
  });

  test('endless=MS: after that the connection ends, and the answer does not', async () => {
    const mock = await mockOf('rfc', { faults: ['endless=60'] });
    const seen = await wire(mock, 'GET', '/Users');
    expect(seen.text).toMatch(/^HTTP\/1.1 200 /);
    expect(seen.text).not.toContain('0\r\n\r\n');
  });
});
