import { TargetError } from '../model/index.ts';
import type { Failure, TargetConfiguration } from '../model/index.ts';
import { targetRow } from '../store/accounts.ts';
import { hasOffboarded } from '../store/brake.ts';
import { halt, haltOf, hasLeavers, noteRefused, refusedAnother } from '../store/halts.ts';
import type { Halt } from '../store/halts.ts';
import { pauseOf } from '../store/pauses.ts';
import type { ScimTarget } from '../scim/target.ts';
import type { State } from '../store/state.ts';
import type { Clock, Run } from './run.ts';
import { fingerprintOf } from './moved.ts';

/**
 * The circuit of each target. One that is halted is asked one cheap question before anything else, and that only where a
 * probe is due, somebody leaves there, or it is shown another credential than the one that it refused. Until it answers,
 * it is sent nothing, so that a dead service costs one request at a time and not one for each person.
 *
 * | halted by               | next run                                                                 |
 * |-------------------------|--------------------------------------------------------------------------|
 * | no licence, no right    | tries: whoever may not do one thing may do another                       |
 * | anything else           | a probe where it is due; else it is left alone, and says until when      |
 *
 * A target that has answered the probe is no longer halted once an operation was answered too, and begins slowly.
 */
export class Circuits {
  readonly #state: State;
  readonly #clock: Clock;
  readonly #remotes: ReadonlyMap<string, ScimTarget>;
  /** By the name of a target that is not to be asked anything in this run: why. */
  readonly shut = new Map<string, Failure>();
  /** Those that have answered a probe. */
  readonly answered = new Set<string>();
  readonly #asked = new Set<string>();

  constructor(state: State, clock: Clock, remotes: ReadonlyMap<string, ScimTarget>) {
    this.#state = state;
    this.#clock = clock;
    this.#remotes = remotes;
  }

  /** Asks those that are due. */
  async open(targets: readonly TargetConfiguration[]): Promise<void> {
    await Promise.all(targets.map((target) => this.#open(target)));
  }

  /** Those that somebody else delivers to are asked nothing by this run while they are halted: that is the other's business. */
  leave(targets: readonly TargetConfiguration[]): void {
    for (const { name } of targets) {
      const halted = haltOf(this.#state, targetRow(this.#state, name)!.id);
      if (halted === undefined || isPartial(halted)) continue;
      this.#asked.add(name);
      this.shut.set(name, this.#left(name, halted));
    }
  }

  /** Asks those, too, that were left alone and that this plan wants to tell of somebody who leaves; true if one answers. */
  async openForLeavers(run: Run): Promise<boolean> {
    const wanted = run.targets.filter(
      ({ configuration, sealed }) =>
        this.shut.has(configuration.name) &&
        !this.#asked.has(configuration.name) &&
        sealed!.totals.some(({ kind }) => kind === 'deactivate' || kind === 'delete'),
    );
    const answered = await Promise.all(
      wanted.map(({ configuration }) => this.#ask(configuration, this.#idOf(configuration)!)),
    );
    return answered.includes(true);
  }

  async #open(target: TargetConfiguration): Promise<void> {
    const id = this.#idOf(target);
    const halted = id === undefined ? undefined : haltOf(this.#state, id);
    if (id === undefined || halted === undefined) return;
    if (isPartial(halted)) return;
    // Until it answers: whoever plans meanwhile asks it nothing.
    this.shut.set(target.name, this.#left(target.name, halted));
    const isTold =
      pauseOf(this.#state, id) === undefined || hasOffboarded(this.#state, id, this.#clock.now());
    if (isTold && (await this.#isDue(target, id, halted))) await this.#ask(target, id);
  }

  async #isDue({ name }: TargetConfiguration, id: number, { probeAt = 0 }: Halt): Promise<boolean> {
    if (this.#clock.now() >= probeAt || hasLeavers(this.#state, id)) return true;
    const mark = await this.#remotes.get(name)!.mark?.(this.#state.salt);
    return mark !== undefined && refusedAnother(this.#state, id, mark);
  }

  /** True where it answers. */
  async #ask({ name }: TargetConfiguration, id: number): Promise<boolean> {
    this.#asked.add(name);
    try {
      await this.#remotes.get(name)!.probe();
      this.shut.delete(name);
      this.answered.add(name);
      return true;
    } catch (error) {
      if (!(error instanceof TargetError)) throw error;
      const { failure } = error;
      halt(this.#state, { id, name }, failure, this.#clock.now());
      await markRefused(this.#state, id, failure, this.#remotes.get(name)!);
      this.shut.set(name, { ...failure, class: 'target' });
      return false;
    }
  }

  #left(name: string, { since, code, reason, probeAt = 0 }: Halt): Failure {
    const time = (at: number): string => new Date(at).toISOString();
    const next =
      probeAt > this.#clock.now() ? `the first sync after ${time(probeAt)} asks it again` : 'it is paused';
    const message = `${name} is halted since ${time(since)}, and was not asked: ${reason}; ${next}, and rollcall resume ${name} has the next one try at once`;
    return { class: 'target', code: code as Failure['code'], message };
  }

  /** Nothing where it is not to be asked at all: it is only observed, or at another address than the state's. */
  #idOf(target: TargetConfiguration): number | undefined {
    const row = targetRow(this.#state, target.name);
    return target.mode === 'full' && row?.fingerprint === fingerprintOf(target) ? row.id : undefined;
  }
}

/** Whoever has no licence or no right for one thing answers all the same: a probe would say nothing. */
function isPartial({ code }: Halt): boolean {
  return code === 'licence' || code === 'forbidden';
}

/** Remembers which credential was refused, so that another one is tried as soon as there is one. */
export async function markRefused(
  state: State,
  target: number,
  { code }: Failure,
  remote: ScimTarget,
): Promise<void> {
  if (code !== 'unauthorised') return;
  const mark = await remote.mark?.(state.salt);
  if (mark !== undefined) noteRefused(state, target, mark);
}

const wholly: readonly Failure['code'][] = [
  'unauthorised',
  'unreachable',
  'certificate',
  'protocol',
  'server',
];

/** Whether what planning met is the target's own trouble, and not that it is another one than the state's. */
export function isHalting({ class: kind, code }: Failure): boolean {
  return kind === 'target' && wholly.includes(code);
}
