import { RollcallError } from '../model/index.ts';
import type { Problem } from '../model/index.ts';
import { trialsOfKey } from '../engine/trial.ts';
import type { Tried } from '../engine/trial.ts';
import { errorDocument } from '../reports/error.ts';
import { trialText, trialView } from '../reports/trial.ts';
import { readAlone } from './alone.ts';
import { wire } from './engine.ts';
import { unknownKey } from './record.ts';
import { endOnSignal } from './signals.ts';
import { print, styleOf } from './terminal.ts';
import type { GlobalOptions } from './terminal.ts';

/** What becomes of one key: each of its records as an identity, or the rule that rejects it. It asks no target. */
export async function showIdentity(options: GlobalOptions, names: readonly string[]): Promise<number> {
  const [key] = names;
  if (key === undefined || names.length > 1)
    throw new RollcallError('usage', {
      message: '--show identity takes one key',
      hint: 'rollcall plan --show identity E1042',
    });
  const { engine } = await wire(options, false);
  const style = styleOf(options);
  return endOnSignal(() =>
    readAlone(engine, async (run) => {
      const records = await trialsOfKey(run, key);
      if (records.length === 0) throw unknownKey(key, run.source);
      const problems = records.flatMap(problemOf);
      const error = problems.length < records.length ? undefined : errorDocument('source', problems, style);
      if (options.json)
        await print([JSON.stringify({ ...(error && { error }), key, records: records.map(trialView) })]);
      else for (const tried of records) await print(trialText(tried, style));
      return error === undefined ? 0 : 1;
    }),
  );
}

function problemOf({ locus, refusal }: Tried): readonly Problem[] {
  return refusal === undefined ? [] : [{ message: `${refusal.rule}: ${refusal.reason}`, locus }];
}
