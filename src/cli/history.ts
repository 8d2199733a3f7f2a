import { createInterface } from 'node:readline';
import { RollcallError } from '../model/index.ts';
import { errorDocument } from '../reports/error.ts';
import {
  eventView,
  historyCsv,
  historyText,
  trailLine,
  verdictJson,
  verdictText,
} from '../reports/history.ts';
import { shownPath } from '../reports/style.ts';
import { verifyLines } from '../reports/trail-file.ts';
import { joined } from '../reports/views.ts';
import { headOf, headText } from '../store/audit.ts';
import type { Head } from '../store/audit.ts';
import { withReader } from '../store/state.ts';
import type { State } from '../store/state.ts';
import { trailOf } from '../store/trail/rows.ts';
import type { TrailFilter } from '../store/trail/rows.ts';
import { verifyTrail } from '../store/trail/verify.ts';
import type { Verdict } from '../store/trail/verify.ts';
import { openNamed, writePieces } from './files.ts';
import { formatOf } from './format.ts';
import { wire } from './engine.ts';
import { spanOf } from './moment.ts';
import { pageOf } from './page.ts';
import { refuseOthersFiles } from './planfile.ts';
import { print, say, styleOf } from './terminal.ts';
import type { GlobalOptions } from './terminal.ts';
import { fileTrouble } from './trouble.ts';

interface Options extends GlobalOptions {
  readonly person?: string;
  readonly target?: string;
  readonly since?: string;
  readonly until?: string;
  readonly event?: string;
  readonly run?: string;
  readonly format?: string;
  readonly limit?: string;
  readonly verify?: boolean;
  readonly head?: string;
  readonly from?: string;
  readonly html?: string;
}

/** On a terminal, and in a table altogether, somebody looks at the last of it. */
const usualRows = 100;

export async function run(options: Options): Promise<number> {
  const filter = filterOf(options);
  const head = options.head === undefined ? undefined : readHead(options.head);
  if (!options.verify) {
    const other = head !== undefined ? '--head' : options.from !== undefined ? '--from' : undefined;
    if (other !== undefined)
      throw new RollcallError('usage', {
        message: `${other} is for --verify`,
        hint: 'rollcall history --verify looks whether the trail is as it was written',
      });
    return options.html === undefined ? show(options, filter) : writePage(options, filter, options.html);
  }
  if (
    Object.keys(filter).length > 0 ||
    options.format !== undefined ||
    options.limit !== undefined ||
    options.html !== undefined
  )
    throw new RollcallError('usage', {
      message: '--verify looks at the whole trail, and takes neither a filter nor a format',
      hint: 'rollcall history --verify, with --head SEQ:HASH or --from FILE',
    });
  if (options.from !== undefined)
    return tell(options, await verifyFile(options.from, head), options.from, head);
  const { configuration } = await wire(options, false);
  return withReader(configuration.state, (state) =>
    tell(options, verifyTrail(state, head), `the trail of ${shownPath(configuration.state)}`, head),
  );
}

async function show(options: Options, filter: TrailFilter): Promise<number> {
  const format = formatOf(options, ['table', 'jsonl', 'csv']);
  const most = limitOf(options, format === 'table' ? usualRows : Infinity);
  const { configuration } = await wire(options, false);
  return withReader(configuration.state, async (state) => {
    const rows = trailOf(state, filter, most);
    if (format === 'json') await print(document(state, rows), '');
    else if (format === 'jsonl') await print(lines(rows));
    else if (format === 'csv') await print(historyCsv(rows));
    else await printTable(options, rows, most);
    return 0;
  });
}

/** A browser has enough of so many rows. */
const usualOnPage = 10_000;

async function writePage(options: Options, filter: TrailFilter, path: string): Promise<number> {
  if (options.format !== undefined)
    throw new RollcallError('usage', {
      message: `--html and --format ${options.format} are two forms of one thing`,
      hint: 'one of them',
    });
  const most = limitOf(options, usualOnPage);
  const { configuration } = await wire(options, false);
  const kind = pageOf('history');
  await refuseOthersFiles(path, configuration, kind);
  const { historyPage } = await import('../reports/history-page.ts');
  return withReader(configuration.state, async (state) => {
    const { number, rows } = counted(trailOf(state, filter, most));
    const about = {
      state: configuration.state,
      now: Date.now(),
      trail: headOf(state),
      filters: filtersIn(options),
      ...(most !== Infinity && { most }),
    };
    await writePieces(path, kind.what, historyPage(rows, about));
    if (options.json) await print([JSON.stringify({ html: path, events: number() })]);
    else say(options, `written: ${path}, ${number().toLocaleString('en-GB')} rows`);
    if (number() === most) say(options, `the newest ${most}; --limit all writes all of them`);
    return 0;
  });
}

