import { describe, expect, onTestFinished, test } from 'vitest';
import { profiles } from '../../connectors/targets/profiles.ts';
import { loadService } from '../../connectors/targets/services.ts';
import { startMock } from '../../src/mock/index.ts';
import type { Mock, Recorded } from '../../src/mock/index.ts';
import { run as undo } from '../../src/cli/undo.ts';
import type { GroupAbilities, Profile } from '../../src/model/index.ts';
import { bare, person } from '../conformance/cast.ts';
import { described } from '../conformance/service.ts';
import { World } from '../conformance/world.ts';
import type { DirectoryGroup } from '../conformance/world.ts';
import { openPlace } from '../support/place.ts';
import { playService } from '../support/service.ts';

const generic = profiles().get('generic')!;
type Abilities = Extract<GroupAbilities, { supported: true }>;
const abilities = generic.groups as Abilities;

function nesting(part: Partial<Abilities['members']> = {}, more: Partial<Abilities> = {}): Profile {
  return {
    ...generic,
    groups: { ...abilities, ...more, members: { ...abilities.members, nested: true, ...part } },
  };
}

const group = (
  key: string,
  members: readonly string[],
  nested: 'flatten' | 'keep' = 'keep',
): DirectoryGroup => ({
  key,
  name: key,
  members,
  nested,
});

interface Opened {
  readonly world: World;
  readonly mock: Mock;
  /** By the name of each group: the keys of its people, and the names of its groups in brackets. */
  readonly members: () => Readonly<Record<string, readonly string[]>>;
  readonly idOf: (name: string) => string;
}

/** Three people, and a group within a group: k1 in both, k2 in the inner one, k3 in none. */
async function opened(profile: Profile, directory?: readonly DirectoryGroup[]): Promise<Opened> {
  const service = await loadService('rfc');
  const mock = await startMock({ service, token: 'the-token-of-the-suite' });
  const world = new World(described(mock, service), profile);
  onTestFinished(() => world.close());
  world.people = [1, 2, 3].map((number) => person(number, bare(number, generic)));
  world.directory = directory ?? [group('all', ['k1', 'crew']), group('crew', ['k2'])];
  const names = () => new Map(groupsOf(mock).map(({ id, displayName }) => [id, `[${displayName}]`]));
  return {
    world,
    mock,
    members: () =>
      Object.fromEntries(
        Object.entries(world.memberships()).map(([name, ids]) => [
          name,
          ids.map((id) => names().get(id) ?? id).sort(),
        ]),
      ),
    idOf: (name) => mock.groups().find(({ displayName }) => displayName === name)!.id,
  };
}

const patches = (all: readonly Recorded[]) =>
  all.filter(({ method }) => method === 'PATCH').map(({ body }) => body);

