import type { Resources } from '../directory/resources.ts';
import type { Stored } from '../directory/stored.ts';
import { copyOf } from '../directory/stored.ts';

interface State {
  readonly resources: Resources;
  readonly copy: Stored;
  /** Until when it is what clients see, in milliseconds since 1970. */
  readonly until: number;
}

/** Characters that all the states together may have: those of some 40,000 people. */
const MOST = 2 ** 25;
/** What a state takes beside its text, and for each member. */
const FRAME = 200;
const MEMBER = 50;

/** How resources were before their last writes. What is over is forgotten, and the oldest of what is too much. */
export class Past {
  readonly #most: number;
  /** Oldest first, and so are those of one resource. */
  readonly #states = new Set<State>();
  readonly #byId = new WeakMap<Resources, Map<string, State[]>>();
  #size = 0;

  constructor(most = MOST) {
    this.#most = most;
  }

  /** Keeps a resource as it is, in the moment before it is written. */
  remember(resources: Resources, stored: Stored, until: number, now: number): void {
    const state = { resources, copy: copyOf(stored), until };
    let all = this.#byId.get(resources);
    if (!all) this.#byId.set(resources, (all = new Map<string, State[]>()));
    const own = all.get(stored.id);
    if (own) own.push(state);
    else all.set(stored.id, [state]);
    this.#states.add(state);
    this.#size += sizeOf(state);
    this.#forget(now);
  }

  /** A resource as clients still see it; `undefined` for one that they see as it is. */
  of(resources: Resources, id: string, now: number): Stored | undefined {
    this.#forget(now);
    return this.#byId
      .get(resources)
      ?.get(id)
      ?.find(({ until }) => until > now)?.copy;
  }

  /** All of them. */
  all(resources: Resources, now: number): readonly Stored[] {
    this.#forget(now);
    const ids = [...(this.#byId.get(resources)?.keys() ?? [])];
    return ids.map((id) => this.of(resources, id, now)).filter((copy) => copy !== undefined);
  }

  #forget(now: number): void {
    for (const state of this.#states) {
      if (state.until > now && this.#size <= this.#most) return;
      this.#states.delete(state);
      this.#size -= sizeOf(state);
      const all = this.#byId.get(state.resources)!;
      const [, ...rest] = all.get(state.copy.id)!;
      if (rest.length > 0) all.set(state.copy.id, rest);
      else all.delete(state.copy.id);
    }
  }
}

function sizeOf({ copy }: State): number {
  return copy.text.length + FRAME + (copy.members?.types.size ?? 0) * MEMBER;
}
