import { describe, expect, test } from 'vitest';
import { breakages } from './changes.ts';
import { apart, openPlace, together } from './place.ts';
import type { Place } from './place.ts';

/** The person goes on under another key; the old row stays where a status is given for it. */
function renumber(place: Place, old: string, now: string, says: boolean, status?: string): void {
  place.hire({ ...place.person(old), id: now, former: says ? old : '', status: 'active' });
  if (status === undefined) place.company.missing.add(old);
  else place.person(old).status = status;
}

/** Whether the old row or the new one comes first must not decide. */
function reverse(place: Place): void {
  const rows = [...place.company.people].reverse();
  place.company.people.clear();
  for (const [key, person] of rows) place.company.people.set(key, person);
}

describe.for([false, true])('a former key in the record (rows turned round: %s)', (isTurned) => {
  test('moves the links: one request, for the externalId', async (context) => {
    const place = await openPlace(context);
    await place.day({ turns: apart });
    renumber(place, 'E003', 'N1', true);
    if (isTurned) reverse(place);
    await place.day({ turns: apart });
    expect(place.isOn('cosmo', 'N1')).toBe(true);
  });

  test('moves them also where the old row is there and says left', async (context) => {
    const place = await openPlace(context, { targets: { other: { onLeave: 'delete' } } });
    await place.day();
    renumber(place, 'E003', 'N1', true, 'terminated');
    if (isTurned) reverse(place);
    await place.day();
    await place.day();
    expect(place.isOn('other', 'N1')).toBe(true);
  });

  test('moves nothing while the old key is somebody who is active', async (context) => {
    const place = await openPlace(context);
    await place.day();
    place.hire({ id: 'N1', former: 'E003' });
    if (isTurned) reverse(place);
    await place.day();
    expect(place.isOn('cosmo', 'N1')).toBeUndefined();
    place.company.missing.add('E003');
    await place.day();
    expect(place.isOn('cosmo', 'N1')).toBe(true);
  });

  test('that two people name leaves all three as they are', async (context) => {
    const place = await openPlace(context, { targets: { other: { onLeave: 'delete' } } });
    await place.day();
    renumber(place, 'E003', 'N1', true);
    place.hire({ id: 'N2', former: 'E003' });
    if (isTurned) reverse(place);
    await place.day();
    expect(place.isOn('other', 'E003')).toBe(true);
    place.person('N2').former = '';
    await place.day();
    expect(place.isOn('other', 'N1')).toBe(true);
  });

  test('may be one of several: the last key counts', async (context) => {
    const place = await openPlace(context);
    await place.day();
    renumber(place, 'E003', 'N1', true, 'terminated');
    renumber(place, 'N1', 'N2', true, 'terminated');
    if (isTurned) reverse(place);
    await place.day();
    expect(place.isOn('cosmo', 'N2')).toBe(true);
  });
});

describe('a former key, while its own record may be among those that are missing,', () => {
  test('moves nothing by a file that was cut', async (context) => {
    const place = await openPlace(context, { people: 14 });
    await place.day();
    place.hire({ id: 'N1', former: 'E013' });
    reverse(place);
    const moveDown = place.person('E013');
    place.company.people.delete('E013');
    place.company.people.set('E013', moveDown);
    place.begin();
    await place.world.syncDamaged(['cosmo', 'other'], breakages.cut);
    await place.day();
    expect([place.isOn('cosmo', 'E013'), place.isOn('cosmo', 'N1')]).toEqual([true, undefined]);
  });

  test.for(['deactivate', 'delete'] as const)(
    'moves nothing beside a row without a key (onLeave: %s)',
    async (onLeave, context) => {
      const place = await openPlace(context, { targets: { other: { onLeave } } });
      await place.day();
      renumber(place, 'E003', 'N1', true, 'terminated');
      place.company.nameless.add('E005');
      await place.day();
      expect(place.isOn('other', 'E003')).toBe(true);
      place.company.nameless.clear();
      await place.day();
      expect(place.isOn('other', 'N1')).toBe(true);
    },
  );

  test('moves nothing beside a row out of step that has a key which was given up', async (context) => {
    const place = await openPlace(context);
    await place.day();
    renumber(place, 'E003', 'N1', true);
    await place.day();
    renumber(place, 'N1', 'N2', true);
    place.company.missing.delete('E003');
    place.company.broken.add('E003');
    await place.day();
    expect(place.isOn('other', 'N1')).toBe(true);
    place.company.missing.add('E003');
    await place.day();
    expect(place.isOn('other', 'N2')).toBe(true);
  });
});

describe('a leaver and a joiner with one name', () => {
  test('both wait, until the record says that they are one', async (context) => {
    const place = await openPlace(context);
    await place.day();
    renumber(place, 'E003', 'N1', false);
    await place.day();
    expect(place.isOn('cosmo', 'E003')).toBe(true);
    place.person('N1').former = 'E003';
    await place.day();
    expect(place.isOn('cosmo', 'N1')).toBe(true);
  });

  test('both wait, until somebody says that they are one', async (context) => {
    const place = await openPlace(context);
    await place.day();
    renumber(place, 'E003', 'N1', false);
    await place.day();
    expect((await place.world.run('rekey', 'E003', 'N1')).code).toBe(0);
    place.world.rekeyed('E003', 'N1');
    await place.day({ turns: apart });
    expect(place.isOn('other', 'N1')).toBe(true);
  });

  test('are no such pair where the first is only out of scope', async (context) => {
    const place = await openPlace(context, { targets: { other: { without: ['Lyon'] } } });
    await place.day();
    place.person('E003').site = 'Lyon';
    place.hire({ email: place.person('E003').email });
    await place.day({ turns: together });
    expect(place.isOn('other', 'E003')).toBe(false);
  });
});

describe('a name', () => {
  test('that is given up in the same plan is free for somebody who is new', async (context) => {
    const place = await openPlace(context);
    await place.day();
    const { login, email } = place.person('E003');
    place.hire({ id: 'N1', login, email });
    Object.assign(place.person('E003'), { login: 'n3@example.com', email: 'n3@example.com' });
    await place.day();
    expect(place.isOn('cosmo', 'N1')).toBe(true);
  });

  test('that is taken is asked for once, and the plan says that somebody waits', async (context) => {
    const place = await openPlace(context);
    await place.day();
    place.person('E003').status = 'left';
    await place.day();
    place.person('E002').login = place.person('E003').login;
    place.begin();
    await place.world.sync(['cosmo']);
    await place.world.planIsEmpty(['cosmo']);
    const since = place.journalled('cosmo');
    await place.world.sync(['cosmo']);
    expect(place.writes('cosmo', since)).toEqual([]);
    place.isAsWanted();
    place.person('E003').login = 'n3@example.com';
    place.person('E003').status = 'active';
    await place.day({ turns: [['cosmo']] });
  });
});