describe('a group that the source keeps in another', () => {
  test('is its member by id and type, where the target holds groups in groups; and nothing is left to do', async () => {
    const { world, members, idOf } = await opened(nesting());
    const { writes, operations } = await world.succeed();
    expect(members()).toEqual({ all: ['[crew]', 'k1'], crew: ['k2'] });
    expect(operations.filter((one) => one.startsWith('member'))).toEqual([
      'memberAdd crew',
      'memberAdd k1',
      'memberAdd k2',
    ]);
    expect(patches(writes)).toContainEqual(
      expect.objectContaining({
        Operations: [
          {
            op: 'add',
            path: 'members',
            value: [{ value: idOf('crew'), type: 'Group' }, { value: world.links().get('k1')!.remoteId }],
          },
        ],
      }),
    );
    await world.settle();
  });

  test('is flattened into its people where the target holds none', async () => {
    const { world, members } = await opened(generic);
    await world.succeed();
    expect(members()).toEqual({ all: ['k1', 'k2'], crew: ['k2'] });
    await world.settle();
  });

  test('and into its people where the target is not given it', async () => {
    const { world, members } = await opened(nesting(), [
      group('all', ['k1', 'crew', 'team']),
      group('crew', ['k2']),
      group('team', ['k3']),
    ]);
    world.settings = { groups: { onGone: 'empty', onLeave: 'remove', names: ['all', 'team'] } };
    await world.succeed();
    expect(members()).toEqual({ all: ['[team]', 'k1', 'k2'], team: ['k3'] });
    await world.settle();
  });

  test('changes by what changes: a person of the inner group costs one request, and the outer one none', async () => {
    const { world, members } = await opened(nesting());
    await world.succeed();
    world.directory = [group('all', ['k1', 'crew']), group('crew', ['k2', 'k3'])];
    const { writes } = await world.succeed();
    expect(writes).toHaveLength(1);
    expect(members()).toEqual({ all: ['[crew]', 'k1'], crew: ['k2', 'k3'] });
  });

  test('goes out again, and that is counted and limited as a memberRemove', async () => {
    const { world, members } = await opened(nesting());
    await world.succeed();
    world.directory = [group('all', ['k1']), group('crew', ['k2'])];
    world.settings = { limits: { memberRemove: { count: 0, floor: 0 } } };
    await world.sync();
    expect(world.waiting()).toEqual({ memberRemove: 1 });
    expect(world.heldOperations()).toMatchObject([{ kind: 'memberRemove', key: 'crew', group: 'all' }]);
    expect(members()['all']).toEqual(['[crew]', 'k1']);
    world.approve();
    await world.succeed();
    expect(members()).toEqual({ all: ['k1'], crew: ['k2'] });
    await world.settle();
  });

  test('stays for as long as a read does not prove that it is out (law 6)', async () => {
    const { world, members } = await opened(nesting());
    await world.succeed();
    world.directory = [group('all', ['k1'])];
    world.unread = ['the export is cut short'];
    const { operations } = await world.sync();
    // The whole plan is held for the read; and what it would take out is nothing that a group is to be in.
    expect(operations).not.toContain('memberRemove crew');
    expect(members()).toEqual({ all: ['[crew]', 'k1'], crew: ['k2'] });
  });

  test('is nobody’s member any more when it is gone, and takes its memberships with it when it is deleted', async () => {
    const { world, members } = await opened(nesting());
    await world.succeed();
    world.directory = [group('all', ['k1', 'crew'])];
    world.settings = { groups: { onGone: 'delete', onLeave: 'remove' } };
    await world.succeed();
    expect(members()).toEqual({ all: ['k1'] });
    await world.settle();
    world.directory = [group('all', ['k1', 'crew']), group('crew', ['k2'])];
    await world.succeed();
    expect(members()).toEqual({ all: ['[crew]', 'k1'], crew: ['k2'] });
    await world.settle();
  });
});

test('flatten and keep in one directory: who is below a flattened group is in it, however deep', async () => {
  const directory = [
    group('top', ['middle'], 'flatten'),
    group('middle', ['low', 'k1']),
    group('low', ['k2']),
    group('beside', ['top']),
  ];
  const { world, members } = await opened(nesting(), directory);
  await world.succeed();
  const nested = { top: ['k1', 'k2'], middle: ['[low]', 'k1'], low: ['k2'], beside: ['[top]'] };
  expect(members()).toEqual(nested);
  await world.settle();
  const flat = await opened(generic, directory);
  await flat.world.succeed();
  expect(flat.members()).toEqual({ ...nested, middle: ['k1', 'k2'], beside: ['k1', 'k2'] });
});

test('circles, and a group that names itself, are survived: each is in the other, and nobody is lost', async () => {
  const directory = [group('a', ['b', 'k1', 'a']), group('b', ['c', 'k2']), group('c', ['a', 'k3'])];
  const { world, members } = await opened(nesting(), directory);
  await world.succeed();
  expect(members()).toEqual({ a: ['[b]', 'k1'], b: ['[c]', 'k2'], c: ['[a]', 'k3'] });
  await world.settle();
  const flat = await opened(generic, directory);
  await flat.world.succeed();
  const all = ['k1', 'k2', 'k3'];
  expect(flat.members()).toEqual({ a: all, b: all, c: all });
  await flat.world.settle();
});

describe('a group that is not there yet', () => {
  test('makes its own membership wait and nothing else; it follows when the group is created', async () => {
    const { world, mock, members } = await opened(nesting());
    world.settings = { pace: { concurrency: 1 } };
    world.beforeSend = async ({ path, body }) => {
      if (path === '/Groups' && (body as { displayName?: string }).displayName === 'crew')
        mock.addFault('status=400,scimType=invalidValue,method=POST,path=/Groups,count=1');
    };
    await world.sync();
    expect(members()).toEqual({ all: ['k1'] });
    expect(world.troubles()).toContainEqual(
      expect.objectContaining({ key: 'crew', state: 'waiting', reason: 'waits for the group crew' }),
    );
    expect(world.unfinished('reference')).toEqual([
      expect.objectContaining({ type: 'Group', key: 'crew', group: 'all', kind: 'memberAdd' }),
    ]);
    mock.clearFaults();
    world.beforeSend = async () => undefined;
    world.wait();
    await world.sync();
    expect(members()).toEqual({ all: ['[crew]', 'k1'], crew: ['k2'] });
    await world.settle();
  });

  test('is no member of anything where it is left out, and nothing waits for it', async () => {
    const { world, members, mock } = await opened(nesting());
    world.settings = { allow: ['create', 'memberAdd', 'memberRemove'] };
    await world.ask((target) =>
      target.send({
        method: 'POST',
        path: '/Groups',
        body: { schemas: ['urn:ietf:params:scim:schemas:core:2.0:Group'], displayName: 'all' },
      }),
    );
    world.settings = { allow: ['create', 'linkGroup', 'memberAdd', 'memberRemove'] };
    await world.sync();
    world.approve();
    await world.sync();
    await world.succeed();
    expect(mock.groups()).toHaveLength(1);
    expect(members()).toEqual({ all: ['k1'] });
  });
});

