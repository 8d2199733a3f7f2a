import { breakages, changes, damages, faults } from './changes.ts';
import { Company } from './company.ts';
import { events } from './events.ts';
import type { Event } from './events.ts';
import type { Program } from './program.ts';
import { randomFrom } from './random.ts';
import type { Random } from './random.ts';
import { playTarget } from './service.ts';
import { token, World } from './world.ts';
import type { Settings, TargetSettings } from './words.ts';

export interface StoryOptions {
  readonly seed: number;
  readonly days: number;
  readonly size: number;
  readonly folder: string;
  readonly program: Program;
  /** Nothing goes wrong with targets or files, and nobody edits the configuration. */
  readonly calm?: boolean;
  readonly only?: readonly string[];
  readonly without?: readonly string[];
}

export interface Story {
  /** What each day brought, line by line. */
  readonly told: readonly string[];
  /** What was not as the rules want it, up to the day on which that was first so. */
  readonly faults: readonly string[];
  readonly days: number;
}

const strangers = [
  {
    userName: 'root@example.com',
    displayName: 'Root',
    emails: [{ value: 'root@example.com' }],
    active: true,
  },
  {
    userName: 'billing@example.com',
    displayName: 'Billing',
    emails: [{ value: 'b@example.com' }],
    active: false,
  },
];

/** Plays so many days, drawn from a seed, and judges each; it ends with the first that is not as the rules want it. */
export async function play(options: StoryOptions): Promise<Story> {
  const random = randomFrom(options.seed);
  const world = new World(options.folder, options.program);
  const cosmo = await playTarget('cosmo', token, strangers);
  const other = await playTarget('generic', token, strangers);
  try {
    world.addTarget('cosmo', cosmo);
    world.addTarget('other', other);
    const settings = startingSettings(random, { cosmo: cosmo.url, other: other.url });
    return await new Teller(options, world, random, settings).tell();
  } finally {
    await Promise.all([cosmo.close(), other.close()]);
  }
}

function startingSettings(
  random: Random,
  urls: { readonly cosmo: string; readonly other: string },
): Settings {
  const usual = {
    without: [],
    onLeave: 'deactivate',
    onOutOfScope: 'deactivate',
    createInactive: false,
    mode: 'full',
    deactivations: 1000,
  } as const satisfies Partial<TargetSettings>;
  return {
    display: 'first last',
    targets: [
      {
        ...usual,
        name: 'cosmo',
        connector: 'cosmo',
        baseUrl: urls.cosmo,
        without: random.chance(0.5) ? ['Lyon'] : [],
      },
      {
        ...usual,
        name: 'other',
        connector: 'generic',
        baseUrl: urls.other,
        without: random.chance(0.7) ? ['Oslo'] : [],
        onLeave: random.pick(['deactivate', 'deactivate', 'delete', 'keep'] as const),
        onOutOfScope: random.pick(['deactivate', 'deactivate', 'delete', 'keep'] as const),
      },
    ],
  };
}

/** The same service under another address. */
function alias(url: string): string {
  return url.includes('127.0.0.1')
    ? url.replace('127.0.0.1', 'localhost')
    : url.replace('localhost', '127.0.0.1');
}

class Teller {
  readonly #options: StoryOptions;
  readonly #world: World;
  readonly #random: Random;
  readonly #company: Company;
  readonly #told: string[] = [];
  #settings: Settings;

  constructor(options: StoryOptions, world: World, random: Random, settings: Settings) {
    this.#options = options;
    this.#world = world;
    this.#random = random;
    this.#settings = settings;
    this.#company = new Company(options.size, random);
  }

