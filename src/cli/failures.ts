import { chosenTargets } from '../engine/build.ts';
import { failuresCsv, failuresJson, failuresText } from '../reports/failures.ts';
import type { FailuresView } from '../reports/failures.ts';
import { targetRow } from '../store/accounts.ts';
import { countUnfinished, unfinishedOf } from '../store/failures.ts';
import { withState } from '../store/state.ts';
import { haltOf } from '../store/halts.ts';
import { wire } from './engine.ts';
import { refuseBoth } from './format.ts';
import { print, shownOf, styleOf } from './terminal.ts';
import type { GlobalOptions, ShowOptions } from './terminal.ts';

interface Options extends GlobalOptions, ShowOptions {
  readonly csv?: boolean;
}

export async function run(options: Options, name?: string): Promise<number> {
  refuseBoth(options);
  const { people: most } = shownOf(options);
  const { configuration } = await wire(options, false);
  const chosen = chosenTargets(configuration, name === undefined ? [] : [name]);
  return withState(configuration.state, false, async (state) => {
    const targets = chosen.map((target): FailuresView => {
      const id = targetRow(state, target.name, target.renamedFrom)?.id ?? 0;
      const halted = haltOf(state, id);
      return {
        name: target.name,
        ...(halted !== undefined && { halted }),
        counts: countUnfinished(state, id),
        of: (code, few) => unfinishedOf(state, id, code, few),
      };
    });
    if (options.json) await print(failuresJson(targets), '');
    else
      await print(
        options.csv ? failuresCsv(targets) : failuresText(targets, { style: styleOf(options), most }),
      );
    return 0;
  });
}
