import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { expect, test } from 'vitest';
import type { Mock } from '../../../src/mock/index.ts';
import { ask, mockOf } from '../calling.ts';
import { adding, grouped, patch } from './talking.ts';

const people = Array.from({ length: 10_000 }, (_, at) => ({ id: `p${at}`, userName: `person${at}` }));

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;

function megabytes(): number {
  collect();
  return process.memoryUsage().heapUsed / 2 ** 20;
}

/** So many times somebody comes into a group of ten thousand, and goes. */
async function changed(mock: Mock, id: string, times: number): Promise<void> {
  for (let at = 0; at < times; at++) {
    await ask(mock, 'PATCH', `/Groups/${id}?attributes=id`, adding('p9999'));
    await patch(mock, `/Groups/${id}?attributes=id`, { op: 'remove', path: 'members[value eq "p9999"]' });
  }
}

// A state of the group with its members takes half a megabyte.
test('lostUpdates: what a request found is let go when the request has ended, though the journal has it', async () => {
  const mock = await mockOf('rfc', { people });
  const id = await grouped(mock, ...people.slice(0, -1).map((one) => one.id));
  mock.addFault('lostUpdates=0');
  await changed(mock, id, 1);
  const before = megabytes();
  await changed(mock, id, 50);
  expect(megabytes() - before).toBeLessThan(25);
});

test('lag: the states of a large group count with their members, and the oldest are forgotten', async () => {
  const mock = await mockOf('rfc', { people });
  const id = await grouped(mock, ...people.slice(0, -1).map((one) => one.id));
  mock.addFault('lag=600000');
  await changed(mock, id, 1);
  const before = megabytes();
  await changed(mock, id, 75);
  expect(megabytes() - before).toBeLessThan(50);
});
