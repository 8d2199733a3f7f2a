import { resolve } from 'node:path';
import { openSource } from '../../connectors/sources/index.ts';
import { link } from '../engine/link.ts';
import type { Decision } from '../engine/link.ts';
import { RollcallError } from '../model/index.ts';
import type { Locus, Problem, SourceRecord } from '../model/index.ts';
import { unmarked } from '../reports/csv.ts';
import { count } from '../reports/style.ts';
import { openKeyedTexts } from '../store/keyed.ts';
import { actor, wire } from './engine.ts';
import { print, styleOf } from './terminal.ts';
import type { GlobalOptions } from './terminal.ts';
import { errorOfOption } from './trouble.ts';

interface Options extends GlobalOptions {
  readonly from: string;
}

export async function run(options: Options): Promise<number> {
  const { engine } = await wire(options);
  const decisions = await decisionsIn(resolve(options.from)).catch((error: unknown) => {
    throw errorOfOption(error, '--from');
  });
  const resources = openKeyedTexts();
  try {
    const who = { command: `link --from ${options.from}`, actor: actor() };
    const { linked, already } = await link(engine, decisions, who, resources);
    if (options.json) await print([JSON.stringify({ linked, already })]);
    else {
      const before = already > 0 ? `; ${already} were so before` : '';
      const sync = styleOf(options).commands('rollcall sync');
      const next = linked > 0 ? `. The next ${sync} puts right what differs` : '';
      await print([`linked: ${count(linked, 'account')}${before}${next}`]);
    }
    return 0;
  } finally {
    resources.close();
  }
}

const columns = ['decision', 'target', 'key', 'remoteId'] as const;

/** The lines of a match report that decide something; a spreadsheet may have written it anew in a form of its own. */
async function decisionsIn(path: string): Promise<readonly Decision[]> {
  const source = openSource(
    {
      name: 'matches',
      connector: 'csv',
      csv: { path, delimiter: 'auto', quote: '"', encoding: 'auto', expect: {} },
      limits: { shrunk: 0, rejected: 0, floor: 0 },
    },
    { clock: () => Date.now() },
  );
  const decisions: Decision[] = [];
  const problems: Problem[] = [];
  const reading = source.read(
    new Map(columns.map((name): [string, readonly Locus[]] => [name, [{ file: path }]])),
  );
  for (;;) {
    const step = await reading.next();
    if (step.done) {
      const { complete, reasons } = step.value;
      if (!complete)
        problems.push({ message: `the file is not whole: ${reasons.join('; ')}`, locus: { file: path } });
      break;
    }
    for (const record of step.value) {
      const found = decisionOf(record, { file: path, line: record.line });
      if ('message' in found) problems.push(found);
      else if ('key' in found) decisions.push(found);
    }
  }
  if (problems.length > 0) throw new RollcallError('usage', problems);
  return decisions;
}

function decisionOf(record: SourceRecord, locus: Locus): Decision | Problem | { readonly decided: false } {
  const cell = (name: string): string => unmarked(String(record.field(name) ?? '')).trim();
  const decision = cell('decision').toLowerCase();
  if (record.defect !== undefined) return { message: record.defect, locus };
  if (decision === '') return { decided: false };
  if (decision !== 'link')
    return { message: `the decision is neither link nor empty`, locus, hint: 'link says that it is so' };
  const [target, key, remoteId] = [cell('target'), cell('key').normalize('NFC'), cell('remoteId')];
  const none = Object.entries({ target, key, remoteId }).filter(([, value]) => value === '');
  if (none.length > 0) return { message: `${none.map(([name]) => name).join(', ')} is missing`, locus };
  return { locus, target, key, remoteId };
}
