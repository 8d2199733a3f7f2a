import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Mock } from '../../src/mock/index.ts';
import { compare, compareRequests, differences, harmDone } from './compare.ts';
import { csv } from './file.ts';
import { judge } from './judgement.ts';
import type { Judgement } from './judgement.ts';
import type { Ended, Program } from './program.ts';
import { read, sourceBreach } from './reading.ts';
import type { Reading } from './reading.ts';
import { accountsOf, journalled, writesSince } from './service.ts';
import { configurationText } from './settings.ts';
import type { Account, Export, Kind, Settings, TargetSettings } from './words.ts';

export interface Target {
  readonly mock: Mock;
  /** What we own there, by the key of whoever owns it. */
  accounts: ReadonlyMap<string, Account>;
  readonly strangers: ReadonlyMap<string, Account>;
  /** What was wanted by syncs that were disturbed, since the last that was not: it may be done by and by. */
  pending: readonly Judgement[];
}

interface HeldDocument {
  readonly kind: string;
  readonly checksum: string;
}

/** `sync --json`, as far as it is looked at. */
interface SyncDocument {
  readonly targets: Readonly<Record<string, { readonly held: readonly HeldDocument[] }>>;
}

export interface SyncOptions {
  /** Kinds that somebody has let through, by target. */
  readonly approved?: ReadonlyMap<string, ReadonlySet<Kind>>;
  /** Targets where something goes wrong meanwhile, or went wrong just before. */
  readonly disturbed?: readonly string[];
}

/** More than 24 hours, over which limits count, also where somebody has waited. */
const day = 26 * 60 * 60 * 1000;
export const token = 'tok-scenario';

/** A folder in which Rollcall is run day by day, the services that it provisions, and what the rules want of them. */
export class World {
  readonly folder: string;
  readonly targets = new Map<string, Target>();
  /** Sentences about what is not as the rules want it. */
  readonly faults: string[] = [];
  /** What was held by the last sync of each target. */
  readonly held = new Map<string, readonly HeldDocument[]>();
  readonly #program: Program;
  /** Keys that are somebody's. One that was given up is nobody's until a record has it again. */
  readonly #known = new Set<string>();
  /** People of whom a file has proved that they are in no row. */
  readonly #gone = new Set<string>();
  #settings: Settings | undefined;
  #file: Export | undefined;
  /** By target: how many records the read had that was accepted for it last. */
  readonly #accepted = new Map<string, number>();
  /** Milliseconds since the scenario began, as Rollcall's clock has it. */
  #later = 0;

  constructor(folder: string, program: Program) {
    this.folder = folder;
    this.#program = program;
    mkdirSync(folder, { recursive: true });
  }

  addTarget(name: string, mock: Mock): void {
    this.targets.set(name, { mock, accounts: new Map(), strangers: accountsOf(mock), pending: [] });
  }

  /** The next day begins with these settings and this export. */
  begin(settings: Settings, file: Export): void {
    this.#later += day;
    this.configure(settings);
    this.#file = file;
    writeFileSync(join(this.folder, 'people.csv'), csv(file));
  }

  /** Other settings on the same day. */
  configure(settings: Settings): void {
    this.#settings = settings;
    writeFileSync(join(this.folder, 'rollcall.yaml'), configurationText(settings));
  }

  /** A sync with a file of which nothing can be made, or not enough; the day's own file is put back after it. */
  async syncDamaged(names: readonly string[], damage: (text: string) => string): Promise<void> {
    const path = join(this.folder, 'people.csv');
    const text = csv(this.#file!);
    writeFileSync(path, damage(text));
    await this.#syncHeld(names, [1, 3]);
    writeFileSync(path, text);
  }

  /** A sync of targets that have another address than before. */
  async syncMoved(names: readonly string[]): Promise<void> {
    await this.#syncHeld(names, [3]);
  }

  /**
   * Nobody is told anything, and elsewhere nobody is even asked. What an earlier plan has released is tried on: here, a
   * name that is taken.
   */
  async #syncHeld(names: readonly string[], codes: readonly number[]): Promise<void> {
    const before = names.map((name) => journalled(this.target(name).mock));
    const ended = await this.run('sync', '--json', '--wait', '0s', ...names);
    for (const name of names) this.held.set(name, parsed(ended)?.targets[name]?.held ?? []);
    const after = names.map((name) => this.target(name).mock.journal(before[names.indexOf(name)]));
    const writes = after
      .flat()
      .filter(({ method, status }) => codes.length === 1 || (method !== 'GET' && status !== 409));
    if (writes.length > 0) this.faults.push(`sync ${names.join(' ')}, held: ${writes.length} requests`);
    if (!codes.includes(ended.code))
      this.faults.push(`sync ${names.join(' ')}, held: exit ${ended.code} ${brief(ended)}`);
  }

