import { rebuild } from '../engine/rebuild.ts';
import { matchReport } from '../reports/matches.ts';
import { rebuildJson, rebuildText } from '../reports/rebuild.ts';
import { actor, wire } from './engine.ts';
import { refuseBoth } from './format.ts';
import { endOnSignal } from './signals.ts';
import { print, shownOf, styleOf } from './terminal.ts';
import type { GlobalOptions, ShowOptions } from './terminal.ts';

interface Options extends GlobalOptions, ShowOptions {
  readonly csv?: boolean;
}

/** 4 where somebody could not be placed, or nobody can say whether all were listed. */
export async function run(options: Options, name: string): Promise<number> {
  refuseBoth(options);
  const { people } = shownOf(options);
  const { engine } = await wire(options);
  return endOnSignal(() =>
    rebuild(engine, name, { command: `rebuild ${name}`, actor: actor() }, async (rebuilt) => {
      const style = styleOf(options);
      if (options.csv) await print(matchReport(rebuilt));
      else if (options.json) await print(rebuildJson(rebuilt), '');
      else if (!options.quiet) await print(rebuildText(rebuilt, { style, people }));
      return rebuilt.unplaced > 0 || rebuilt.unproved !== undefined ? 4 : 0;
    }),
  );
}
