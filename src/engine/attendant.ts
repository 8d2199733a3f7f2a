import { deliverFirst } from '../delivery/deliver.ts';
import { PHASE } from '../planning/judge.ts';
import { targetRow } from '../store/accounts.ts';
import { hasAsked } from '../store/asked.ts';
import { hasOffboarded } from '../store/brake.ts';
import { recorderHere } from '../store/queue/recorder.ts';
import type { State } from '../store/state.ts';
import { inFiles } from '../store/store.ts';
import type { Sync } from './contract.ts';
import { deliverOptions, deliveryOf } from './deliver.ts';

/** Milliseconds between two looks. */
const lookEvery = 500;

/**
 * Looks after targets that a run has locked and does not deliver to yet, since it plans. Whoever is offboarded meanwhile is switched off within a second there, too (rule 26), and what somebody else
 * plans for a person and releases meanwhile is sent: that makes the plan of the run void, which then begins anew. It has a
 * connection of its own, so that it is in nobody's way who reads from the state as it comes by.
 */
export class Attendant {
  readonly #sync: Sync;
  readonly #attended = new Set<string>();
  readonly #abort = new AbortController();
  #runId = 0;
  #since = 0;
  #state: State | undefined;
  /** What is being sent by it. */
  #busy: Promise<void> = Promise.resolve();
  #timer: NodeJS.Timeout | undefined;
  #trouble: unknown;

  constructor(sync: Sync) {
    this.#sync = sync;
  }

  /**
   * From now on it looks after all targets of the run, under the number of the run. What was released before that it may not
   * want any more, unless an earlier plan of its own was: `own` is the number of that.   */
  begin(runId: number, own = runId + 1): void {
    this.#runId = runId;
    this.#since = own - 1;
    for (const { name } of this.#sync.targets) this.#attended.add(name);
    this.#lookLater(own <= runId ? 0 : lookEvery);
  }

  /** Resolves when nothing is on its way to a target by it: somebody else looks after them. */
  async leave(): Promise<void> {
    this.#attended.clear();
    await this.#busy;
  }

  /** Throws what it could not do, since the state could not be written. */
  async close(): Promise<void> {
    clearTimeout(this.#timer);
    this.#abort.abort();
    await this.leave();
    clearTimeout(this.#timer);
    this.#state?.close();
    this.#state = undefined;
    if (this.#trouble !== undefined) throw this.#trouble as Error;
  }

  #isEnded(name: string): boolean {
    return this.#sync.options.givesWay?.(name).aborted === true;
  }

  #lookLater(wait = lookEvery): void {
    clearTimeout(this.#timer);
    if (this.#abort.signal.aborted || this.#attended.size === 0) return;
    this.#timer = setTimeout(() => {
      this.#busy = this.#look()
        .catch((error: unknown) => {
          this.#trouble ??= error;
        })
        .finally(() => this.#lookLater());
    }, wait);
    this.#timer.unref();
  }

  async #look(): Promise<void> {
    const { state, targets, circuits, engine, options } = this.#sync;
    const due = targets.filter(({ name }) => {
      if (!this.#attended.has(name) || circuits.shut.has(name) || options.signal.aborted) return false;
      const { id } = targetRow(state, name)!;
      const now = engine.clock.now();
      return (
        hasOffboarded(state, id, now) ||
        (!this.#isEnded(name) && hasAsked(state, { id, since: this.#since, now }))
      );
    });
    await Promise.all(
      due.map(async (target) => {
        this.#state ??= (engine.store ?? inFiles).openState(state.path, false);
        const sync = { ...this.#sync, state: this.#state };
        const known = { password: () => undefined, stillLeaves: () => true, mayRepeat: () => true };
        const recorder = recorderHere(this.#state);
        const delivery = deliveryOf(sync, target, this.#runId, known, recorder, { since: this.#since });
        const how = { ...deliverOptions(sync, target), isBeside: true } as const;
        const failure =
          delivery &&
          (await deliverFirst(delivery, how, this.#isEnded(target.name) ? PHASE.offboard : PHASE.lastAsked));
        // One that is out of reach is not asked twice a second: whoever delivers to it in the end tries once more.
        if (failure !== undefined) this.#attended.delete(target.name);
      }),
    );
  }
}
