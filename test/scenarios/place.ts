import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'vitest';
import type { TestContext } from 'vitest';
import { Company } from './company.ts';
import type { Person } from './company.ts';
import { realProgram, sameProcess } from './program.ts';
import type { Program } from './program.ts';
import { randomFrom } from './random.ts';
import type { Random } from './random.ts';
import { playTarget } from './service.ts';
import type { Export, Settings, TargetSettings } from './words.ts';
import { token, World } from './world.ts';

/** The part of a test's context that lets things be put away after it. */
export type Ending = Pick<TestContext, 'onTestFinished'>;

export function temporaryFolder({ onTestFinished }: Ending): string {
  const folder = mkdtempSync(join(tmpdir(), 'rollcall-scenario-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true, maxRetries: 5 }));
  return folder;
}

/** Both targets in one command, or each in one of its own. */
export const together = [['cosmo', 'other']] as const;
export const apart = [['cosmo'], ['other']] as const;

export interface Today {
  /** Which targets are synced, command by command; both together, if nothing is said. */
  readonly turns?: readonly (readonly string[])[];
  /** What is wrong with the file today. */
  readonly damage?: (file: Export) => Export;
  /** Targets where something goes wrong, by the mock's fault. */
  readonly fault?: { readonly at: string; readonly what: string };
}

/** A company of a few people, told by hand, and the rules that judge each of its days. */
export class Place {
  readonly world: World;
  readonly company: Company;
  readonly random: Random = randomFrom(1);
  #settings: Settings;

  constructor(world: World, company: Company, settings: Settings) {
    this.world = world;
    this.company = company;
    this.#settings = settings;
  }

  get settings(): Settings {
    return this.#settings;
  }

  person(id: string): Person {
    return this.company.people.get(id)!;
  }

  hire(changes: Partial<Person>): Person {
    const steady = { status: 'active', first: 'Ada', last: 'Kay', title: 'Engineer', department: 'Sales' };
    return this.company.hire(this.random, { ...steady, site: 'Berlin', manager: '', phone: '', ...changes });
  }

  /** Changes the configuration of one target from the next day on. */
  configure(name: string, changes: Partial<TargetSettings>): void {
    const targets = this.#settings.targets.map((one) => (one.name === name ? { ...one, ...changes } : one));
    this.#settings = { ...this.#settings, targets };
  }

  configureAll(changes: Partial<Omit<Settings, 'targets'>>): void {
    this.#settings = { ...this.#settings, ...changes };
  }

  begin({ damage = (file) => file }: Pick<Today, 'damage'> = {}): void {
    this.world.begin(this.#settings, damage(this.company.export(this.random)));
  }

  /** One more day: the file is written, the targets are synced, and everything is as the rules want it. */
  async day({ turns = together, damage, fault }: Today = {}): Promise<void> {
    this.begin(damage === undefined ? {} : { damage });
    for (const turn of turns) {
      const isDisturbed = fault !== undefined && turn.includes(fault.at);
      if (isDisturbed) this.world.target(fault.at).mock.addFault(fault.what);
      await this.world.sync(turn, isDisturbed ? { disturbed: [fault.at] } : {});
      if (isDisturbed) this.world.target(fault.at).mock.clearFaults();
      else await this.world.planIsEmpty(turn);
    }
    this.isAsWanted();
  }

  isAsWanted(): void {
    expect(this.world.faults).toEqual([]);
  }

  /** Requests that write since a number of the journal: method and what is said to whom. */
  writes(name: string, since: number): readonly string[] {
    return this.world
      .target(name)
      .mock.journal(since)
      .filter(({ method }) => method !== 'GET')
      .map(({ method }) => method);
  }

  journalled(name: string): number {
    return this.world.target(name).mock.journal().at(-1)?.number ?? 0;
  }

  isOn(name: string, key: string): boolean | undefined {
    const account = this.world.target(name).accounts.get(key);
    return account?.active;
  }
}

export interface PlaceOptions {
  /** Their keys are E001, E002 …; E001 is the manager of all others. */
  readonly people?: number;
  readonly program?: Program;
  readonly targets?: Readonly<Record<string, Partial<TargetSettings>>>;
}

export async function openPlace(ending: Ending, options: PlaceOptions = {}): Promise<Place> {
  const world = new World(temporaryFolder(ending), options.program ?? sameProcess);
  const cosmo = await playTarget('cosmo', token, []);
  const other = await playTarget('generic', token, []);
  ending.onTestFinished(async () => {
    await Promise.all([cosmo.close(), other.close()]);
  });
  world.addTarget('cosmo', cosmo);
  world.addTarget('other', other);
  const usual = {
    without: [],
    onLeave: 'deactivate',
    onOutOfScope: 'deactivate',
    createInactive: false,
    mode: 'full',
    deactivations: 1000,
  } as const;
  const place = new Place(world, new Company(0, randomFrom(1)), {
    display: 'first last',
    targets: [
      { ...usual, name: 'cosmo', connector: 'cosmo', baseUrl: cosmo.url, ...options.targets?.['cosmo'] },
      { ...usual, name: 'other', connector: 'generic', baseUrl: other.url, ...options.targets?.['other'] },
    ],
  });
  for (let count = 0; count < (options.people ?? 6); count++)
    place.hire({ manager: count === 0 ? '' : 'E001' });
  return place;
}

export { realProgram };
