import { describe, expect, test } from 'vitest';
import { ENTERPRISE } from '../../src/model/index.ts';
import type { Profile, Remote, Resource } from '../../src/model/index.ts';
import { resolve } from '../../src/delivery/doubt.ts';
import { MANAGER_PATH } from '../../src/planning/diff.ts';
import type { ScimTarget } from '../../src/scim/target.ts';
import { exampleProfile, managedBy } from '../planning/example.ts';
import { openHouse } from '../store/released.ts';
import type { House, Planned } from '../store/released.ts';
import { deliveryOf, playTarget, remote, throws } from './answers.ts';

const now = 1_000_000;
const ada: Resource = {
  userName: 'ada',
  externalId: 'p1',
  emails: [{ value: 'home@example.com' }, { value: 'ada@example.com', primary: true }],
  active: true,
};

/** Leases one operation, as a run that was killed right afterwards would have, and reads what became of it. */
async function inDoubt(
  operation: Planned,
  part: Partial<ScimTarget> = {},
  options: {
    readonly house?: House;
    readonly profile?: Profile;
    readonly absenceProved?: boolean;
    readonly mayRepeat?: boolean;
    readonly sends?: readonly string[];
  } = {},
) {
  const house = options.house ?? openHouse();
  house.plan({ operations: [operation], absenceProved: options.absenceProved ?? true });
  house.lease();
  const [doubtful] = house.queue().doubtful();
  const target = playTarget(part);
  const profile = options.profile ?? exampleProfile;
  const delivery = deliveryOf(house, target, { profile, now: () => now });
  const { mayRepeat = true } = options;
  const consequence = await resolve({ ...delivery, mayRepeat: () => mayRepeat }, doubtful!);
  expect(target.sent.map(({ method, path }) => `${method} ${path}`)).toEqual(options.sends ?? []);
  return consequence;
}

/** Answers a look-up by one attribute with these accounts, and every other with none. */
function finds(attribute: string, ...found: readonly Remote[]): Partial<ScimTarget> {
  return { find: async (asked) => (asked === attribute ? found : []) };
}

describe('a create whose answer was lost', () => {
  const create: Planned = { key: 'p1', kind: 'create', after: ada };

  test('was done, if an account has the externalId', async () => {
    for (const absenceProved of [true, false]) {
      const { step } = await inDoubt(create, finds('externalId', remote('r1')), { absenceProved });
      expect(step).toMatchObject({ kind: 'done', account: { remoteId: 'r1', resource: ada } });
    }
  });

  test('was done, if an account has a name that the plan proved to be free', async () => {
    for (const attribute of ['userName', 'emails.value']) {
      const { step } = await inDoubt(create, finds(attribute, remote('r1')));
      expect(step).toMatchObject({ kind: 'done', account: { remoteId: 'r1' } });
    }
  });

  test('is not taken for somebody whose name was never proved to be free', async () => {
    for (const attribute of ['userName', 'emails.value']) {
      const { step } = await inDoubt(create, finds(attribute, remote('r1')), { absenceProved: false });
      expect(step).toMatchObject({
        kind: 'failed',
        code: 'conflict',
        error: `an account that is not linked has this ${attribute}`,
      });
    }
  });

  test('is looked up by the values that it had, the primary address among them', async () => {
    const asked: string[] = [];
    const find = async (attribute: string, value: string) => {
      asked.push(`${attribute} ${value}`);
      return [];
    };
    await inDoubt(create, { find });
    expect(asked).toEqual(['externalId p1', 'userName ada', 'emails.value ada@example.com']);
  });

  test('was not done, if nobody is found: it is sent again at once', async () => {
    const { step } = await inDoubt(create);
    expect(step).toMatchObject({ kind: 'retry', runAt: now, counted: true, code: 'unanswered' });
    const bare = await inDoubt({ ...create, after: { userName: 'ada' } });
    expect(bare.step.kind).toBe('retry');
  });

  test('was not done, if whoever is found is somebody else', async () => {
    const house = openHouse();
    house.link('p2', { userName: 'ada' }, 'r2');
    const { step } = await inDoubt(create, finds('userName', remote('r2')), { house });
    expect(step.kind).toBe('retry');
  });

  test('is left to a person, if several are found', async () => {
    const { step } = await inDoubt(create, finds('externalId', remote('r1'), remote('r2')));
    expect(step).toMatchObject({ kind: 'failed', code: 'conflict' });
  });

  describe('at a service where nobody sees an invitation before it is accepted', () => {
    const inviting = (repeatable: boolean): Profile => ({
      ...exampleProfile,
      create: { ...exampleProfile.create, invites: true, invitedReadable: false, repeatable },
    });

    test('is sent again unlooked, where repeating it does nothing and they still are to come', async () => {
      const find = async (): Promise<never> => {
        throw new Error('nobody is to be asked');
      };
      const { step } = await inDoubt(create, { find }, { profile: inviting(true), sends: ['POST /Users'] });
      expect(step).toMatchObject({ kind: 'done', account: { state: 'invited' } });
    });

    test.each([
      ['who may have left', inviting(true), false],
      ['who would be invited twice', inviting(false), true],
    ])('of somebody %s, waits until they accept', async (_, profile, mayRepeat) => {
      const open = await inDoubt(create, { find: async () => [] }, { profile, mayRepeat });
      expect(open).toMatchObject({ step: { kind: 'doubt' }, isLeft: true });
      const { step } = await inDoubt(create, finds('externalId', remote('r1')), { profile, mayRepeat });
      expect(step).toMatchObject({ kind: 'done', account: { remoteId: 'r1' } });
    });
  });

  test('without the manager on it, the reference is owed', async () => {
    const managed = { ...create, after: managedBy('p2', ada), needs: 'p2' };
    const without = await inDoubt(managed, finds('externalId', remote('r1')));
    expect(without.step).toMatchObject({ kind: 'done', owed: { manager: 'p2' }, account: { resource: ada } });
    const resource = { [ENTERPRISE]: { manager: { value: 'r2' } } };
    const withManager = await inDoubt(managed, finds('externalId', remote('r1', { resource })));
    expect(withManager.step).not.toHaveProperty('owed');
  });
});

