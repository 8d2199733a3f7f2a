import { describe, expect, onTestFinished, test } from 'vitest';
import { profiles } from '../../connectors/targets/profiles.ts';
import { loadService } from '../../connectors/targets/services.ts';
import { startMock } from '../../src/mock/index.ts';
import type { Mock } from '../../src/mock/index.ts';
import { ENTERPRISE } from '../../src/model/index.ts';
import type { Profile, Resource } from '../../src/model/index.ts';
import { person } from '../conformance/cast.ts';
import { described } from '../conformance/service.ts';
import { World } from '../conformance/world.ts';

const generic = profiles().get('generic')!;
const byPut: Profile = {
  ...generic,
  update: { ...generic.update, method: 'put' },
  active: { ...generic.active, method: 'put' },
};
/** What the configuration says of a person, and no more. */
const said = ['userName', 'title', 'name.givenName', 'name.familyName', 'externalId', 'active'];

const one = (title: string): Resource => ({
  userName: 'p1@example.com',
  title,
  name: { givenName: 'Pat', familyName: 'One' },
});

/** Two people with accounts, and at the first of them what somebody has put there beside it. */
async function opened(
  profile: Profile,
  besides: Resource = {},
): Promise<{ world: World; mock: Mock; id: string }> {
  const service = await loadService('rfc');
  const mock = await startMock({ service, token: 'the-token-of-the-suite' });
  const world = new World(described(mock, service), profile);
  onTestFinished(() => world.close());
  world.settings = { drift: { compared: said, attributes: {} } };
  world.people = [person(1, one('Ms')), person(2, { ...one('Ms'), userName: 'p2@example.com' })];
  await world.arrive();
  const id = world.links().get('k1')!.remoteId;
  await change(world, id, besides);
  return { world, mock, id };
}

/** What an administrator does at the target. */
async function change(world: World, id: string, value: Resource): Promise<void> {
  const operations = Object.entries(value).map(([name, one]) => ({
    op: 'replace',
    value: { [name]: one },
  }));
  for (const operation of operations) {
    const body = { schemas: ['urn:ietf:params:scim:api:messages:2.0:PatchOp'], Operations: [operation] };
    const outcome = await world.ask((target) => target.send({ method: 'PATCH', path: `/Users/${id}`, body }));
    expect(outcome.kind).toBe('done');
  }
}

const besides = {
  nickName: 'Patty',
  locale: 'nn-NO',
  roles: [{ value: 'auditor', primary: true }],
  emails: [{ value: 'pat@home.example', type: 'home' }],
  name: { middleName: 'Q', formatted: 'Pat Q One' },
  [ENTERPRISE]: { costCenter: '4711' },
};

async function retitled(world: World, mock: Mock, title = 'Dr') {
  const before = mock.journal().length;
  world.people = [person(1, one(title)), ...world.people.slice(1)];
  const { result } = await world.sync();
  const asked = mock
    .journal(before)
    .map(({ method, path, status }) => `${method} ${path.split('/')[3]} ${status}`);
  return { result, asked };
}

describe('what nobody maps stays, where a person is changed by PUT', () => {
  test('the account is read, and goes back with the change', async () => {
    const { world, mock, id } = await opened(byPut, besides);
    const { asked } = await retitled(world, mock);
    expect(asked).toEqual(['GET Users 200', 'PUT Users 200']);
    expect(world.held(id)!.attributes).toMatchObject({
      ...besides,
      name: { givenName: 'Pat', familyName: 'One', ...besides.name },
      title: 'Dr',
      active: true,
    });
    expect((await world.succeed()).operations).toEqual([]);
  });

  test('also of somebody who leaves, and comes back', async () => {
    const { world, id } = await opened(byPut, besides);
    const [, two] = world.people;
    world.people = [person(1, one('Ms'), { status: 'left' }), two!];
    await world.succeed();
    expect(world.held(id)!.attributes).toMatchObject({
      active: false,
      nickName: 'Patty',
      roles: besides.roles,
    });
    world.people = [person(1, one('Ms')), two!];
    await world.succeed();
    expect(world.held(id)!.attributes).toMatchObject({
      active: true,
      nickName: 'Patty',
      roles: besides.roles,
    });
  });
});

