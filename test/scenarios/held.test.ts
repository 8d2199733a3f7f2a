import { describe, expect, test } from 'vitest';
import { damages } from './changes.ts';
import { openPlace } from './place.ts';
import type { Place } from './place.ts';

function leave(place: Place, ...keys: readonly string[]): void {
  for (const key of keys) place.person(key).status = 'left';
}

const fewLeave = { targets: { cosmo: { deactivations: 2 } } };

describe('more leavers than may leave in a day', () => {
  test('are held on the target that says so, and leave by an approval', async (context) => {
    const place = await openPlace(context, fewLeave);
    await place.day();
    leave(place, 'E002', 'E003', 'E004');
    place.hire({ id: 'N1' });
    await place.day();
    expect(place.isOn('cosmo', 'E002')).toBe(true);
    expect(place.isOn('other', 'E002')).toBe(false);
    expect(place.isOn('cosmo', 'N1')).toBe(true);
    await place.world.approve('cosmo', 'deactivate');
    await place.world.sync(['cosmo'], { approved: new Map([['cosmo', new Set(['deactivate'])]]) });
    expect(place.isOn('cosmo', 'E002')).toBe(false);
    await place.world.planIsEmpty(['cosmo', 'other']);
    place.isAsWanted();
  });

  test('stay on where they come back before anybody approves', async (context) => {
    const place = await openPlace(context, fewLeave);
    await place.day();
    leave(place, 'E002', 'E003', 'E004');
    await place.day({ turns: [['cosmo']] });
    for (const key of ['E002', 'E003']) place.person(key).status = 'active';
    await place.day({ turns: [['cosmo']] });
    expect(place.isOn('cosmo', 'E003')).toBe(true);
    expect(place.isOn('cosmo', 'E004')).toBe(false);
  });

  test('are held still if one more leaves after the approval', async (context) => {
    const place = await openPlace(context, fewLeave);
    await place.day();
    leave(place, 'E002', 'E003', 'E004');
    await place.day({ turns: [['cosmo']] });
    await place.world.approve('cosmo', 'deactivate');
    leave(place, 'E005');
    place.begin();
    await place.world.sync(['cosmo']);
    place.isAsWanted();
    expect(place.isOn('cosmo', 'E002')).toBe(true);
  });

  test('are not counted twice while the target is out of reach', async (context) => {
    const place = await openPlace(context, fewLeave);
    await place.day();
    leave(place, 'E002', 'E003');
    place.begin();
    const { mock } = place.world.target('cosmo');
    mock.addFault('status=503');
    for (let count = 0; count < 4; count++) {
      await place.world.sync(['cosmo'], { disturbed: ['cosmo'] });
      place.world.wait(15);
    }
    mock.clearFaults();
    const ended = await place.world.run('sync', '--wait', '0s', 'cosmo');
    expect(ended.code).toBe(0);
    expect(mock.users().filter(({ active }) => active === false)).toHaveLength(2);
  });
});

describe('a file that is not what it was', () => {
  test.for(Object.entries(damages))(
    '(%s) changes nothing, and the next whole one does',
    async ([, damage], context) => {
      const place = await openPlace(context, { people: 14 });
      await place.day();
      leave(place, 'E002');
      place.person('E003').title = 'Clerk';
      place.hire({ id: 'N1' });
      const since = place.journalled('cosmo');
      await place.day({ damage });
      expect(place.writes('cosmo', since)).toEqual([]);
      await place.day();
      expect(place.isOn('cosmo', 'E002')).toBe(false);
    },
  );

  test('is taken at its word where somebody approves it', async (context) => {
    const place = await openPlace(context, { people: 14 });
    await place.day();
    place.begin({ damage: damages.half });
    await place.world.sync(['cosmo']);
    place.isAsWanted();
    await place.world.approve('cosmo', 'source');
    const ended = await place.world.run('sync', '--json', '--wait', '0s', 'cosmo');
    expect(ended.code).toBe(0);
    const { mock } = place.world.target('cosmo');
    expect(mock.users().filter(({ active }) => active === false)).toHaveLength(7);
  });

  test('is no reason to keep a leaver of yesterday whom the target has not heard of', async (context) => {
    const place = await openPlace(context, { people: 14 });
    await place.day();
    leave(place, 'E002');
    await place.day({ turns: [['cosmo']], fault: { at: 'cosmo', what: 'status=503' } });
    place.begin({ damage: damages.header });
    await place.world.run('sync', '--json', '--wait', '0s', 'cosmo');
    const gone = place.world
      .target('cosmo')
      .mock.users()
      .find(({ externalId }) => externalId === 'E002');
    expect(gone).toMatchObject({ active: false });
  });
});
