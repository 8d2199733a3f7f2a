import { deliverFirst } from '../delivery/deliver.ts';
import { targetRow } from '../store/accounts.ts';
import { hasOffboarded } from '../store/brake.ts';
import { recorderHere } from '../store/queue/recorder.ts';
import { openState } from '../store/state.ts';
import type { State } from '../store/state.ts';
import type { Sync } from './contract.ts';
import { deliverOptions, deliveryOf } from './deliver.ts';

/** Milliseconds between two looks. */
const lookEvery = 500;

/**
 * Looks after targets that a run has locked and does not deliver to yet, since it plans. Whoever is offboarded meanwhile is switched off within a second there, too (rule 26). It has a
 * connection of its own, so that it is in nobody's way who reads from the state as it comes by.
 */
export class Attendant {
  readonly #sync: Sync;
  readonly #attended = new Set<string>();
  readonly #abort = new AbortController();
  #runId = 0;
  #state: State | undefined;
  /** What is being sent by it. */
  #busy: Promise<void> = Promise.resolve();
  #timer: NodeJS.Timeout | undefined;
  #trouble: unknown;

  constructor(sync: Sync) {
    this.#sync = sync;
  }

  /** From now on it looks after all targets of the run, under the number of the run. */
  begin(runId: number): void {
    this.#runId = runId;
    for (const { name } of this.#sync.targets) this.#attended.add(name);
    this.#lookLater();
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

  #lookLater(): void {
    clearTimeout(this.#timer);
    if (this.#abort.signal.aborted || this.#attended.size === 0) return;
    this.#timer = setTimeout(() => {
      this.#busy = this.#look()
        .catch((error: unknown) => {
          this.#trouble ??= error;
        })
        .finally(() => this.#lookLater());
    }, lookEvery);
    this.#timer.unref();
  }

  async #look(): Promise<void> {
    const { state, targets, circuits, engine, options } = this.#sync;
    const due = targets.filter(({ name }) => {
      if (!this.#attended.has(name) || circuits.shut.has(name) || options.signal.aborted) return false;
      return hasOffboarded(state, targetRow(state, name)!.id, engine.clock.now());
    });
    await Promise.all(
      due.map(async (target) => {
        this.#state ??= openState(state.path, false);
        const sync = { ...this.#sync, state: this.#state };
        const known = { password: () => undefined, stillLeaves: () => true, mayRepeat: () => true };
        const recorder = recorderHere(this.#state);
        const delivery = deliveryOf(sync, target, this.#runId, known, recorder);
        const failure = delivery && (await deliverFirst(delivery, deliverOptions(sync, target)));
        // One that is out of reach is not asked twice a second: whoever delivers to it in the end tries once more.
        if (failure !== undefined) this.#attended.delete(target.name);
      }),
    );
  }
}
