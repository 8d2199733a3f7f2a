import { createServer } from 'node:net';
import type { AddressInfo, Socket } from 'node:net';
import { describe, expect, test } from 'vitest';
import { apart, openPlace } from './place.ts';
import type { Ending, Place } from './place.ts';

/** Another address, where nobody is meant to be told anything yet. It answers nothing, and counts who knocks. */
async function openElsewhere(ending: Ending): Promise<{ readonly url: string; knocks(): number }> {
  let knocks = 0;
  const server = createServer((socket: Socket) => {
    knocks++;
    socket.destroy();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  ending.onTestFinished(() => void server.close());
  const { port } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}/scim/v2`, knocks: () => knocks };
}

/** The same service under another address. */
function aliasOf(place: Place, name: string): string {
  return place.settings.targets.find((one) => one.name === name)!.baseUrl.replace('127.0.0.1', 'localhost');
}

describe('a base URL that changed', () => {
  test('hears nothing before it is approved: no plan, no older operation, not even a question', async (context) => {
    const place = await openPlace(context);
    await place.day();
    const { baseUrl } = place.settings.targets[0]!;
    const elsewhere = await openElsewhere(context);
    place.person('E002').status = 'left';
    await place.day({ turns: [['cosmo']], fault: { at: 'cosmo', what: 'status=503' } });
    place.hire({ id: 'N1' });
    place.person('E003').title = 'Clerk';
    place.configure('cosmo', { baseUrl: elsewhere.url });
    place.begin();
    for (const command of ['plan', 'sync', 'sync']) {
      const ended = await place.world.run(command, '--json', 'cosmo');
      expect(ended).toMatchObject({ code: 3 });
      expect(ended.stdout).toContain('the base URL is another');
    }
    expect(elsewhere.knocks()).toBe(0);
    place.configure('cosmo', { baseUrl });
    place.begin();
    await place.world.sync(['cosmo']);
    place.world.isSure('cosmo');
    await place.day();
    expect(place.isOn('cosmo', 'E002')).toBe(false);
  });

  test('goes on where it was, once it is approved', async (context) => {
    const place = await openPlace(context);
    await place.day();
    place.configure('cosmo', { baseUrl: aliasOf(place, 'cosmo') });
    place.person('E002').status = 'left';
    place.begin();
    const held = await place.world.run('sync', '--json', 'cosmo');
    const document = JSON.parse(held.stdout) as {
      targets: { cosmo: { held: readonly { kind: string; checksum: string }[] } };
    };
    const { checksum } = document.targets.cosmo.held.find(({ kind }) => kind === 'target')!;
    expect((await place.world.run('approve', 'cosmo', checksum)).code).toBe(0);
    await place.world.sync(['cosmo']);
    await place.world.planIsEmpty(['cosmo']);
    place.isAsWanted();
    expect(place.isOn('cosmo', 'E002')).toBe(false);
  });
});

describe('two targets', () => {
  test('of which one is out of reach: the other does not notice, and the first catches up', async (context) => {
    const place = await openPlace(context);
    await place.day();
    place.person('E002').status = 'left';
    place.person('E003').title = 'Clerk';
    place.hire({ id: 'N1', manager: 'E001' });
    await place.day({ fault: { at: 'cosmo', what: 'status=503' } });
    place.person('E004').login = 'n4@example.com';
    await place.day({ turns: [['other']] });
    place.begin();
    await place.world.sync(['cosmo']);
    place.world.isSure('cosmo');
    await place.day({ turns: apart });
    expect([place.isOn('cosmo', 'E002'), place.isOn('cosmo', 'N1')]).toEqual([false, true]);
  });

  test('of which one is only observed: nothing is sent there until it is not', async (context) => {
    const place = await openPlace(context, { targets: { other: { mode: 'observe' } } });
    await place.day();
    place.person('E002').status = 'left';
    await place.day({ turns: apart });
    expect(place.world.target('other').mock.users()).toEqual([]);
    place.configure('other', { mode: 'full' });
    await place.day({ turns: apart });
    expect(place.world.target('other').mock.users()).toHaveLength(5);
  });

  test('with policies of their own for who leaves and who is out of scope', async (context) => {
    const place = await openPlace(context, {
      targets: {
        cosmo: { onLeave: 'keep', without: ['Lyon'] },
        other: { onOutOfScope: 'delete', without: ['Lyon'] },
      },
    });
    await place.day();
    place.person('E002').site = 'Lyon';
    place.person('E003').status = 'left';
    place.company.missing.add('E004');
    await place.day();
    expect(['E002', 'E003', 'E004'].map((key) => place.isOn('cosmo', key))).toEqual([false, true, true]);
    expect(['E002', 'E003', 'E004'].map((key) => place.isOn('other', key))).toEqual([
      undefined,
      false,
      false,
    ]);
    place.person('E002').status = 'left';
    place.person('E003').status = 'active';
    place.company.missing.delete('E004');
    await place.day();
  });
});

describe('a leaver', () => {
  test('stays linked where the service answers 404 to a change, and has the account', async (context) => {
    const place = await openPlace(context);
    await place.day();
    place.person('E002').status = 'left';
    await place.day({ turns: [['cosmo']], fault: { at: 'cosmo', what: 'status=404,method=PATCH' } });
    place.begin();
    await place.world.sync(['cosmo']);
    place.world.isSure('cosmo');
    await place.day();
    expect(place.isOn('cosmo', 'E002')).toBe(false);
  });

  test('who is protected stays on, whether a status or an absence says so', async (context) => {
    const place = await openPlace(context, { targets: { cosmo: { protect: 'Director' } } });
    place.person('E002').title = 'Director';
    place.person('E003').title = 'Director';
    await place.day();
    place.person('E002').status = 'left';
    place.company.missing.add('E003').add('E004');
    await place.day();
    expect(['E002', 'E003', 'E004'].map((key) => place.isOn('cosmo', key))).toEqual([true, true, false]);
  });

  test('goes by a status while a row without a key keeps everybody who is absent', async (context) => {
    const place = await openPlace(context);
    await place.day();
    place.company.nameless.add('E004');
    place.company.missing.add('E003');
    place.person('E002').status = 'left';
    await place.day();
    expect(['E002', 'E003', 'E004'].map((key) => place.isOn('cosmo', key))).toEqual([false, true, true]);
    place.company.nameless.clear();
    await place.day();
    expect(place.isOn('cosmo', 'E003')).toBe(false);
  });
});
