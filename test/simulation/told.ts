import { openTold } from '../../connectors/sources/index.ts';
import type { ToldOf } from '../../connectors/sources/index.ts';
import { keepingOf } from '../../src/configuration/index.ts';
import type { Configuration, Source } from '../../src/model/index.ts';
import { keptAt, keptOf } from '../../src/store/kept.ts';
import type { Draft, Drafts } from '../../src/store/kept.ts';
import type { State } from '../../src/store/state.ts';
import type { Row } from './world.ts';

export type Telling = ToldOf & { readonly key: string };

/**
 * What a script has to tell of people who have changed, in the order in which it happened: each of it again, until a run has
 * taken it.
 */
export class Tellings {
  #all: readonly Telling[] = [];

  /** Everything that nobody has taken yet. */
  get all(): readonly Telling[] {
    return this.#all;
  }

  /** What becomes of somebody's record; it is not there where it is `undefined`. */
  tell(key: string, at: number, before: Row | undefined, after: Row | undefined): void {
    if (before === undefined && after === undefined) return;
    this.#all = [...this.#all, { key, at, ...wordOf(key, before, after) }];
  }

  /** Of whom a run has refused what it was told or has read, everything is told once more. */
  tellAgain(key: string, at: number, row: Row | undefined): void {
    if (row === undefined || this.#all.some((one) => one.key === key)) return;
    this.#all = [...this.#all, { key, at, kind: 'change', fields: { id: key, ...row } }];
  }

  /** A run has taken what it was told, but for those of whom it has refused it. */
  take(told: readonly Telling[], refused: ReadonlySet<string>): void {
    const taken = new Set(told.filter(({ key }) => !refused.has(key)));
    this.#all = this.#all.filter((one) => !taken.has(one));
  }
}

function wordOf(
  key: string,
  before: Row | undefined,
  after: Row | undefined,
): Pick<Telling, 'kind' | 'fields'> {
  if (after === undefined) return { kind: 'leave' };
  if (before === undefined) return { kind: 'hire', fields: { id: key, ...after } };
  const names = Object.keys(after) as (keyof Row)[];
  const changed = names.filter((name) => after[name] !== before[name]);
  return { kind: 'change', fields: Object.fromEntries(changed.map((name) => [name, after[name]])) };
}

/** The changes in the place of the source, applied to what the state keeps of people's records. */
export function sourceOfChanges(
  told: readonly Telling[],
  { source, mapping, ...rest }: Configuration,
  state: State,
  now: () => number,
): Source {
  const kept = { of: (key: string) => keptOf(state, key), at: (place: string) => keptAt(state, place) };
  const reads = { key: mapping.key, keeping: keepingOf({ source, mapping, ...rest }) };
  return openTold(source, told, { clock: now, kept, drafts: draftsInMemory }, reads);
}

function draftsInMemory(): Drafts {
  const all = new Map<string, Draft>();
  return {
    of: (key) => all.get(key),
    at: () => undefined,
    put: (draft) => void all.set(draft.key, draft),
    all: () => all.values(),
    close: () => undefined,
  };
}
