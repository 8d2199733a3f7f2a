import type { Pace } from '../delivery/pace.ts';
import type { DeliverOptions } from '../delivery/delivery.ts';
import type { Held, Kind, TargetConfiguration } from '../model/index.ts';
import type { ScimTarget } from '../scim/target.ts';
import type { Step } from '../store/queue/queue.ts';
import type { LeaverLag } from '../store/lag.ts';
import type { Pause } from '../store/pauses.ts';
import type { State } from '../store/state.ts';
import type { Circuits } from './circuit.ts';
import type { Build, Engine } from './build.ts';
import type { Run } from './run.ts';

/** How a sync is asked for, and who is told of its steps. */
export interface SyncOptions {
  readonly names: readonly string[];
  readonly command: string;
  readonly actor: string;
  readonly signal: AbortSignal;
  /** When it ends: nothing is begun after that, and what falls due until then is waited for, whatever `wait` says. */
  readonly until?: number;
  /** How long it waits for retries that fall due, in milliseconds. */
  readonly wait: number;
  readonly sleep: DeliverOptions['sleep'];
  readonly random: () => number;
  /** A password of so many characters, which nobody can guess. */
  readonly newPassword: (length: number) => string;
  /** Called when a plan is sealed and before anything is sent; throwing here stops the run. Again, if it is planned anew. */
  readonly onPlan?: (run: Run) => void;
  /** How the plan is made: from the source, unless it is said otherwise. */
  readonly build?: Build;
  /** Why its targets are paused when the plan is released. */
  readonly pauses?: string;
  /**
   * Somebody waits for whom it is about: that goes before what waits for its turn, and where somebody else delivers to a
   * target, whoever does sends it (rule 26).
   */
  readonly isAsked?: boolean;
  /**
   * How many questions about those who are new somebody who leaves may wait for; a hundred where it is not said. Where there are more,
   * whoever leaves is sent while they are asked.
   */
  readonly leaversWaitFor?: number;
  /** Aborted where the delivery to a target is to end, and the rest is left to another run; the other targets go on. */
  readonly givesWay?: (target: string) => AbortSignal;
  /** Called when the source is read, and a target is asked the first question about those who are new. */
  readonly onQuestions?: () => void;
  /** The key of the one person to whom it is delivered alone, where it is about one. */
  readonly only?: string;
  readonly onStep?: (target: string, step: Step) => void;
  /** Called when the plan is released: how many operations each target has to carry out. */
  readonly onRelease?: (run: Run, pending: ReadonlyMap<string, number>) => void;
  /** Called when one target was delivered to, and is free again; others may take much longer. */
  readonly onTarget?: (run: Run, result: TargetResult, runId: number) => void;
}

/** What every step of a sync needs: who asks, of which targets, and what is known of them. */
export interface Sync {
  readonly engine: Engine;
  readonly options: SyncOptions;
  readonly state: State;
  /** When it was begun. */
  readonly begun: number;
  /** Those that are locked by this run. */
  readonly targets: readonly TargetConfiguration[];
  /** Those that somebody else has locked and delivers to, and that are planned for all the same. */
  readonly lent: readonly TargetConfiguration[];
  readonly remotes: ReadonlyMap<string, ScimTarget>;
  /** The same, for whoever plans: it takes what delivering leaves over of their pace. */
  readonly asked: ReadonlyMap<string, ScimTarget>;
  readonly paces: ReadonlyMap<string, Pace>;
  readonly circuits: Circuits;
  /** What was carried out so far, by target. */
  readonly counts: ReadonlyMap<string, Partial<Record<Kind, number>>>;
}

/** What a sync gives back, for each target. */
export interface TargetResult {
  readonly name: string;
  readonly state: 'done' | 'held' | 'partial' | 'failed';
  readonly error?: { readonly code: string; readonly message: string };
  /** By a person: what is not sent yet waits until it is resumed. */
  readonly paused?: Pause;
  /** Its time was over then, and the next run goes on. */
  readonly stoppedAt?: number;
  /** It has left what waits to another run, which was waiting for the target. */
  readonly gaveWay?: true;
  readonly held: readonly Held[];
  /** Operations that were carried out. */
  readonly counts: Readonly<Partial<Record<Kind, number>>>;
  readonly failed: number;
  readonly waiting: number;
  /** Something was sent by this run, and may have been carried out. */
  readonly isInDoubt?: true;
  /** Of whoever was switched off by this run, or is to be. */
  readonly leaverLag?: LeaverLag;
  readonly seconds: number;
}
