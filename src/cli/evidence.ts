import { RollcallError } from '../model/index.ts';
import { evidenceCsv, evidenceJson, evidenceText, newTally } from '../reports/evidence.ts';
import { knownTargets } from '../store/access.ts';
import { withReader } from '../store/state.ts';
import { anchorOf } from '../store/trail/verify.ts';
import { departuresIn } from '../store/trail/evidence.ts';
import { wire } from './engine.ts';
import { tellWarning } from './execute.ts';
import { formatOf } from './format.ts';
import { spanOf } from './moment.ts';
import { print, styleOf } from './terminal.ts';
import type { GlobalOptions } from './terminal.ts';

interface Options extends GlobalOptions {
  readonly from: string;
  readonly to?: string;
  readonly format?: string;
}

export async function run(options: Options, names: readonly string[]): Promise<number> {
  const format = formatOf(options, ['table', 'csv']);
  const now = Date.now();
  const { from } = spanOf(options.from, '--from', now);
  const to = options.to === undefined ? now + 1 : spanOf(options.to, '--to', now).to;
  if (from >= to)
    throw new RollcallError('usage', {
      message: `--from ${options.from} is not before --to ${options.to ?? 'now'}`,
      hint: 'the earlier of the two under --from',
    });
  const { configuration } = await wire(options, false);
  return withReader(configuration.state, async (state) => {
    const known = new Set([...configuration.targets, ...knownTargets(state)].map(({ name }) => name));
    const unknown = names.filter((name) => !known.has(name));
    if (unknown.length > 0)
      throw new RollcallError('usage', {
        message: `there is no target ${unknown.map((name) => `"${name}"`).join(', ')} in ${configuration.file}`,
        hint: `the targets are ${[...known].join(', ')}`,
      });
    const anchor = anchorOf(state);
    if (anchor !== undefined && from <= anchor.at)
      tellWarning(options, {
        message: `the trail begins after ${new Date(anchor.at).toISOString()}: who left before that went by retention`,
      });
    const all = departuresIn(state, { from, to, ...(names.length > 0 && { targets: names }) });
    const tally = newTally();
    if (format === 'json') await print(evidenceJson(all, tally, { from, to }), '');
    else await print(format === 'csv' ? evidenceCsv(all) : evidenceText(all, tally, styleOf(options)));
    return 0;
  });
}