/** As they were asked for. */
function filtersIn({ person, target, since, until, event, run }: Options): readonly string[] {
  return Object.entries({ person, target, since, until, event, run }).flatMap(([name, value]) =>
    value === undefined ? [] : [`${name} ${value}`],
  );
}

async function printTable(options: Options, rows: ReturnType<typeof trailOf>, most: number): Promise<void> {
  const { number, rows: shown } = counted(rows);
  await print(historyText(shown, styleOf(options)));
  if (number() === 0) say(options, 'nothing of that is in the trail');
  if (number() === most) say(options, `the newest ${most}; --limit all shows all of them`);
}

/** Rows, and how many of them have come by. */
function counted(rows: ReturnType<typeof trailOf>) {
  let number = 0;
  function* all(): ReturnType<typeof trailOf> {
    for (const row of rows) {
      number++;
      yield row;
    }
  }
  return { number: () => number, rows: all() };
}

function* lines(rows: ReturnType<typeof trailOf>): Generator<string> {
  for (const row of rows) yield trailLine(row);
}

function* document(state: State, rows: ReturnType<typeof trailOf>): Generator<string> {
  const head = headOf(state);
  yield `{${head === undefined ? '' : `"head":${JSON.stringify(headText(head))},`}"events":[`;
  yield* joined(views(rows));
  yield ']}\n';
}

function* views(rows: ReturnType<typeof trailOf>): Generator<object> {
  for (const row of rows) yield eventView(row);
}

async function tell(options: Options, verdict: Verdict, what: string, head?: Head): Promise<number> {
  const isGood = verdict.count === 0;
  const style = styleOf(options);
  if (options.json) {
    const problems = verdict.faults.map(({ message }) => ({ message, locus: { file: what } }));
    const error = isGood ? undefined : errorDocument('changed', problems, style);
    await print([JSON.stringify({ ...(error && { error }), ...verdictJson(verdict) })]);
  } else if (!options.quiet || !isGood) await print(verdictText(verdict, what, style, head));
  // What was taken away at the beginning cannot be told from what was never asked for: that it is not there is told.
  return isGood ? (verdict.isWhole ? 0 : 4) : 1;
}

async function verifyFile(path: string, head: Head | undefined): Promise<Verdict> {
  const input = path === '-' ? process.stdin : await openNamed(path);
  try {
    return await verifyLines(createInterface({ input, crlfDelay: Infinity }), head);
  } catch (error) {
    throw new RollcallError('usage', {
      message: `the trail cannot be read: ${fileTrouble(error)}`,
      locus: { file: path },
      hint: 'rollcall history --format jsonl > FILE writes one',
    });
  }
}

function filterOf({ person, target, since, until, event, run }: Options): TrailFilter {
  const now = Date.now();
  if (run !== undefined && !/^\d{1,15}$/.test(run))
    throw new RollcallError('usage', {
      message: `--run ${run} is no run`,
      hint: 'the number of a run, as sync shows it',
    });
  if (event !== undefined && !/^[A-Za-z]+(\.[A-Za-z]+)?$/.test(event))
    throw new RollcallError('usage', {
      message: `--event ${event} is no event`,
      hint: 'such as operation.failed, or operation for all that became of operations',
    });
  return {
    ...(person !== undefined && { key: person.trim().normalize('NFC') }),
    ...(target !== undefined && { target }),
    ...(since !== undefined && { since: spanOf(since, '--since', now).from }),
    ...(until !== undefined && { until: spanOf(until, '--until', now).to }),
    ...(event !== undefined && { event }),
    ...(run !== undefined && { run: Number(run) }),
  };
}

function limitOf({ limit }: Options, usual: number): number {
  if (limit === undefined) return usual;
  if (limit === 'all') return Infinity;
  if (/^[1-9]\d{0,8}$/.test(limit)) return Number(limit);
  throw new RollcallError('usage', {
    message: `--limit ${limit}: so many of the newest rows`,
    hint: 'a number, or all',
  });
}

function readHead(text: string): Head {
  const [, seq, hash] = /^(\d{1,15}):([0-9a-f]{64})$/i.exec(text.trim()) ?? [];
  if (seq === undefined || hash === undefined)
    throw new RollcallError('usage', {
      message: `--head ${text} is no head of a trail`,
      hint: 'as sync prints it at its end: the number of the row, a colon, and 64 characters',
    });
  return { seq: Number(seq), hash: hash.toLowerCase() };
}