describe('reconcile', () => {
  test('finds a group that somebody took out of another, and a repair puts it back', async () => {
    const { world, members, idOf } = await opened(nesting());
    await world.succeed();
    const take = (op: string, value?: object[]) =>
      world.ask((target) =>
        target.send({
          method: 'PATCH',
          path: `/Groups/${idOf('all')}`,
          body: {
            schemas: ['urn:ietf:params:scim:api:messages:2.0:PatchOp'],
            Operations: [
              value === undefined
                ? { op, path: `members[value eq "${idOf('crew')}"]` }
                : { op, path: 'members', value: value as never },
            ],
          },
        }),
      );
    expect((await world.reconcile()).groups).toEqual([]);
    await take('remove');
    const found = await world.reconcile(true);
    expect(found.groups).toMatchObject([
      {
        key: 'all',
        situation: 'drifted',
        changes: [{ path: 'members', confirmed: [{ value: 'crew', type: 'Group' }] }],
      },
    ]);
    expect(found.text).toContain('not in it any more: crew (group)');
    await world.succeed();
    expect(members()['all']).toEqual(['[crew]', 'k1']);
    await world.settle();
  });

  test('names a group of ours that somebody put into another, and takes it out where that is asked for', async () => {
    const { world, members, idOf } = await opened(nesting(), [group('all', ['k1']), group('crew', ['k2'])]);
    world.settings = { groups: { onGone: 'empty', onLeave: 'remove', members: 'remove' } };
    await world.succeed();
    const body = {
      schemas: ['urn:ietf:params:scim:api:messages:2.0:PatchOp'],
      Operations: [{ op: 'add', path: 'members', value: [{ value: idOf('crew'), type: 'Group' }] }],
    };
    await world.ask((target) => target.send({ method: 'PATCH', path: `/Groups/${idOf('all')}`, body }));
    const { text } = await world.reconcile(true);
    expect(text).toContain('in it as well: crew (group)');
    await world.succeed();
    expect(members()['all']).toEqual(['k1']);
    await world.settle();
  });
});

test('a group that goes as a whole keeps the type of the groups in it', async () => {
  const { world, members } = await opened(nesting({}, { update: 'put' }));
  await world.succeed();
  world.directory = [group('all', ['k1', 'k3', 'crew']), group('crew', ['k2'])];
  const { writes } = await world.succeed();
  expect(writes.map(({ method }) => method)).toEqual(['PUT']);
  expect(members()).toEqual({ all: ['[crew]', 'k1', 'k3'], crew: ['k2'] });
  await world.settle();
});

test('an answer that is lost is said again by the next run, and the group is in it once', async () => {
  const { world, mock, members } = await opened(nesting(), [group('all', ['crew']), group('crew', ['k2'])]);
  mock.addFault('drop=after,method=PATCH,count=2');
  await world.sync();
  world.wait();
  await world.sync();
  await world.succeed();
  expect(members()).toEqual({ all: ['[crew]'], crew: ['k2'] });
  await world.settle();
});

test('the same group is members here and people there: each target as it can', async () => {
  const able = await opened(nesting());
  await able.world.succeed();
  // A target that could, and now cannot: the group goes out, and its people come in.
  able.world.settings = { profile: generic };
  await able.world.succeed();
  expect(able.members()).toEqual({ all: ['k1', 'k2'], crew: ['k2'] });
  able.world.settings = {};
  await able.world.succeed();
  expect(able.members()).toEqual({ all: ['[crew]', 'k1'], crew: ['k2'] });
});

