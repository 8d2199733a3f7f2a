import { chosenTargets } from '../engine/build.ts';
import { linksCsv, linksJson, linksText } from '../reports/links.ts';
import { targetRow } from '../store/accounts.ts';
import { linksOf } from '../store/links.ts';
import { withState } from '../store/state.ts';
import { wire } from './engine.ts';
import { refuseBoth } from './format.ts';
import { print, styleOf } from './terminal.ts';
import type { GlobalOptions } from './terminal.ts';

interface Options extends GlobalOptions {
  readonly csv?: boolean;
}

export async function run(options: Options, name?: string): Promise<number> {
  refuseBoth(options);
  const { configuration } = await wire(options, false);
  const chosen = chosenTargets(configuration, name === undefined ? [] : [name]);
  return withState(configuration.state, false, async (state) => {
    const targets = chosen.map((target) => ({
      name: target.name,
      links: () => linksOf(state, targetRow(state, target.name, target.renamedFrom)?.id ?? 0),
    }));
    if (options.json) await print(linksJson(targets), '');
    else await print(options.csv ? linksCsv(targets) : linksText(targets, styleOf(options)));
    return 0;
  });
}