  async tell(): Promise<Story> {
    const { days } = this.#options;
    for (let number = 1; number <= days; number++) {
      await this.#live(number);
      if (this.#world.faults.length > 0)
        return { told: this.#told, faults: this.#world.faults, days: number };
    }
    return { told: this.#told, faults: [], days };
  }

  async #live(number: number): Promise<void> {
    const say = (what: string): void => void this.#told.push(`day ${number}: ${what}`);
    const isTrouble = number > 1 && !this.#options.calm;
    if (number > 1) this.#draw(say);
    if (isTrouble && this.#random.chance(0.3)) this.#change(say);
    let file = this.#company.export(this.#random);
    if (isTrouble && this.#random.chance(0.08)) {
      const [name, damage] = this.#random.pick(Object.entries(damages));
      say(`the file: ${name}`);
      file = damage(file);
    }
    this.#world.begin(this.#settings, file);
    if (isTrouble) await this.#meddle(say);
    await this.#run(say, isTrouble);
  }

  /** What somebody does, or what happens, beside the day's own syncs. */
  async #meddle(say: (what: string) => void): Promise<void> {
    const names = this.#settings.targets.map(({ name }) => name);
    const isSure = [...this.#world.targets.values()].every(({ pending }) => pending.length === 0);
    if (isSure && this.#random.chance(0.05)) {
      const [name, breakage] = this.#random.pick(Object.entries(breakages));
      say(`sync with a file that is ${name}`);
      await this.#world.syncDamaged(names, breakage);
    }
    if (this.#random.chance(0.3)) await this.#rekey(say);
    if (this.#random.chance(0.07)) await this.#move(this.#random.pick(names), say);
  }

  /** Somebody says of two people that they are one. */
  async #rekey(say: (what: string) => void): Promise<void> {
    const { people, missing } = this.#company;
    const owns = (key: string): boolean =>
      [...this.#world.targets.values()].some(({ accounts }) => accounts.has(key));
    if ([...this.#world.targets.values()].some(({ pending }) => pending.length > 0)) return;
    for (const [key, { former, login }] of people) {
      if (missing.has(key) || former !== '' || owns(key)) continue;
      const old = [...missing].find((one) => people.get(one)?.login === login && owns(one));
      if (old === undefined) continue;
      say(`rollcall rekey ${old} ${key}`);
      await this.#world.rekey(old, key);
      return;
    }
  }

  /** A target gets another address; somebody approves that, or takes it back. */
  async #move(name: string, say: (what: string) => void): Promise<void> {
    const world = this.#world;
    const before = this.#settings;
    const isObserved = before.targets.find((one) => one.name === name)!.mode === 'observe';
    if (isObserved || world.target(name).accounts.size === 0 || world.target(name).pending.length > 0) return;
    const targets = before.targets.map((one) =>
      one.name === name ? { ...one, baseUrl: alias(one.baseUrl) } : one,
    );
    world.configure({ ...before, targets });
    await world.syncMoved([name]);
    const isApproved = this.#random.chance(0.5) && world.faults.length === 0;
    say(`another address of ${name}, ${isApproved ? 'approved' : 'taken back'}`);
    if (isApproved) {
      await world.approve(name, 'target');
      this.#settings = { ...before, targets };
    }
    world.configure(this.#settings);
    // An approval holds for a day, and is used by the next sync.
    if (isApproved) await this.#syncUndisturbed([name], say);
  }

  #draw(say: (what: string) => void): void {
    const { only, without } = this.#options;
    const drawn = Object.entries(events).filter(
      ([name]) => (only?.includes(name) ?? true) && !(without?.includes(name) ?? false),
    );
    for (let count = 1 + this.#random.below(5); count > 0; count--) {
      const [name, event] = this.#random.pick<[string, Event]>(drawn);
      const what = event(this.#company, this.#random);
      if (what !== undefined) say(`${name}: ${what}`);
    }
  }

  #change(say: (what: string) => void): void {
    const [name, change] = this.#random.pick(
      Object.entries(changes).filter(
        ([one]) => !(this.#options.without?.includes(one) ?? false) && this.#suits(one),
      ),
    );
    this.#settings = change(this.#settings, this.#random);
    say(`the configuration: ${name}`);
  }

  /** Whether an account for somebody who is not active is one for a former self cannot be said by the rules. */
  #suits(change: string): boolean {
    return (
      change !== 'createInactive' || [...this.#company.people.values()].every(({ former }) => former === '')
    );
  }

  /** All targets at once, or one after the other in a drawn order, and not all of them each day. */
  async #run(say: (what: string) => void, isTrouble: boolean): Promise<void> {
    const names = this.#random.shuffled(this.#settings.targets.map(({ name }) => name));
    const turns = this.#random.chance(0.4)
      ? [names]
      : names.slice(this.#random.chance(0.7) ? 0 : 1).map((name) => [name]);
    for (const turn of turns) {
      const disturbed = isTrouble && this.#random.chance(0.15) ? this.#random.pick(turn) : undefined;
      if (disturbed !== undefined) await this.#syncDisturbed(turn, disturbed, say);
      else {
        say(`sync ${turn.join(' ')}`);
        await this.#syncUndisturbed(turn, say);
      }
      if (this.#world.faults.length > 0) return;
    }
  }

  async #syncDisturbed(turn: readonly string[], name: string, say: (what: string) => void): Promise<void> {
    const { mock } = this.#world.target(name);
    const fault = this.#random.pick(faults);
    say(`sync ${turn.join(' ')}, disturbed at ${name}: ${fault}`);
    mock.addFault(fault);
    for (let count = 1 + this.#random.below(2); count > 0; count--)
      await this.#world.sync(turn, { disturbed: [name] });
    mock.clearFaults();
  }

  async #syncUndisturbed(turn: readonly string[], say: (what: string) => void): Promise<void> {
    const world = this.#world;
    if (turn.some((name) => world.target(name).pending.length > 0)) await this.#recover(turn);
    await world.sync(turn);
    await world.planIsEmpty(turn);
    await this.#approve(turn, say);
  }

  /** The sync after a disturbed one makes good what that left behind; what is tried once more falls due a little later. */
  async #recover(turn: readonly string[]): Promise<void> {
    const disturbed = turn.filter((name) => this.#world.target(name).pending.length > 0);
    await this.#world.sync(turn, { disturbed });
    this.#world.wait(10);
    await this.#world.sync(turn);
    for (const name of turn) this.#world.isSure(name);
  }

  async #approve(turn: readonly string[], say: (what: string) => void): Promise<void> {
    const world = this.#world;
    for (const name of turn) {
      const isHeld = world.held.get(name)?.some(({ kind }) => kind === 'deactivate') ?? false;
      const isSource = world.held.get(name)?.some(({ kind }) => kind === 'source') ?? false;
      if (!isHeld || isSource || this.#random.chance(0.5) || world.faults.length > 0) continue;
      say(`approved: what is held of ${name}`);
      await world.approve(name, 'deactivate');
      await world.sync([name], { approved: new Map([[name, new Set(['deactivate'] as const)]]) });
      await world.planIsEmpty([name]);
    }
  }
}
