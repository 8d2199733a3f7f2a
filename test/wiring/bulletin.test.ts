import { expect, test } from 'vitest';
import type { News } from '../../src/notify/index.ts';
import { Bulletin } from '../../src/wiring/bulletin.ts';

const failed = (target: string, message: string, at = 1): News => ({
  at,
  targets: [
    { target: '', failed: false },
    { target, failed: { code: 'server', message } },
  ],
});

test('what several targets have to say is one message, with the newest of each; and none waits for long', async () => {
  const told: News[] = [];
  const bulletin = new Bulletin(async (news) => void told.push(news), 5);
  bulletin.add(failed('a', 'busy'));
  bulletin.add(failed('b', 'busy'));
  bulletin.add({ at: 2, targets: [{ target: 'a', failed: false }] });
  await bulletin.flush();
  expect(told).toEqual([
    {
      at: 2,
      targets: [
        { target: '', failed: false },
        { target: 'b', failed: { code: 'server', message: 'busy' } },
        { target: 'a', failed: false },
      ],
    },
  ]);
  await bulletin.flush();
  expect(told).toHaveLength(1);
  bulletin.add(failed('c', 'gone', 3));
  await expect.poll(() => told.length).toBe(2);
  expect(told[1]!.targets.at(-1)).toMatchObject({ target: 'c' });
});
