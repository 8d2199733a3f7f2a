import type { Group, GroupAbilities, GroupPolicy } from '../model/index.ts';
import { knownGroups } from '../store/groups.ts';
import type { GroupReader } from '../store/groups.ts';
import type { Stage } from '../store/stage/stage.ts';
import type { State } from '../store/state.ts';

type Abilities = Extract<GroupAbilities, { supported: true }>;

/** The groups that one run meets, by the ids that the state knows them by or will. */
export class RunGroups {
  readonly #ids = new Map<string, number>();
  readonly #groups = new Map<number, Group>();
  readonly #met = new Set<number>();
  readonly #examined = new Set<number>();
  #next = 1;

  constructor(state: State) {
    for (const { id, key, name } of knownGroups(state)) {
      this.#ids.set(key, id);
      this.#groups.set(id, { key, name });
      this.#next = Math.max(this.#next, id + 1);
    }
  }

  /** The id of a group, which gets one with the first who is met in it. */
  meet(group: Group, stage: Stage): number {
    let id = this.#ids.get(group.key);
    if (id === undefined) this.#ids.set(group.key, (id = this.#next++));
    if (!this.#met.has(id)) stage.addGroup(id, group);
    this.#met.add(id);
    this.#groups.set(id, group);
    return id;
  }

  /** Of a key that was met by this run, or a former one. */
  idOf(key: string): number | undefined {
    return this.#ids.get(key);
  }

  /** As this run has met it, or a former one. */
  of(id: number): Group {
    return this.#groups.get(id)!;
  }

  examine(id: number): void {
    this.#examined.add(id);
  }

  isExamined(id: number): boolean {
    return this.#examined.has(id);
  }
}

/** Groups as one target has them. */
export interface TargetGroups {
  readonly policy: GroupPolicy;
  readonly abilities: Abilities;
  readonly reader: GroupReader;
  readonly isSent: (name: string) => boolean;
}
