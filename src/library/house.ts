import { RollcallError } from '../model/index.ts';
import type { Problem } from '../model/index.ts';
import { openEngine } from '../wiring/engine.ts';
import type { Loaded, Wired } from '../wiring/engine.ts';
import { openChanges } from './changes.ts';
import type { Told } from './running.ts';
import type { RollcallOptions, WarningEvent, WhomOptions } from './types.ts';

export const usualWait = 60_000;

/** What every run of one `createRollcall` has in common. */
export interface House {
  readonly loaded: Loaded;
  readonly env: NonNullable<RollcallOptions['env']>;
  readonly actor: string;
  readonly options: RollcallOptions;
}

/** The parts put together for one run, and what it needed put away again. */
export async function withEngine<T>(
  { loaded, env, options }: House,
  { only, except, changes }: WhomOptions,
  teller: Told<WarningEvent>,
  use: (wired: Wired) => Promise<T>,
): Promise<T> {
  if (only !== undefined && except !== undefined)
    throw new RollcallError('usage', {
      message: 'only and except cannot be combined',
      hint: 'one of them: for these people alone, or for everybody but these',
    });
  const whom = only !== undefined ? { only } : except !== undefined ? { except } : undefined;
  const { log, logPersonalData = false, onWarning } = options;
  const changed = changes && openChanges(loaded.configuration, changes);
  const warn = (problem: Problem): void => {
    onWarning?.(problem);
    teller.tell({ type: 'warning', problem });
  };
  try {
    const { configuration } = changed ?? loaded;
    const wired = await openEngine(
      { ...loaded, configuration },
      {
        env,
        sends: true,
        ...(whom && { whom }),
        warn,
        ...(log && { openLog: () => Promise.resolve(log) }),
        logsPersonalData: logPersonalData,
      },
    );
    return await use(wired);
  } finally {
    changed?.close();
  }
}

/** Of whoever has no types: a name is no list of names. */
export function namesIn(targets: readonly string[] | undefined): readonly string[] {
  if (targets === undefined) return [];
  if (Array.isArray(targets) && targets.every((name) => typeof name === 'string')) return targets;
  throw new RollcallError('usage', {
    message: 'targets takes a list of names',
    hint: "such as ['cosmo']; without it, all of them are meant",
  });
}

/** What is no length of time would wait for ever, or not at all. */
export function refuseWait(wait: number): void {
  if (!(wait >= 0))
    throw new RollcallError('usage', {
      message: `wait: ${String(wait)} is no number of milliseconds`,
      hint: 'such as 60_000, or 0',
    });
}
