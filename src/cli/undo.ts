import { RollcallError } from '../model/index.ts';
import type { Configuration } from '../model/index.ts';
import { plan } from '../engine/plan.ts';
import { undoing } from '../engine/undo.ts';
import { targetRow } from '../store/accounts.ts';
import { pauseOf } from '../store/pauses.ts';
import { currentRun } from '../store/runs.ts';
import { withState } from '../store/state.ts';
import { runOf, targetsOfRun } from '../store/undo.ts';
import type { UndoneRun } from '../store/undo.ts';
import { duration } from './duration.ts';
import { wire } from './engine.ts';
import { tellWarning } from './execute.ts';
import { tellPlan } from './plan.ts';
import { endOnSignal } from './signals.ts';
import { carryOut } from './sync.ts';
import { print, say, shownOf, styleOf } from './terminal.ts';
import type { GlobalOptions, ShowOptions } from './terminal.ts';

interface Options extends GlobalOptions, ShowOptions {
  readonly plan?: boolean;
  readonly exitCode?: boolean;
  readonly wait: string;
}

export async function run(options: Options, number: string): Promise<number> {
  const shown = shownOf(options);
  duration(options.wait, '--wait');
  if (options.exitCode && !options.plan)
    throw new RollcallError('usage', {
      message: '--exit-code is for looking: with --plan',
      hint: 'rollcall undo RUN --plan --exit-code',
    });
  const wired = await wire(options);
  const { engine, configuration } = wired;
  const { undone, names, others } = await withState(configuration.state, false, (state) => {
    const found = /^[1-9]\d{0,14}$/.test(number) ? runOf(state, Number(number)) : undefined;
    if (found === undefined)
      throw new RollcallError('usage', {
        message: `there is no run ${number}: ${currentRun(state) === 0 ? 'nothing was ever synced' : `the newest is ${currentRun(state)}`}`,
        hint: 'rollcall status shows the last one, and rollcall sync --json tells its number',
      });
    return { undone: found, ...targetsFor(configuration, [...targetsOfRun(state, found.id).keys()]) };
  });
  for (const name of others)
    tellWarning(options, {
      message: `run ${undone.id} has done something on ${name}, which the configuration does not name: nothing of that is undone`,
    });
  const build = undoing(undone);
  if (names.length === 0) return nothing(options, undone);
  if (!options.plan) {
    const made = { build, pauses: `run ${undone.id} was undone` };
    const tellJson = (pieces: Iterable<string>): Promise<void> => print(pieces, '');
    const code = await carryOut(options, names, wired, { command: `undo ${undone.id}`, made, tellJson });
    if (!options.json) await tellPauses(options, wired.configuration, names);
    if (!options.json && code === 3) tellAgain(options, undone);
    return code;
  }
  return endOnSignal(() => plan(engine, names, (planned) => tellPlan(planned, options, shown), build));
}

/** The targets on which a run has done something, by their present names, and those that are not configured any more. */
function targetsFor(
  { targets }: Configuration,
  done: readonly string[],
): { readonly names: readonly string[]; readonly others: readonly string[] } {
  const names = targets
    .filter(({ name, renamedFrom }) => done.includes(name) || (renamedFrom && done.includes(renamedFrom)))
    .map(({ name }) => name);
  const known = targets.flatMap(({ name, renamedFrom = name }) => [name, renamedFrom]);
  return { names, others: done.filter((name) => !known.includes(name)) };
}

async function nothing(options: Options, { id }: UndoneRun): Promise<number> {
  if (options.json) await print([JSON.stringify({ undoes: { runId: id }, targets: {} })]);
  else await print([`run ${id} has carried out nothing that could be taken back`]);
  return 0;
}

/** A sync makes a plan of its own, and has no use for the approval of this one. */
function tellAgain(options: Options, { id }: UndoneRun): void {
  const style = styleOf(options, process.stderr);
  say(
    options,
    `once what is held is approved, ${style.commands(`rollcall undo ${id}`)} again sends it; a sync does not`,
  );
}

/** One that somebody else delivers to just now was not undone, and is not paused. */
async function tellPauses(
  options: Options,
  { state: path }: Configuration,
  names: readonly string[],
): Promise<void> {
  const style = styleOf(options, process.stderr);
  await withState(path, false, (state) => {
    for (const name of names)
      if (pauseOf(state, targetRow(state, name)?.id ?? 0) !== undefined)
        say(
          options,
          `${name} is paused: put right what made the run do that, look at ${style.commands('rollcall plan')}, and then ${style.commands(`rollcall resume ${name}`)}`,
        );
  });
}
