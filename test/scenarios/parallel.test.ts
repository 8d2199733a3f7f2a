import { expect, test } from 'vitest';
import { openPlace } from './place.ts';
import { realProgram } from './program.ts';

test('two targets may be synced at the same time, by two commands', { timeout: 60_000 }, async (context) => {
  const place = await openPlace(context, { people: 40, program: realProgram });
  place.begin();
  const names = ['cosmo', 'other'];
  const first = await Promise.all(names.map((name) => place.world.run('sync', name)));
  expect(first).toMatchObject([{ code: 0 }, { code: 0 }]);
  for (const key of ['E002', 'E003']) place.person(key).status = 'left';
  place.begin();
  const second = await Promise.all(names.map((name) => place.world.run('sync', name)));
  expect(second).toMatchObject([{ code: 0 }, { code: 0 }]);
  for (const name of names)
    expect(
      place.world
        .target(name)
        .mock.users()
        .filter(({ active }) => active === true),
    ).toHaveLength(38);
});
