import { isDeepStrictEqual } from 'node:util';
import type { ScimRequest } from '../../src/model/index.ts';
import { isContested, leaves, shownOf, standingOf, wantedOf } from './expected.ts';
import { folded } from './service.ts';
import type { Effect, Held, Service } from './service.ts';
import type { Rows } from './source.ts';
import type { Settings, Wanted } from './world.ts';

/** What must never be, in a word that stays the same while a world is made smaller. */
export type FaultKind =
  | 'switched off'
  | 'left on'
  | 'duplicate'
  | 'stale'
  | 'switched on'
  | 'made in vain'
  | 'late'
  | 'not as wanted'
  | 'not at rest'
  | 'threw';

export interface Fault {
  readonly kind: FaultKind;
  readonly text: string;
}

/** What one run knows of the source, and is told to make of it. */
export interface Now {
  /** What it reads; of what a cut read does not have, nobody knows anything. */
  readonly rows: Rows;
  readonly isComplete: boolean;
  readonly settings: Settings;
  /** It is told what has changed alone: a change that is refused takes nothing back of what was said before. */
  readonly hasChanges?: true;
  /** Whom alone it is for; everybody, where it is not said. */
  readonly whom?: ReadonlySet<string>;
}

/** Watches over one target: whatever is done there, it is looked at when it is done. */
export class Watch {
  readonly #index: number;
  readonly #name: string;
  readonly #service: Service;
  readonly #report: (fault: Fault) => void;
  #now: Now | undefined;
  /** Whom the plan leaves out, since nobody knows what became of what they were sent: that is done first, as it was (law 11). */
  #inDoubt: ReadonlySet<string> = new Set();
  /** Accounts about which this run has sent something. */
  readonly #addressed = new Set<string>();
  /** What the last plan was made of that was taken: of whom a run can read nothing, this still holds (law 6). */
  #taken: Rows = new Map();
  #takenFor: Wanted | undefined;
  #hasPlanned = false;
  /** Of whom this run has read two things: what it does for them may follow from either, until it is over. */
  readonly #changed = new Set<string>();
  /** Whether every request so far was answered, and no run was killed: then nothing is unclear to anybody. */
  isClear = true;

