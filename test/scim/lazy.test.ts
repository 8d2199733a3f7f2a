import { expect, test } from 'vitest';
import { lazyTarget } from '../../src/scim/lazy.ts';
import type { ScimTarget } from '../../src/scim/target.ts';
import { playTarget } from '../delivery/answers.ts';

test('a target that is opened late is asked in the same words', async () => {
  const asked: unknown[][] = [];
  const record = <T>(target: T): T =>
    new Proxy(target as object, {
      get: (one, name) => {
        const value = (one as Record<string | symbol, unknown>)[name];
        if (typeof value !== 'function' || name === 'then') return value;
        return (...args: unknown[]): unknown => {
          asked.push([name, ...args]);
          return (value as (...all: unknown[]) => unknown)(...args);
        };
      },
    }) as T;
  const lazy = lazyTarget('app', async () => record<ScimTarget>(playTarget()));
  const request = { method: 'POST', path: '/Users' } as const;
  await lazy.send(request);
  await lazy.read('u1');
  await lazy.find('userName', 'ada');
  await lazy.findGroups('displayName', 'Sales');
  // A group that is sent as a whole is read with its members: without them, all who are not named would go.
  await lazy.readGroup('g1', { members: true });
  await lazy.groupsOf('u1');
  const before = async (): Promise<void> => undefined;
  for await (const _ of lazy.listGroups(before));
  for await (const _ of lazy.list(before));
  expect(asked).toEqual([
    ['send', request],
    ['read', 'u1'],
    ['find', 'userName', 'ada'],
    ['findGroups', 'displayName', 'Sales'],
    ['readGroup', 'g1', { members: true }],
    ['groupsOf', 'u1'],
    ['listGroups', before],
    ['list', before],
  ]);
});