describe('from a source to a target, as a configuration says it', () => {
  const desk = 'title: Desk\ngroups: { members: { nested: true } }\n';
  const configuration = (url: string, source: string): string =>
    `state: ./rollcall.db
${source}
identity: { userName: "\${first(record.uid)}", active: true }
targets: { app: { connector: ./desk.yaml, baseUrl: "${url}", auth: { kind: bearer, token: { env: APP_TOKEN } } } }
`;

  test('groups of an LDIF export', async (context) => {
    const place = openPlace(context);
    const mock = await playService(context);
    place.write('desk.yaml', desk);
    place.write(
      'people.ldif',
      `dn: uid=ada,dc=x\nuid: ada\n\ndn: cn=all,dc=x\ncn: all\nmember: CN=Crew, DC=x\n\ndn: cn=crew,dc=x\ncn: crew\nmember: uid=ada,dc=x\n`,
    );
    place.write(
      'rollcall.yaml',
      configuration(
        mock.url,
        `source: { connector: ldif, path: ./people.ldif, key: "\${first(record.uid)}" }
groups: [{ records: "\${has(record.cn)}", name: "\${first(record.cn)}", members: "\${record.member}", match: "\${record.dn}", nested: keep }]`,
      ),
    );
    await place.settle();
    expect(held(mock)).toEqual({ all: ['[crew]'], crew: ['ada'] });
  });

  test('what an undo leaves alone: in which groups a group is; and a person of the same key stays in theirs', async (context) => {
    const place = openPlace(context);
    const mock = await playService(context);
    place.write('desk.yaml', desk);
    const people = (...more: readonly string[]): void =>
      place.write(
        'people.ldif',
        `dn: uid=ada,dc=x\nuid: ada\n\ndn: uid=crew,dc=x\nuid: crew\n\ndn: cn=crew,dc=x\ncn: crew\nmember: uid=ada,dc=x\n\ndn: cn=all,dc=x\ncn: all\nmember: uid=crew,dc=x\n${more.join('')}`,
      );
    place.write(
      'rollcall.yaml',
      configuration(
        mock.url,
        `source: { connector: ldif, path: ./people.ldif, key: "\${first(record.uid)}" }
groups: [{ records: "\${has(record.cn)}", name: "\${first(record.cn)}", members: "\${record.member}", match: "\${record.dn}", nested: keep }]`,
      ),
    );
    people();
    await place.settle();
    people('member: cn=crew,dc=x\n');
    await place.settle();
    const after = { all: ['[crew]', 'crew'], crew: ['ada'] };
    expect(sorted(held(mock))).toEqual(after);
    const usual = {
      config: place.path('rollcall.yaml'),
      quiet: true,
      color: false,
      logLevel: 'silent',
    } as const;
    expect(await undo({ ...usual, wait: '0s', show: '0' }, '2')).toBe(0);
    expect(sorted(held(mock))).toEqual(after);
  });

  test('groups that are listed apart from people', async (context) => {
    const place = openPlace(context);
    const mock = await playService(context);
    place.write('desk.yaml', desk);
    place.write('users.json', '[{"id":"u1","uid":["ada"]}]');
    place.write('groups.json', '[{"id":"g1","name":"all"},{"id":"g2","name":"crew"}]');
    place.write('members-g1.json', '[{"id":"g2"}]');
    place.write('members-g2.json', '[{"id":"u1"}]');
    place.write(
      'rollcall.yaml',
      configuration(
        mock.url,
        `source:
  connector: json
  path: ./users.json
  key: \${record.id}
  groups: { path: ./groups.json, name: "\${record.name}", match: "\${record.id}", nested: keep, members: { path: ./members-*.json } }`,
      ),
    );
    await place.settle();
    expect(held(mock)).toEqual({ all: ['[crew]'], crew: ['ada'] });
  });
});

/** By the name of each group: the userNames of its people, and the names of its groups in brackets. */
function held(mock: Mock): Readonly<Record<string, readonly string[]>> {
  const people = mock.users() as unknown as readonly { id: string; userName: string }[];
  const groups = groupsOf(mock);
  const names = new Map([
    ...people.map(({ id, userName }) => [id, userName] as const),
    ...groups.map(({ id, displayName }) => [id, `[${displayName}]`] as const),
  ]);
  return Object.fromEntries(
    groups.map(({ displayName, members }) => [displayName, members.map((id) => names.get(id)!)]),
  );
}

function sorted(
  groups: Readonly<Record<string, readonly string[]>>,
): Readonly<Record<string, readonly string[]>> {
  return Object.fromEntries(Object.entries(groups).map(([name, all]) => [name, [...all].sort()]));
}

interface Shown {
  readonly id: string;
  readonly displayName: string;
  readonly members: readonly string[];
}

function groupsOf(mock: Mock): readonly Shown[] {
  return mock.groups() as unknown as readonly Shown[];
}
