import { expect, test } from 'vitest';
import { Resources } from '../../../src/mock/directory/resources.ts';
import type { Stored } from '../../../src/mock/directory/stored.ts';
import { Past } from '../../../src/mock/faults/past.ts';
import { userType } from '../../../src/mock/schema/user.ts';

const resources = new Resources(userType);

function stored(id: string, text: string): Stored {
  return {
    id,
    sequence: 1,
    text,
    members: undefined,
    schemas: '[]',
    active: true,
    created: 0,
    modified: 0,
    version: 1,
    names: 1,
    password: undefined,
    membership: 'member',
    invitation: undefined,
  };
}

test('a resource is as it was, state by state, and then as it is', () => {
  const past = new Past();
  past.remember(resources, stored('1', 'a'), 10, 0);
  past.remember(resources, stored('1', 'b'), 20, 5);
  past.remember(resources, stored('2', 'c'), 20, 5);
  expect([9, 10, 19, 20].map((now) => past.of(resources, '1', now)?.text)).toEqual([
    'a',
    'b',
    'b',
    undefined,
  ]);
});

test('those of another organisation are others', () => {
  const past = new Past();
  past.remember(resources, stored('1', 'a'), 10, 0);
  const others = new Resources(userType);
  past.remember(others, stored('1', 'b'), 10, 0);
  expect([resources, others].map((one) => past.all(one, 5).map(({ text }) => text))).toEqual([['a'], ['b']]);
});

test('it holds so much, and forgets the oldest; what is over takes no room', () => {
  const past = new Past(3000);
  const long = 'x'.repeat(800);
  for (const id of ['1', '2', '3', '4']) past.remember(resources, stored(id, long), 10, 0);
  expect(past.all(resources, 5).map(({ id }) => id)).toEqual(['2', '3', '4']);
  for (const id of ['5', '6', '7']) past.remember(resources, stored(id, long), 20, 10);
  expect(past.all(resources, 11).map(({ id }) => id)).toEqual(['5', '6', '7']);
});
