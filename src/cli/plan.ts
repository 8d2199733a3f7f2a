import { createWriteStream } from 'node:fs';
import { once } from 'node:events';
import { RollcallError } from '../model/index.ts';
import { plan } from '../engine/plan.ts';
import type { Run } from '../engine/run.ts';
import { planFile, planJson, planText } from '../reports/plan.ts';
import { wire } from './engine.ts';
import { endOnSignal } from './signals.ts';
import { print, shownOf, styleOf } from './terminal.ts';
import type { GlobalOptions, ShowOptions } from './terminal.ts';
import { version } from './version.ts';

interface Options extends GlobalOptions, ShowOptions {
  readonly out?: string;
  readonly exitCode?: boolean;
}

export async function run(options: Options, names: readonly string[]): Promise<number> {
  const shown = shownOf(options);
  const { engine } = await wire(options);
  return endOnSignal(() =>
    plan(engine, names, async (planned) => {
      if (options.out !== undefined) await writePlan(options.out, planned);
      if (options.json) await print(planJson(planned), '');
      else if (!options.quiet) await print(planText(planned, { style: styleOf(options), ...shown }));
      return exitCode(planned, options.exitCode === true);
    }),
  );
}

function exitCode(planned: Run, wantsChanges: boolean): number {
  const { targets } = planned;
  const failed = targets.filter((target) => target.failure !== undefined).length;
  if (failed > 0 && failed === targets.length) return 1;
  if (targets.some((target) => target.sealed!.held.length > 0)) return 3;
  if (failed > 0 || planned.frozen > 0 || targets.some((target) => target.sealed!.leftOut > 0)) return 4;
  const changes = targets.reduce(
    (sum, { sealed }) => sum + sealed!.totals.reduce((all, { count }) => all + count, 0) - sealed!.invited,
    0,
  );
  return wantsChanges && changes > 0 ? 2 : 0;
}

async function writePlan(path: string, planned: Run): Promise<void> {
  const file = createWriteStream(path, { mode: 0o600 });
  try {
    await once(file, 'open');
    for (const line of planFile(planned, version)) if (!file.write(line)) await once(file, 'drain');
    file.end();
    await once(file, 'finish');
  } catch (error) {
    throw new RollcallError('usage', {
      message: `the plan cannot be written to ${path}: ${(error as Error).message}`,
    });
  }
}
