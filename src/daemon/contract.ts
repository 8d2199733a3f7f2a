import type { Engine } from '../engine/build.ts';
import { RollcallError } from '../model/index.ts';
import type { Configuration, Problem, TargetConfiguration } from '../model/index.ts';
import type { Due } from '../store/due.ts';
import type { Job, Work } from './agenda.ts';

/** A configuration that was loaded, and how it is carried out. */
export interface Program {
  readonly configuration: Configuration;
  /** Does a job to its end and tells of it. */
  carryOut(job: Job, signal: AbortSignal, lanes: Lanes): Promise<CarriedOut>;
  /** The parts put together, for whoever does something beside the jobs. It has to know that no job holds the target. */
  engine(): Promise<Engine>;
}

export interface CarriedOut {
  /** The targets that somebody else is delivering to just now. */
  readonly busy: readonly string[];
  /** Of what was told, something could not be planned yet. */
  readonly isLeft?: boolean;
}

/** What is told of a job on its way: one target's trouble is no other's (law 13). */
export interface Lanes {
  /** Nothing more is read for it, and each of its targets goes on by itself. */
  planned(): void;
  /** A target has come to its end; others may take much longer. It is stuck where something waits and nothing was carried out. */
  done(target: string, isStuck: boolean): void;
  /** Is aborted when another sync wants a target: what waits for it is left to that one. */
  givesWay(target: string): AbortSignal;
}

/** What else runs for as long as the daemon does, such as a server. */
export interface Service {
  readonly name: string;
  start(host: Host): Promise<void>;
  /** Looks whether what it was started with has changed, as often as the daemon looks at its own; it does not throw. */
  look?(): void;
  /** Ends in an orderly way; it is not waited for longer than for everything else. */
  stop(): Promise<void>;
}

/** What a service may ask of the daemon. */
export interface Host {
  /** The one that is in force; another one after a reload. */
  readonly configuration: Configuration;
  /** Asks for a sync, as soon as the targets are free; of all of them where none is named. */
  ask(targets?: readonly string[]): void;
  /**
   * Asks for what was told by HTTP to be carried out at once: also on targets that are delivered to, by whoever does. Resolves
   * when the next such job has ended, whatever became of it.
   */
  deliver(): Promise<void>;
  /** For what takes no lock, such as a pause. */
  engine(): Promise<Engine>;
}

export interface Log {
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
}

export interface DaemonOptions {
  readonly now: () => number;
  readonly log: Log;
  /** Reads the configuration anew. Throws what is wrong with it. */
  readonly load: () => Promise<Program>;
  /** The targets for which something was approved since it was last asked, and that a plan can let through. */
  readonly approved: () => readonly string[];
  /** What earlier runs have left on a target, and when that is due. */
  readonly due: (target: TargetConfiguration) => Due | undefined;
  /** When a work was last done for a target, as the state remembers it. */
  readonly ticks: {
    of(target: string, work: Work): number | undefined;
    note(target: string, work: Work, at: number): void;
  };
  /** How files look: the same text as long as nothing of them has changed, an empty one where they are not there. */
  readonly lookAt: (paths: readonly string[]) => Promise<string>;
  /** Stops runs: nothing more is sent. */
  readonly signal: AbortSignal;
  /** Called when there may be something to do. */
  readonly wake: () => void;
}

/** What the log says of an error: the sentences that a person would be told. */
export function problemsIn(error: unknown): { readonly code: string; readonly problems: readonly Problem[] } {
  if (error instanceof RollcallError) return { code: error.code, problems: error.problems };
  return { code: 'internal', problems: [{ message: (error as Error).stack ?? String(error) }] };
}
