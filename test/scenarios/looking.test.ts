import { describe, expect, test } from 'vitest';
import { damages } from './changes.ts';
import { apart, openPlace } from './place.ts';

/** What may be passed over because nothing changed, and what may not (law 15). */
describe('somebody whose record is as it was', () => {
  test('and who is back is switched on by each target, also by one that is synced later', async (context) => {
    const place = await openPlace(context);
    await place.day({ turns: apart });
    place.company.missing.add('E003');
    await place.day({ turns: apart });
    place.company.missing.delete('E003');
    await place.day({ turns: apart });
    expect(place.isOn('other', 'E003')).toBe(true);
  });

  test('and was rejected beside another is looked at by each target when that is over', async (context) => {
    const place = await openPlace(context);
    await place.day({ turns: apart });
    place.person('E003').title = 'Clerk';
    place.hire({ id: 'N1', login: place.person('E003').login });
    await place.day({ turns: apart });
    place.company.people.delete('N1');
    await place.day({ turns: apart });
  });

  test('is not passed over by a target whose last file did not hold it', async (context) => {
    const place = await openPlace(context);
    await place.day();
    place.person('E003').title = 'Clerk';
    await place.day({ turns: [['other']] });
    await place.day({ turns: [['cosmo']], damage: damages.header });
    await place.day({ turns: [['cosmo']] });
  });

  test('and who was to leave by a file that was held still leaves by the next whole one', async (context) => {
    const place = await openPlace(context, { people: 14 });
    await place.day();
    place.company.missing.add('E014');
    await place.day({ damage: damages.half });
    await place.day({ damage: damages.header });
    expect(place.isOn('cosmo', 'E014')).toBe(true);
    await place.day();
    expect(place.isOn('cosmo', 'E014')).toBe(false);
  });

  test('is told of a mapping that changed on a day when a row had no key', async (context) => {
    const place = await openPlace(context);
    await place.day();
    place.company.nameless.add('E003');
    place.configureAll({ display: 'last, first' });
    await place.day();
    place.company.nameless.clear();
    await place.day();
  });

  test('is told of a mapping that changed on such a day, and back', async (context) => {
    const place = await openPlace(context);
    await place.day();
    place.company.nameless.add('E003');
    place.configureAll({ display: 'last, first' });
    await place.day();
    place.configureAll({ display: 'first last' });
    await place.day();
  });

  test('costs nothing, in whatever order rows and columns come', async (context) => {
    const place = await openPlace(context);
    await place.day();
    const since = ['cosmo', 'other'].map((name) => place.journalled(name));
    place.company.shuffles = true;
    place.company.columns = [...place.company.columns].reverse();
    await place.day();
    expect(['cosmo', 'other'].map((name) => place.journalled(name))).toEqual(since);
  });
});

describe('what an earlier run left behind', () => {
  test('is no reason to wait for somebody who is rejected now and has no account', async (context) => {
    const place = await openPlace(context);
    await place.day();
    place.company.missing.add('E003');
    place.hire({ id: 'N1', login: place.person('E003').login });
    await place.day();
    place.company.missing.delete('E003');
    place.person('N1').status = 'huh';
    place.person('E003').login = 'n3@example.com';
    await place.day();
  });
});
