import { describe, expect, onTestFinished, test } from 'vitest';
import { profiles } from '../../connectors/targets/profiles.ts';
import { startMock } from '../../src/mock/index.ts';
import { loadService } from '../../connectors/targets/services.ts';
import { bare, person } from '../conformance/cast.ts';
import { described } from '../conformance/service.ts';
import { World } from '../conformance/world.ts';

const generic = profiles().get('generic')!;
const profile = { ...generic, readBack: ['people', 'members'] as const };

/** Two people with accounts, and an empty group, at a service that answers well to what it does not do. */
async function opened(lying = profile as typeof generic) {
  const service = await loadService('rfc');
  const mock = await startMock({ service, token: 'the-token-of-the-suite' });
  const world = new World(described(mock, service), lying);
  onTestFinished(() => world.close());
  world.groups = [{ key: 'g', name: 'G' }];
  world.people = [1, 2].map((number) => person(number, { ...bare(number, generic), title: 'Ms' }));
  await world.arrive();
  return { world, mock };
}

const titled = (number: number, title: string) =>
  person(number, { ...bare(number, generic), title }, { groups: ['g'] });

describe('a change that a service answers well and does not make', () => {
  test('is seen where the profile has it read back, of people and of members, and is made by a later run', async () => {
    const { world, mock } = await opened();
    world.people = [titled(1, 'Dr'), person(2, bare(2, generic), { status: 'left' })];
    mock.addFault('lie,method=PATCH,count=3');
    const { result } = await world.sync();
    expect(result).toMatchObject({ state: 'partial', failed: 3 });
    expect(
      world
        .troubles()
        .map(({ key, reason }) => `${key}: ${reason}`)
        .sort(),
    ).toEqual([
      'k1: app answered 200, and did not change title',
      'k1: app answered well, and did not add this member',
      'k2: app answered 200, and did not change active',
    ]);
    world.wait();
    await world.succeed();
    expect(world.memberships()).toEqual({ G: ['k1'] });
    await world.settle();
  });

  test('is believed where the profile says nothing of it', async () => {
    const { world, mock } = await opened(generic);
    world.people = [titled(1, 'Dr'), person(2, bare(2, generic))];
    mock.addFault('lie,method=PATCH,count=3');
    await world.succeed();
    expect(world.memberships()).toEqual({ G: [] });
  });
});