describe('what we do say, and do not change', () => {
  test('is left as it is found: a PUT says no more than a PATCH', async () => {
    const { world, mock, id } = await opened(byPut, { name: { givenName: 'Patricia' }, active: false });
    await retitled(world, mock);
    expect(world.held(id)!.attributes).toMatchObject({
      title: 'Dr',
      name: { givenName: 'Patricia', familyName: 'One' },
      active: false,
    });
  });

  test('`name.formatted` goes with the parts that it is made of', async () => {
    const { world, id } = await opened(byPut, { name: { formatted: 'Pat One' } });
    world.people = [
      person(1, { ...one('Ms'), name: { givenName: 'Pat', familyName: 'Two' } }),
      ...world.people.slice(1),
    ];
    await world.succeed();
    expect(world.held(id)!.attributes['name']).toEqual({ givenName: 'Pat', familyName: 'Two' });
  });

  test('what is taken away is taken away', async () => {
    const { world, id } = await opened(byPut, besides);
    const { title: _, ...untitled } = one('');
    world.people = [person(1, untitled), ...world.people.slice(1)];
    await world.succeed();
    expect(world.held(id)!.attributes).not.toHaveProperty('title');
    expect(world.held(id)!.attributes).toMatchObject({ nickName: 'Patty' });
  });
});

describe('the manager, whom a PUT names by the id that the target has', () => {
  test('stays, where nobody maps one', async () => {
    const { world, mock, id } = await opened(byPut);
    const boss = world.links().get('k2')!.remoteId;
    await change(world, id, { [ENTERPRISE]: { manager: { value: boss } } });
    await retitled(world, mock);
    expect(world.held(id)!.attributes).toMatchObject({
      title: 'Dr',
      [ENTERPRISE]: { manager: { value: boss } },
    });
  });

  test('stays until the new one has an account', async () => {
    const { world, mock, id } = await opened(byPut);
    world.settings = { drift: { compared: [...said, 'enterprise.manager'], attributes: {} } };
    const [, two] = world.people;
    world.people = [person(1, one('Ms'), { manager: 'k2' }), two!];
    await world.succeed();
    const boss = world.links().get('k2')!.remoteId;
    expect(world.held(id)!.attributes).toMatchObject({ [ENTERPRISE]: { manager: { value: boss } } });
    mock.addFault('status=500,method=POST,count=1');
    const three = person(3, { ...one('Ms'), userName: 'p3@example.com' });
    world.people = [person(1, one('Dr'), { manager: 'k3' }), two!, three];
    await world.sync();
    expect(world.held(id)!.attributes).toMatchObject({
      title: 'Dr',
      [ENTERPRISE]: { manager: { value: boss } },
    });
    world.wait();
    await world.sync();
    await world.sync();
    const next = world.links().get('k3')!.remoteId;
    expect(world.held(id)!.attributes).toMatchObject({ [ENTERPRISE]: { manager: { value: next } } });
    world.people = [person(1, one('Dr')), two!, three];
    await world.succeed();
    expect(world.held(id)!.attributes).not.toHaveProperty([ENTERPRISE, 'manager']);
  });
});

describe('an account that cannot be read', () => {
  test('is not written blindly: the change waits', async () => {
    const { world, mock, id } = await opened(byPut, besides);
    mock.addFault(`status=500,method=GET,path=/Users/${id}`);
    const { asked } = await retitled(world, mock);
    expect(asked).toEqual(['GET Users 500']);
    mock.clearFaults();
    world.wait();
    await world.sync();
    expect(world.held(id)!.attributes).toMatchObject({ title: 'Dr', nickName: 'Patty' });
  });

  test('is switched off all the same, where somebody leaves', async () => {
    const { world, mock, id } = await opened(byPut, besides);
    mock.addFault(`status=500,method=GET,path=/Users/${id}`);
    world.people = [person(1, one('Ms'), { status: 'left' }), ...world.people.slice(1)];
    await world.sync();
    expect(world.held(id)!.attributes).toMatchObject({ active: false });
  });
});