  run(...args: readonly string[]): Promise<Ended> {
    return this.#program(args, { folder: this.folder, token, later: this.#later });
  }

  /** Time goes by: what is to be tried again falls due. */
  wait(minutes: number): void {
    this.#later += minutes * 60_000;
  }

  /** One `sync` of these targets, judged. */
  async sync(names: readonly string[], options: SyncOptions = {}): Promise<void> {
    const { approved, disturbed = [] } = options;
    const what = `sync ${names.join(' ')}`;
    const reading = this.#read(names);
    const heldOn = new Set(names.filter((name) => sourceBreach(reading, this.#accepted.get(name))));
    const settings = this.#settingsOf(names);
    for (const [former, now] of reading.renumbered) this.rekeyed(former, now);
    const before = new Map(names.map((name) => [name, journalled(this.target(name).mock)]));
    const ended = await this.run('sync', '--json', '--wait', '0s', ...names);
    const judgements = settings.map((one) => this.#judge(reading, one, approved));
    const keys = this.#file!.rows.map(({ id }) => id.trim());
    for (const key of keys) if (!reading.renumbered.has(key)) this.#known.add(key);
    for (const [index, one] of settings.entries()) {
      const wanted =
        heldOn.has(one.name) || isQuiet(one) ? nothing(this.target(one.name)) : judgements[index]!;
      const isUnsure = this.target(one.name).pending.length > 0;
      const faults = disturbed.includes(one.name)
        ? this.#checkDisturbed(one.name, wanted)
        : isUnsure
          ? this.#checkRecovered(one.name, wanted)
          : this.#checkExactly(one.name, wanted, before.get(one.name)!);
      this.faults.push(...faults.map((fault) => `${what}, ${one.name}: ${fault}`));
    }
    for (const name of names) if (!heldOn.has(name)) this.#accepted.set(name, reading.records);
    this.#remember(reading, heldOn.size > 0);
    const document = parsed(ended);
    if (document === undefined && disturbed.length === 0) this.faults.push(`${what}: ${brief(ended)}`);
    for (const name of names) this.held.set(name, document?.targets[name]?.held ?? []);
    if (disturbed.length === 0)
      this.#checkCode('sync', ended, heldOn.size > 0, reading, settings, judgements);
    else if (![0, 1, 3, 4].includes(ended.code))
      this.faults.push(`${what}: exit ${ended.code} ${brief(ended)}`);
  }

  /** After a sync, a plan has nothing to do. */
  async planIsEmpty(names: readonly string[]): Promise<void> {
    const reading = this.#read(names);
    const isHeld = names.some((name) => sourceBreach(reading, this.#accepted.get(name)));
    const settings = this.#settingsOf(names);
    const ended = await this.run('plan', '--exit-code', '--json', ...names);
    const judgements = settings.map((one) => this.#judge(reading, one));
    this.#checkCode('plan', ended, isHeld, reading, settings, judgements);
  }

  /** Lets through what the last sync held of a kind. */
  async approve(name: string, kind: string): Promise<void> {
    const { checksum } = this.held.get(name)!.find((one) => one.kind === kind)!;
    const ended = await this.run('approve', name, checksum);
    if (ended.code !== 0) this.faults.push(`approve ${name}: exit ${ended.code} ${brief(ended)}`);
  }

  /** Somebody says that a person has another key. */
  async rekey(former: string, now: string): Promise<void> {
    const ended = await this.run('rekey', former, now);
    if (ended.code !== 0) this.faults.push(`rekey ${former} ${now}: exit ${ended.code} ${brief(ended)}`);
    this.rekeyed(former, now);
  }

  /** The links of a former key go with the person, on every target, and the former key is nobody's any more. */
  rekeyed(former: string, now: string): void {
    this.#known.delete(former);
    this.#known.add(now);
    for (const target of this.targets.values())
      target.accounts = new Map(
        [...target.accounts].map(([key, account]) => [key === former ? now : key, account]),
      );
  }

  /** From now on a target is judged exactly again. */
  isSure(name: string): void {
    this.target(name).pending = [];
  }

  target(name: string): Target {
    return this.targets.get(name)!;
  }

  #settingsOf(names: readonly string[]): readonly TargetSettings[] {
    return this.#settings!.targets.filter(({ name }) => names.includes(name));
  }

  /** As a run of these targets reads it: what is odd for one of them is odd for who is renumbered. */
  #read(names: readonly string[]): Reading {
    const accepted = names.flatMap((name) => this.#accepted.get(name) ?? []);
    const links = [...this.targets.values()].map(({ accounts }) => accounts);
    return read(
      this.#file!,
      this.#settings!,
      links,
      this.#known,
      accepted.length > 0 ? Math.max(...accepted) : undefined,
    );
  }

  #judge(
    reading: Reading,
    settings: TargetSettings,
    approved?: ReadonlyMap<string, ReadonlySet<Kind>>,
  ): Judgement {
    const { accounts, strangers, pending } = this.target(settings.name);
    const released = [...(pending.at(-1)?.requests ?? [])].filter(([, { kind }]) => kind === 'deactivate');
    const holding = {
      accounts,
      strangers: [...strangers.values()],
      released: new Set(released.map(([key]) => key)),
    };
    return judge(reading, settings, holding, approved?.get(settings.name));
  }

  /** A read that is held makes nobody a leaver, so that it proves nothing about who is missing from it. */
  #remember(reading: Reading, isHeld: boolean): void {
    for (const key of reading.people.keys()) this.#gone.delete(key);
    if (!reading.absenceProves || isHeld) return;
    for (const { accounts } of this.targets.values())
      for (const key of accounts.keys()) if (!reading.people.has(key)) this.#gone.add(key);
  }

  /** Somebody with an account is in no row, and a row without a key may be theirs (rule 2). */
  #misses(name: string, reading: Reading): boolean {
    const keys = [...this.target(name).accounts.keys()];
    return keys.some((key) => !reading.people.has(key) && !this.#gone.has(key));
  }

  #checkExactly(name: string, wanted: Judgement, since: number): readonly string[] {
    const target = this.target(name);
    const { faults, accounts } = compare(wanted, target.accounts, accountsOf(target.mock), target.strangers);
    const rates = compareRequests(wanted, target.accounts, writesSince(target.mock, since));
    target.accounts = accounts;
    return [...faults, ...rates];
  }

  /** Each account is as it was, or as it shall be; nobody else has one. */
  #checkDisturbed(name: string, wanted: Judgement): readonly string[] {
    const target = this.target(name);
    target.pending = [...target.pending, wanted];
    const { faults, accounts } = harmDone(target, accountsOf(target.mock));
    target.accounts = accounts;
    return faults;
  }

  /** As it shall be; whoever is left as they are may be as a disturbed sync wanted them. */
  #checkRecovered(name: string, wanted: Judgement): readonly string[] {
    const target = this.target(name);
    const live = accountsOf(target.mock);
    const { faults, accounts } = harmDone({ ...target, pending: [...target.pending, wanted] }, live);
    const late = [...wanted.requests.keys()].flatMap((key) => {
      const [shall, is] = [wanted.accounts.get(key), accounts.get(key)];
      if (shall === undefined || is === undefined) return shall === is ? [] : [`${key} is not dealt with`];
      return differences(key, shall, is).filter((fault) => !fault.includes('to come'));
    });
    target.accounts = accounts;
    return [...faults, ...late];
  }

  #checkCode(
    command: 'sync' | 'plan',
    ended: Ended,
    sourceHeld: boolean,
    reading: Reading,
    settings: readonly TargetSettings[],
    judgements: readonly Judgement[],
  ): void {
    const names = settings.map(({ name }) => name);
    const isHeld = sourceHeld || judgements.some(({ held }) => held.length > 0);
    const isFrozen = [...reading.people].some(
      ([key, { kind }]) => kind === 'rejected' && names.some((name) => this.target(name).accounts.has(key)),
    );
    const waits = judgements.some(({ leftOut }) => leftOut.size > 0);
    const isMissed = !reading.absenceProves && names.some((name) => this.#misses(name, reading));
    // Who waited before and is in no row now waits on, where a row without a key may be theirs.
    const usual = command === 'plan' || reading.absenceProves ? [0] : [0, 4];
    const codes = settings.some(isQuiet)
      ? [0, 2, 3, 4]
      : isHeld
        ? [3]
        : isFrozen || isMissed || waits
          ? [4]
          : usual;
    if (!codes.includes(ended.code))
      this.faults.push(
        `${command} ${names.join(' ')}: exit ${ended.code}, wanted ${codes.join(' or ')} ${brief(ended)}`,
      );
  }
}

/** Nothing is sent to a target that is observed. */
function isQuiet({ mode }: TargetSettings): boolean {
  return mode === 'observe';
}

function nothing(target: Target): Judgement {
  return { accounts: target.accounts, requests: new Map(), leftOut: new Map(), held: [], frozen: [] };
}

function parsed(ended: Ended): SyncDocument | undefined {
  try {
    const document = JSON.parse(ended.stdout) as SyncDocument;
    return document.targets === undefined ? undefined : document;
  } catch {
    return undefined;
  }
}

function brief({ stdout, stderr }: Ended): string {
  return (stderr + stdout).slice(0, 1500);
}
