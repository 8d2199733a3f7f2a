import type { TargetConfiguration } from '../model/index.ts';
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
 * Looks after targets that a run has locked and does not deliver to yet, since it plans. Whoever is offboarded meanwhile is
 * switched off within a second there, too (rule 26), and what somebody else plans for a person and releases meanwhile is
 * sent: that makes the plan of the run void, which then begins anew. It has a connection of its own, so that it is in
 * nobody's way who reads from the state as it comes by.
 */
export class Attendant {
  readonly #sync: Sync;
  readonly #attended = new Set<string>();
  readonly #abort = new AbortController();
  #runId = 0;
  #since = 0;
  #state: State | undefined;
  /** What is being sent by it, by target; aborted when it is to leave, so that nothing more is begun. */
  readonly #busy = new Map<string, { readonly done: Promise<void>; readonly stint: AbortController }>();
  #timer: NodeJS.Timeout | undefined;
  #trouble: unknown;

  constructor(sync: Sync) {
    this.#sync = sync;
  }

  /**
   * From now on it looks after all targets of the run, under the number of the run. What was released before that it may not
   * want any more, unless an earlier plan of its own was: `own` is the number of that.
   */
  begin(runId: number, own = runId + 1): void {
    this.#runId = runId;
    this.#since = own - 1;
    for (const { name } of this.#sync.targets) this.#attended.add(name);
    // What was released for it goes out before anybody else can take the targets from it.
    if (own <= runId) this.#look();
    this.#lookLater();
  }

  /**
   * Resolves when nothing is on its way by it: somebody else looks after the targets. Until the last answer is there, it
   * looks after those that wait for none.
   */
  async leave(): Promise<void> {
    await Promise.all([...this.#busy.keys()].map((name) => this.leaveOne(name)));
    await Promise.all([...this.#attended].map((name) => this.leaveOne(name)));
  }

  /** The same of one target. */
  async leaveOne(name: string): Promise<void> {
    this.#attended.delete(name);
    const busy = this.#busy.get(name);
    busy?.stint.abort();
    await busy?.done;
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

  #lookLater(): void {
    clearTimeout(this.#timer);
    if (this.#abort.signal.aborted || this.#attended.size === 0) return;
    this.#timer = setTimeout(() => {
      this.#look();
      this.#lookLater();
    }, lookEvery);
    this.#timer.unref();
  }

  /** One target's trouble is no other's: each is served by itself (law 13). */
  #look(): void {
    try {
      for (const target of this.#sync.targets)
        if (!this.#busy.has(target.name) && this.#isDue(target)) this.#begin(target);
    } catch (error) {
      this.#trouble ??= error;
    }
  }

  #isDue({ name }: TargetConfiguration): boolean {
    const { state, circuits, engine, options } = this.#sync;
    if (!this.#attended.has(name) || circuits.shut.has(name) || options.signal.aborted) return false;
    const { id } = targetRow(state, name)!;
    const now = engine.clock.now();
    const asked = { id, since: this.#since, now };
    return hasOffboarded(state, id, now) || (!this.#isEnded(name) && hasAsked(state, asked));
  }

  #begin(target: TargetConfiguration): void {
    const { name } = target;
    const stint = new AbortController();
    const done = this.#serve(target, stint.signal)
      .catch((error: unknown) => {
        this.#trouble ??= error;
      })
      .finally(() => this.#busy.delete(name));
    this.#busy.set(name, { done, stint });
  }

  async #serve(target: TargetConfiguration, leaving: AbortSignal): Promise<void> {
    const { name } = target;
    const { state, engine } = this.#sync;
    this.#state ??= (engine.store ?? inFiles).openState(state.path, false);
    const sync = { ...this.#sync, state: this.#state };
    const known = { password: () => undefined, stillLeaves: () => true, mayRepeat: () => true };
    const recorder = recorderHere(this.#state);
    const delivery = deliveryOf(sync, target, this.#runId, known, recorder, { since: this.#since });
    if (delivery === undefined) return;
    const { options } = this.#sync;
    const signal = AbortSignal.any([options.signal, leaving]);
    const how = { ...deliverOptions(sync, target), isBeside: true, signal } as const;
    const last = this.#isEnded(name) ? PHASE.offboard : PHASE.lastAsked;
    // One that is out of reach is not asked twice a second: whoever delivers to it in the end tries once more.
    if ((await deliverFirst(delivery, how, last)) !== undefined) this.#attended.delete(name);
  }
}
