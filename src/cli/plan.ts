import { resolve } from 'node:path';
import { RollcallError } from '../model/index.ts';
import { plan } from '../engine/plan.ts';
import type { Run } from '../engine/run.ts';
import { targetsError } from '../reports/error.ts';
import { planFile, planJson, planText } from '../reports/plan.ts';
import { wire } from './engine.ts';
import { writePieces } from './files.ts';
import { refuseOthersFiles } from './planfile.ts';
import { pageOf } from './page.ts';
import { endOnSignal } from './signals.ts';
import { print, say, shownOf, styleOf } from './terminal.ts';
import type { GlobalOptions, InputOptions, ShowOptions } from './terminal.ts';
import { version } from '../wiring/version.ts';

interface Options extends GlobalOptions, ShowOptions, InputOptions {
  readonly out?: string;
  readonly html?: string;
  readonly exitCode?: boolean;
  readonly against?: string;
}

export async function run(options: Options, names: readonly string[]): Promise<number> {
  if (options.show === 'identity') {
    const other =
      options.out !== undefined
        ? '--out'
        : options.html !== undefined
          ? '--html'
          : options.exitCode
            ? '--exit-code'
            : options.against !== undefined
              ? '--against'
              : undefined;
    if (other !== undefined)
      throw new RollcallError('usage', {
        message: `${other} is for a plan, and --show identity makes none`,
        hint: 'one after the other',
      });
    const { showIdentity } = await import('./show-identity.ts');
    return showIdentity(options, names);
  }
  const shown = shownOf(options);
  if (options.against !== undefined) return against(options, names, options.against);
  const { engine } = await wire(options);
  // Before the source is read: a long plan must not end in a slip of the hand.
  const { out, html } = options;
  if (out !== undefined && html !== undefined && resolve(out) === resolve(html))
    throw new RollcallError('usage', {
      message: '--out and --html name one file, and they are two',
      hint: 'a name for each',
    });
  if (out !== undefined) await refuseOthersFiles(out, engine.configuration);
  if (html !== undefined) await refuseOthersFiles(html, engine.configuration, pageOf('plan'));
  return endOnSignal(() =>
    plan(engine, names, async (planned) => {
      if (out !== undefined) await writePieces(out, 'plan', planFile(planned, version));
      if (html !== undefined) await writePage(html, planned, options);
      return tellPlan(planned, options, shown);
    }),
  );
}

/** Shows what would be sent, and gives the exit code. */
export async function tellPlan(
  planned: Run,
  options: GlobalOptions & { readonly exitCode?: boolean },
  shown: ReturnType<typeof shownOf>,
): Promise<number> {
  const code = exitCode(planned, options.exitCode === true);
  const style = styleOf(options);
  const error = code === 1 ? targetsError(failuresOf(planned), style) : undefined;
  if (options.json) await print(planJson(planned, error), '');
  else if (!options.quiet) await print(planText(planned, { style, ...shown }));
  return code;
}

/** The plan for the person who approves it. */
async function writePage(path: string, planned: Run, options: Options): Promise<void> {
  const { planPage } = await import('../reports/plan-page.ts');
  const style = styleOf({ ...options, color: false });
  await writePieces(path, pageOf('plan').what, planPage(planned, style));
  say(options, `written: ${path}`);
}

/** What a change of the configuration does by itself. */
async function against(options: Options, names: readonly string[], former: string): Promise<number> {
  const other = (['out', 'html', 'input'] as const).find((name) => options[name] !== undefined);
  if (other !== undefined)
    throw new RollcallError('usage', {
      message: `--${other} is for a plan that is carried out, and --against makes none`,
      hint: 'one after the other',
    });
  const shown = shownOf(options);
  const { engine } = await wire(options);
  const { engine: older } = await wire({ ...options, config: former }, true, () => undefined);
  const { planAgainst } = await import('../engine/against.ts');
  const { againstJson, againstText } = await import('../reports/against.ts');
  return endOnSignal(() =>
    planAgainst(engine, older, names, async (difference) => {
      const { run: planned, withdrawn } = difference;
      const style = styleOf(options);
      const isLess = [...withdrawn.values()].some(({ sealed }) => sealed!.totals.length > 0);
      const code = exitCode(planned, options.exitCode === true) || (options.exitCode && isLess ? 2 : 0);
      const error = code === 1 ? targetsError(failuresOf(planned), style) : undefined;
      if (options.json) await print(againstJson(difference, error), '');
      else if (!options.quiet) await print(againstText(difference, { style, ...shown }));
      return code;
    }),
  );
}

function failuresOf({ targets }: Run): Parameters<typeof targetsError>[0] {
  return targets.map(({ configuration: { name }, failure }) => ({
    name,
    ...(failure && { error: failure }),
  }));
}

/** 1 where no target could be asked; 3 wins over 4, and 4 over 2. */
function exitCode(planned: Run, wantsChanges: boolean): number {
  const { targets } = planned;
  const failed = targets.filter((target) => target.failure !== undefined).length;
  if (failed > 0 && failed === targets.length) return 1;
  if (targets.some((target) => target.sealed!.held.length > 0)) return 3;
  const isOut = targets.some(({ outOfReach }) => outOfReach !== undefined);
  if (
    failed > 0 ||
    isOut ||
    planned.frozen + planned.missed > 0 ||
    targets.some(({ sealed }) => sealed!.leftOut > 0)
  )
    return 4;
  // What an earlier run left unfinished waits for its time: that is no change of anybody.
  if (targets.some(({ sealed }) => sealed!.unfinished > 0)) return 4;
  const changes = targets.reduce(
    (sum, { sealed }) => sum + sealed!.fresh.reduce((all, { count }) => all + count, 0) - sealed!.invited,
    0,
  );
  return wantsChanges && changes > 0 ? 2 : 0;
}