describe('a change whose answer was lost', () => {
  const linked = (resource = ada): House => {
    const house = openHouse();
    house.link('p1', resource, 'r1');
    return house;
  };
  const update: Planned = {
    key: 'p1',
    kind: 'update',
    after: { ...ada, title: 'Dr' },
    changes: [{ path: 'title', after: 'Dr' }],
  };
  const leave: Planned = {
    key: 'p1',
    kind: 'deactivate',
    after: { ...ada, active: false },
    changes: [{ path: 'active', before: true, after: false }],
  };
  const reads = (part: Partial<Remote> | undefined): Partial<ScimTarget> => ({
    read: async (id) => (part === undefined ? undefined : remote(id, part)),
  });

  test('was done, if the account shows it, whatever else it shows', async () => {
    const live = { ...ada, userName: 'ADA', title: 'Dr', nickName: 'x', displayName: 'Somebody' };
    const { step } = await inDoubt(update, reads({ active: true, resource: live }), { house: linked() });
    expect(step).toMatchObject({ kind: 'done', account: { remoteId: 'r1', resource: { title: 'Dr' } } });
  });

  test('was not done, if the account shows something else: it is sent again', async () => {
    const { step } = await inDoubt(update, reads({ active: true, resource: ada }), { house: linked() });
    expect(step).toMatchObject({ kind: 'retry', counted: true });
  });

  test('a leaver is off, if the account says so, and only then', async () => {
    const off = await inDoubt(leave, reads({ active: false }), { house: linked() });
    expect(off.step).toMatchObject({ kind: 'done', account: { resource: { active: false } } });
    const on = await inDoubt(leave, reads({ active: true }), { house: linked() });
    expect(on.step.kind).toBe('retry');
    const silent = await inDoubt(leave, reads({}), { house: linked() });
    expect(silent.step.kind).toBe('retry');
  });

  test('a leaver whose account is gone is off, if the credential works', async () => {
    const { step, halt } = await inDoubt(leave, reads(undefined), { house: linked() });
    expect(step).toMatchObject({ kind: 'done', account: null });
    expect(halt).toBeUndefined();
    const probe = throws('target', { code: 'unauthorised' });
    const doubted = await inDoubt(leave, { ...reads(undefined), probe }, { house: linked() });
    expect(doubted.step).toMatchObject({ kind: 'doubt' });
    expect(doubted.halt).toMatchObject({ code: 'unauthorised' });
  });

  test('a deletion is sent again while the account is there, and done when it is not', async () => {
    const deletion: Planned = { key: 'p1', kind: 'delete' };
    const there = await inDoubt(deletion, reads({ active: false }), { house: linked() });
    expect(there.step.kind).toBe('retry');
    const gone = await inDoubt(deletion, reads(undefined), { house: linked() });
    expect(gone.step).toMatchObject({ kind: 'done', account: null });
  });

  test('of an account that is gone has failed', async () => {
    const { step } = await inDoubt(update, reads(undefined), { house: linked() });
    expect(step).toMatchObject({ kind: 'failed', code: 'notFound' });
  });

  test('of somebody who is invited waits for the acceptance', async () => {
    const house = linked();
    house.state.db.prepare(`UPDATE account SET state = 'invited'`).run();
    const { step } = await inDoubt(leave, reads(undefined), { house });
    expect(step).toMatchObject({ kind: 'waiting', code: 'invited' });
  });

  test('of the manager was done, if the account shows the id of that person, and of nobody else', async () => {
    const managed: Planned = {
      key: 'p1',
      kind: 'update',
      after: managedBy('p2', ada),
      changes: [{ path: MANAGER_PATH, after: { value: 'p2' } }],
    };
    const shows = (id: string) => reads({ resource: { ...ada, [ENTERPRISE]: { manager: { value: id } } } });
    const house = linked();
    house.link('p2', { userName: 'boss' }, 'r2');
    expect((await inDoubt(managed, shows('r2'), { house })).step.kind).toBe('done');
    for (const id of ['r1', 'r9'])
      expect((await inDoubt(managed, shows(id), { house: linked() })).step.kind).toBe('retry');
  });

  test('goes on from what the account shows, where that is neither the one nor the other', async () => {
    const house = linked({ ...ada, title: 'Mr', nickName: 'A' });
    const half: Planned = {
      key: 'p1',
      kind: 'update',
      after: managedBy('p2', { ...ada, title: 'Dr', displayName: 'Ada' }),
      changes: [
        { path: 'title', before: 'Mr', after: 'Dr' },
        { path: 'displayName', after: 'Ada' },
        { path: 'nickName', before: 'A' },
        { path: MANAGER_PATH, after: { value: 'p2' } },
      ],
    };
    const live = { ...ada, userName: 'not asked', title: 'Dr', [ENTERPRISE]: { manager: { value: 'r1' } } };
    const { step } = await inDoubt(half, reads({ active: true, resource: live }), { house });
    house.confirm([step], now);
    const [row] = house.rows<{ resource: string }>('SELECT resource FROM account');
    // Itself as its own manager is what the target says; what it does not show, and was not to be cleared, stays.
    expect(JSON.parse(row!.resource)).toEqual(managedBy('p1', { ...ada, title: 'Dr' }));
    expect(house.rows('SELECT state FROM operation')).toEqual([{ state: 'open' }]);
    const [trail] = house.rows<{ detail: string }>(
      `SELECT detail FROM audit WHERE event = 'operation.retry'`,
    );
    expect(JSON.parse(trail!.detail)).toMatchObject({ confirmed: { title: 'Dr' } });
  });

  test('of a password is sent again, since no account shows one', async () => {
    const secret: Planned = {
      key: 'p1',
      kind: 'update',
      after: ada,
      changes: [{ path: 'password' }],
      secretDigest: 'digest',
    };
    const house = linked();
    const { step } = await inDoubt(secret, reads({ active: true, resource: ada }), { house });
    expect(step.kind).toBe('retry');
    house.confirm([step], now);
    expect(house.rows('SELECT secret_digest FROM account')).toEqual([{ secret_digest: null }]);
  });

  test('of somebody whose link is gone has failed', async () => {
    const { step } = await inDoubt(update);
    expect(step).toMatchObject({ kind: 'failed', code: 'notFound' });
  });
});

test('a link whose account was not read is made again: it writes nothing', async () => {
  const link: Planned = { key: 'p1', kind: 'link', after: ada, remoteId: 'r1' };
  expect((await inDoubt(link)).step).toMatchObject({ kind: 'retry', runAt: now });
});

describe('while the target cannot be asked', () => {
  const create: Planned = { key: 'p1', kind: 'create', after: ada };

  test('it stays in doubt, and a trouble of the target is told', async () => {
    const busy = await inDoubt(create, { find: throws('transient') });
    expect(busy).toMatchObject({ step: { kind: 'doubt', error: 'it answered transient' } });
    expect(busy.halt).toBeUndefined();
    const down = await inDoubt(create, { find: throws('target', { code: 'unauthorised' }) });
    expect(down).toMatchObject({ step: { kind: 'doubt' }, halt: { code: 'unauthorised' } });
  });

  test('a fault of ours is thrown', async () => {
    const find = async (): Promise<never> => {
      throw new TypeError('a bug');
    };
    await expect(inDoubt(create, { find })).rejects.toThrow('a bug');
  });
});
