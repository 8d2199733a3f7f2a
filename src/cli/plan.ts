import { open } from 'node:fs/promises';
import { RollcallError } from '../model/index.ts';
import { plan } from '../engine/plan.ts';
import type { Run } from '../engine/run.ts';
import { targetsError } from '../reports/error.ts';
import { planFile, planJson, planText } from '../reports/plan.ts';
import { wire } from './engine.ts';
import { refuseOthersFiles } from './planfile.ts';
import { endOnSignal } from './signals.ts';
import { print, shownOf, styleOf } from './terminal.ts';
import type { GlobalOptions, InputOptions, ShowOptions } from './terminal.ts';
import { fileTrouble } from './trouble.ts';
import { version } from './version.ts';

interface Options extends GlobalOptions, ShowOptions, InputOptions {
  readonly out?: string;
  readonly exitCode?: boolean;
}

export async function run(options: Options, names: readonly string[]): Promise<number> {
  if (options.show === 'identity') {
    const other = options.out !== undefined ? '--out' : options.exitCode ? '--exit-code' : undefined;
    if (other !== undefined)
      throw new RollcallError('usage', `${other} is for a plan, and --show identity makes none`);
    const { showIdentity } = await import('./show-identity.ts');
    return showIdentity(options, names);
  }
  const shown = shownOf(options);
  const { engine } = await wire(options);
  // Before the source is read: a long plan must not end in a slip of the hand.
  if (options.out !== undefined) await refuseOthersFiles(options.out, engine.configuration);
  return endOnSignal(() =>
    plan(engine, names, async (planned) => {
      if (options.out !== undefined) await writePlan(options.out, planned);
      const code = exitCode(planned, options.exitCode === true);
      const style = styleOf(options);
      const failures = planned.targets.map(({ configuration, failure }) => ({
        name: configuration.name,
        ...(failure && { error: failure }),
      }));
      const error = code === 1 ? targetsError(failures, style) : undefined;
      if (options.json) await print(planJson(planned, error), '');
      else if (!options.quiet) await print(planText(planned, { style, ...shown }));
      return code;
    }),
  );
}

function exitCode(planned: Run, wantsChanges: boolean): number {
  const { targets } = planned;
  const failed = targets.filter((target) => target.failure !== undefined).length;
  if (failed > 0 && failed === targets.length) return 1;
  if (targets.some((target) => target.sealed!.held.length > 0)) return 3;
  if (failed > 0 || planned.frozen + planned.missed > 0 || targets.some(({ sealed }) => sealed!.leftOut > 0))
    return 4;
  // What an earlier run left unfinished waits for its time: that is no change of anybody.
  if (targets.some(({ sealed }) => sealed!.unfinished > 0)) return 4;
  const changes = targets.reduce(
    (sum, { sealed }) => sum + sealed!.fresh.reduce((all, { count }) => all + count, 0) - sealed!.invited,
    0,
  );
  return wantsChanges && changes > 0 ? 2 : 0;
}

async function writePlan(path: string, planned: Run): Promise<void> {
  try {
    const file = await open(path, 'w', 0o600);
    try {
      // A file that was there before has kept its mode, and a device is nobody's to change.
      if ((await file.stat()).isFile()) await file.chmod(0o600);
      let chunk = '';
      for (const line of planFile(planned, version)) {
        chunk += line;
        if (chunk.length < 64 * 1024) continue;
        await file.appendFile(chunk);
        chunk = '';
      }
      await file.appendFile(chunk);
    } finally {
      await file.close();
    }
  } catch (error) {
    throw new RollcallError('usage', {
      message: `the plan cannot be written to ${path}: ${fileTrouble(error)}`,
    });
  }
}
