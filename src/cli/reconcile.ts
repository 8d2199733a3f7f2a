import { RollcallError } from '../model/index.ts';
import { reconcile } from '../engine/reconcile.ts';
import type { Reconciled } from '../engine/reconcile.ts';
import { targetsError } from '../reports/error.ts';
import { matchReport } from '../reports/matches.ts';
import { reconcileJson, reconcileText } from '../reports/reconcile.ts';
import { reconciledViews } from '../reports/reconciled.ts';
import type { ReconciledView } from '../reports/reconciled.ts';
import { duration } from './duration.ts';
import { actor, wire } from './engine.ts';
import { refuseBoth } from './format.ts';
import { openSignals } from './signals.ts';
import { carryOut } from './sync.ts';
import { print, shownOf, styleOf } from './terminal.ts';
import type { GlobalOptions, ShowOptions } from './terminal.ts';

interface Options extends GlobalOptions, ShowOptions {
  readonly repair?: boolean;
  readonly missing?: string;
  readonly exitCode?: boolean;
  readonly csv?: boolean;
  readonly wait: string;
}

export async function run(options: Options, names: readonly string[]): Promise<number> {
  const { people } = shownOf(options);
  duration(options.wait, '--wait');
  checkOptions(options);
  const wired = await wire(options);
  const command = ['reconcile', ...names, ...(options.repair ? ['--repair'] : [])].join(' ');
  const missing = options.missing === undefined ? {} : { missing: Number(options.missing) };
  const repairing = options.repair ? { command, actor: actor(), ...missing } : undefined;
  const signals = openSignals((exitCode) => process.exit(exitCode));
  try {
    return await reconcile(wired.engine, names, repairing, async (found) => {
      const views = reconciledViews(found);
      const style = styleOf(options);
      const code = exitCode(views, options.exitCode === true);
      const error = code === 1 ? targetsError(views, style) : undefined;
      const goesOn = repairing !== undefined && code !== 1;
      if (options.csv) await print(matchReport(found));
      else if (!options.json && !options.quiet) await print(reconcileText(found, { style, people }));
      if (options.json && !goesOn) await print(withEnd(reconcileJson(found, error)), '');
      if (!goesOn) return code;
      // A sync is stopped in another way than a read.
      signals.close();
      const tellJson = (pieces: Iterable<string>): Promise<void> => print(withSync(found, pieces), '');
      return worse(code, await carryOut(options, names, wired, { command, tellJson }));
    });
  } finally {
    signals.close();
  }
}

function checkOptions({ repair, missing, exitCode, csv, json }: Options): void {
  const refuse = (message: string, hint: string): never => {
    throw new RollcallError('usage', { message, hint });
  };
  if (missing !== undefined && !/^\d{1,9}$/.test(missing))
    refuse(
      `--missing ${missing}: so many accounts are gone indeed`,
      'a number, as reconcile has counted them',
    );
  if (missing !== undefined && !repair)
    refuse('--missing is for --repair', 'without it, nothing is closed that could be too much');
  if (repair && (exitCode || csv))
    refuse(`--${csv ? 'csv' : 'exit-code'} is for looking, and --repair is not`, 'one after the other');
  refuseBoth({ csv, json });
}

/** 1 where no target could be asked; 3 wins over 4, and 4 over 2. */
function exitCode(views: readonly ReconciledView[], wantsDifferences: boolean): number {
  if (views.every(({ error }) => error !== undefined)) return 1;
  const holds = ({ taken }: ReconciledView): boolean =>
    (taken?.held.length ?? 0) + (taken?.groups?.held.length ?? 0) > 0;
  if (views.some(holds)) return 3;
  const isUnclear = views.some(
    ({ isContradicted, counts, groups }) =>
      isContradicted || counts.unknown > 0 || (groups?.counts.unknown ?? 0) > 0,
  );
  if (isUnclear) return 4;
  // A group that nobody here has is the application's own; an account that nobody here has may be anybody's.
  const differs = ({ counts, groups }: ReconciledView): boolean =>
    [{ ...counts }, { ...groups?.counts, orphan: 0 }].some(
      ({ drifted = 0, missing = 0, orphan, disputed = 0, adoptable = 0 }) =>
        drifted + missing + orphan + disputed + adoptable > 0,
    );
  return wantsDifferences && views.some(differs) ? 2 : 0;
}

/** Of what was found and what became of it. A signal, and a sync that reached nobody, say all there is. */
function worse(found: number, synced: number): number {
  if (![0, 3, 4].includes(synced)) return synced;
  return [3, 4].find((code) => code === found || code === synced) ?? 0;
}

function* withEnd(pieces: Iterable<string>): Generator<string> {
  yield* pieces;
  yield '}\n';
}

function* withSync(found: Reconciled, pieces: Iterable<string>): Generator<string> {
  yield* reconcileJson(found);
  yield ',"sync":';
  yield* pieces;
  yield '}\n';
}