  constructor(index: number, name: string, service: Service, report: (fault: Fault) => void) {
    this.#index = index;
    this.#name = name;
    this.#service = service;
    this.#report = report;
    service.watch((effect) => this.#see(effect));
  }

  begin(now: Now): void {
    this.#now = now;
    this.#addressed.clear();
    this.#inDoubt = new Set();
    this.#changed.clear();
    this.#hasPlanned = false;
  }

  /** The same run reads the source once more. */
  turns(now: Now): void {
    const { rows: before } = this.#now!;
    this.#now = now;
    const said = (key: string, rows: Rows): unknown => {
      const row = rows.get(key);
      return [row, row !== undefined && isContested(row, rows)];
    };
    for (const key of new Set([...before.keys(), ...now.rows.keys()]))
      if (!isDeepStrictEqual(said(key, before), said(key, now.rows))) this.#changed.add(key);
  }

  /** What was planned is taken. */
  releases(): void {
    if (!this.#now!.isComplete) return;
    this.#taken = this.#now!.rows;
    this.#takenFor = this.#wanted;
  }

  plans(inDoubt: ReadonlySet<string>): void {
    this.#inDoubt = inDoubt;
    this.#hasPlanned = true;
  }

  /** The run was killed: whether what it planned was taken is not known here. */
  dies(): void {
    this.isClear = false;
    if (this.#hasPlanned) this.#taken = new Map();
  }

  /** Who leaves goes first (law 12): while somebody who is to be switched off is not told so, nothing else is said. */
  sends({ method, path, body }: ScimRequest): void {
    const { isComplete } = this.#now!;
    const id = decodeURIComponent(path.split('/')[2] ?? '');
    this.#addressed.add(id);
    if (!this.isClear || !isComplete || isSwitchingOff(method, body)) return;
    const waiting = this.#leavers().find(
      ({ id: one, owner }) => !this.#addressed.has(one) && !this.#changed.has(owner),
    );
    if (waiting !== undefined)
      this.#tell('late', `${waiting.owner} waits to be switched off while ${method} ${path} goes out`);
  }

  /** After a run that nothing went wrong with, everybody who has left is off. */
  end(): void {
    if (!this.#now!.isComplete) return;
    for (const { owner } of this.#leavers())
      this.#tell('left on', `${owner} has left, and is on after a run without any trouble`);
  }

  /** People who are on, and are to be off; without those whose name somebody else is to have, who wait (rule 12). */
  #leavers(): readonly Held[] {
    const { rows, whom } = this.#now!;
    return [...this.#service.accounts.values()].filter((account) => {
      if (whom?.has(account.owner) === false) return false;
      if (!account.isOn || !this.#leaves(account.owner)) return false;
      const names = new Set([folded(account.resource['userName']), folded(rows.get(account.owner)?.login)]);
      return ![...rows].some(
        ([key, row]) => key !== account.owner && row.status === 'active' && names.has(folded(row.login)),
      );
    });
  }

  get #wanted() {
    return this.#now!.settings.targets[this.#index]!;
  }

  #standing(key: string) {
    return standingOf(key, this.#now!.rows, this.#wanted);
  }

  #leaves(key: string): boolean {
    return leaves(this.#standing(key), this.#wanted);
  }

  #see(effect: Effect): void {
    if (effect.kind === 'none') return;
    const { account } = effect;
    const { owner } = account;
    const { rows, isComplete, hasChanges } = this.#now!;
    const row = rows.get(owner);
    const others = [...this.#service.accounts.values()].filter((one) => one.owner === owner);
    if (effect.kind === 'created' && others.length > 1)
      this.#tell('duplicate', `${owner} has ${others.length} accounts`);
    if (this.#changed.has(owner)) return;
    if (row === undefined && !isComplete) return this.#seeUnread(effect);
    const standing = this.#standing(owner);
    if (effect.kind === 'created' && this.#leaves(owner))
      this.#tell('made in vain', `${owner} is not there, and is created`);
    const wasOn = effect.kind === 'gone' || effect.before?.isOn === true;
    const isOn = effect.kind !== 'gone' && account.isOn;
    const isRefused = hasChanges !== true && row?.status === 'active' && isContested(row, rows);
    const isHere = standing === 'present' || isRefused;
    if (wasOn && !isOn && isHere) this.#tell('switched off', `${owner} is there, and is switched off`);
    if (!wasOn && isOn && effect.kind === 'changed' && this.#leaves(owner))
      this.#tell('switched on', `${owner} is not there, and is switched on`);
    if (standing !== 'present' || effect.kind === 'gone' || row === undefined) return;
    // What was planned for others before stays as it is in a run that is for some people alone.
    if (this.#inDoubt.has(owner) || this.#now!.whom?.has(owner) === false) return;
    const before = effect.before && shownOf(effect.before.resource);
    const after = shownOf(account.resource);
    const shall = wantedOf(row, this.#now!.settings);
    for (const name of Object.keys(shall))
      if (after[name] !== before?.[name] && after[name] !== shall[name])
        this.#tell('stale', `${owner} gets the ${name} "${after[name]}", and shall have "${shall[name]}"`);
  }

  #seeUnread({ kind, account }: Exclude<Effect, { kind: 'none' }>): void {
    const isOff = kind === 'gone' || (kind === 'changed' && !account.isOn);
    const then = this.#takenFor;
    if (isOff && then !== undefined && standingOf(account.owner, this.#taken, then) === 'present')
      this.#tell('switched off', `${account.owner} could not be read, and is switched off`);
  }

  #tell(kind: FaultKind, text: string): void {
    this.#report({ kind, text: `${this.#name}: ${text}` });
  }
}

function isSwitchingOff(method: string, body: ScimRequest['body']): boolean {
  if (method === 'DELETE') return true;
  return JSON.stringify(body ?? {}).includes('"value":false') || body?.['active'] === false;
}
