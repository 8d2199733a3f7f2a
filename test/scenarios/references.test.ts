import { describe, expect, test } from 'vitest';
import { apart, openPlace, together } from './place.ts';

describe('a manager', () => {
  test('who is oneself is refused, and clears nothing', async (context) => {
    const place = await openPlace(context);
    await place.day();
    place.person('E002').manager = 'E002';
    await place.day();
    place.person('E001').manager = 'E001';
    await place.day();
  });

  test.for(['nobody', 'E003'])(
    'who is unknown or rejected (%s) clears nothing, and follows later',
    async (boss, context) => {
      const place = await openPlace(context);
      await place.day();
      place.person('E003').status = 'huh';
      place.hire({ id: 'E100', manager: boss });
      place.person('E004').manager = boss;
      await place.day();
      place.person('E003').status = 'active';
      place.hire({ id: 'nobody' });
      await place.day();
    },
  );

  test('who comes into the scope of one target is said there, also if the other was synced in between', async (context) => {
    const place = await openPlace(context, { targets: { cosmo: { without: ['Lyon'] } } });
    place.person('E001').site = 'Lyon';
    await place.day({ turns: apart });
    await place.day({ turns: [['other']] });
    place.person('E001').site = 'Berlin';
    await place.day({ turns: [['other'], ['cosmo']] });
  });

  test('who is hired on the same day costs no second request', async (context) => {
    const place = await openPlace(context);
    await place.day();
    place.person('E002').manager = place.hire({ manager: 'E001' }).id;
    await place.day();
  });

  test.for([2, 3])('on a cycle of %i costs one more request, for hires alone', async (length, context) => {
    const place = await openPlace(context);
    const hired = Array.from({ length }, () => place.hire({}));
    hired.forEach((one, index) => (one.manager = hired[(index + 1) % length]!.id));
    await place.day();
    const old = ['E002', 'E003', 'E004'].slice(0, length);
    old.forEach((key, index) => (place.person(key).manager = old[(index + 1) % length]!));
    await place.day();
  });

  test('who left keeps being referred to', async (context) => {
    const place = await openPlace(context);
    await place.day();
    place.person('E001').status = 'left';
    place.hire({ manager: 'E001' });
    await place.day();
    place.company.missing.add('E001');
    place.hire({ manager: 'E001' });
    await place.day();
  });

  test('whose account is deleted is not waited for, and is said again when it is made anew', async (context) => {
    const place = await openPlace(context, { targets: { other: { onLeave: 'delete' } } });
    await place.day();
    place.person('E001').status = 'left';
    place.hire({ manager: 'E001' });
    await place.day();
    place.person('E003').manager = '';
    await place.day();
    place.person('E001').status = 'active';
    await place.day();
    expect(place.world.faults).toEqual([]);
  });

  test('who is new does not delay a name that somebody else takes', async (context) => {
    const place = await openPlace(context);
    await place.day();
    const { login } = place.person('E002');
    const boss = place.hire({ login, manager: 'E003' });
    Object.assign(place.person('E002'), { login: 'other@example.com', manager: boss.id });
    await place.day();
  });
});

describe('a manager under another key', () => {
  test('is no other manager: nobody is told, whoever says so', async (context) => {
    const place = await openPlace(context);
    await place.day();
    place.hire({ ...place.person('E001'), id: 'N1', former: 'E001' });
    place.company.missing.add('E001');
    for (const person of place.company.present()) if (person.manager === 'E001') person.manager = 'N1';
    await place.day({ turns: together });
    place.hire({ ...place.person('N1'), id: 'N2', former: '' });
    place.company.missing.add('N1');
    place.person('E002').manager = 'N2';
    const { code } = await place.world.run('rekey', 'N1', 'N2');
    expect(code).toBe(0);
    place.world.rekeyed('N1', 'N2');
    await place.day();
  });

  test('who was named before anybody had the key is found under it', async (context) => {
    const place = await openPlace(context);
    await place.day();
    place.person('E002').manager = 'N1';
    await place.day();
    place.hire({ ...place.person('E001'), id: 'N1' });
    place.company.missing.add('E001');
    expect((await place.world.run('rekey', 'E001', 'N1')).code).toBe(0);
    place.world.rekeyed('E001', 'N1');
    await place.day();
  });
});
