import { createHash } from 'node:crypto';
import { RollcallError } from '../../../src/model/index.ts';
import type { Receipt, Source, SourceGroup, SourceRecord, Template } from '../../../src/model/index.ts';
import type { Columns } from '../unmet.ts';
import { RecordView } from '../view.ts';

/** A source, and what gives the keys of its records. */
export interface Part {
  readonly source: Source;
  readonly key: Template;
  /** What is evaluated on its records and on no others: the key is among it. */
  readonly own: readonly Template[];
}

class PartRecord extends RecordView {
  readonly #key: Template;
  readonly #part: string;

  constructor(origin: SourceRecord, { name, file }: Source, key: Template) {
    super(origin, origin.file ?? file);
    this.#key = key;
    this.#part = name;
  }

  override get part(): string {
    return this.#part;
  }

  override get keyedBy(): Template {
    return this.#key;
  }
}

/**
 * Several sources whose people are one population, each being the authority for its own. They are read one after the
 * other. One that cannot be read is unknown and not empty: the others are read all the same, and the read as a whole is
 * not complete. Throws where none of them can be read.
 */
export function unionSource(name: string, parts: readonly Part[]): Source {
  const file = parts.map(({ source }) => source.file).join(', ');
  const isLive = parts.some(({ source }) => source.isLive === true);
  return { name, file, isLive, read: (...names) => read(name, file, parts, names) };
}

async function* read(
  name: string,
  file: string,
  parts: readonly Part[],
  names: Parameters<Source['read']>,
): AsyncGenerator<readonly SourceRecord[], Receipt> {
  const receipts: Receipt[] = [];
  const failures: RollcallError[] = [];
  const reasons: string[] = [];
  for (const part of parts) {
    try {
      receipts.push(yield* named(part, names));
    } catch (error) {
      // What is wrong with the configuration is wrong whatever the others have to say.
      if (!(error instanceof RollcallError) || error.code !== 'source') throw error;
      failures.push(error);
      reasons.push(`${part.source.name} could not be read: ${error.message}`);
    }
  }
  if (receipts.length === 0)
    throw new RollcallError(
      'source',
      failures.flatMap(({ problems }) => problems),
    );
  return joined(name, file, receipts, reasons);
}

/** The records of one part, each with the file that it stands in and with what gives its key. */
async function* named(
  { source, key, own }: Part,
  [columns, asked]: Parameters<Source['read']>,
): AsyncGenerator<readonly SourceRecord[], Receipt> {
  const reading = source.read(withColumns(columns, own), withAsked(asked, own));
  for (;;) {
    const step = await reading.next();
    if (step.done) return step.value;
    yield step.value.map((record) => new PartRecord(record, source, key));
  }
}

/** What expressions read of every record, and what those of a part alone read. */
export function withColumns(columns: Columns, own: readonly Template[]): Columns {
  const all = new Map(columns);
  for (const template of own)
    for (const name of template.columns) if (!all.has(name)) all.set(name, [template.locus]);
  return all;
}

export function withAsked(asked: Iterable<string> = [], own: readonly Template[]): ReadonlySet<string> {
  return new Set([...asked, ...own.flatMap((template) => template.asked ?? [])]);
}

type Counts = NonNullable<Receipt['counts']>;

/** One of several may lose half of its people while the whole hardly shrinks; and a part of it may, while it hardly does. */
export function countsOf(name: string, { count, counts = {} }: Receipt): Counts {
  return { [name]: count, ...partsOf(name, counts) };
}

/** A department of one source is not that of another one. */
export function partsOf(name: string, counts: Counts = {}): Counts {
  return Object.fromEntries(Object.entries(counts).map(([part, count]) => [`${name}: ${part}`, count]));
}

/** The groups of several sources together; nothing where none of them has any. */
export function groupsOf(receipts: readonly (Receipt | undefined)[]): Pick<Receipt, 'groups'> {
  const known = receipts.flatMap((receipt) => receipt?.groups ?? []);
  if (known.length === 0) return {};
  const groups = new Map<string, SourceGroup>();
  for (const group of known) {
    const within = [...(groups.get(group.key)?.groups ?? []), ...(group.groups ?? [])];
    // Who is in a group is unknown where one of them does not know it.
    const unknown = group.unknown ?? groups.get(group.key)?.unknown;
    groups.set(group.key, {
      ...group,
      ...(within.length > 0 && { groups: [...new Set(within)] }),
      ...(unknown !== undefined && { unknown }),
    });
  }
  return { groups: [...groups.values()] };
}

function joined(
  name: string,
  file: string,
  receipts: readonly Receipt[],
  failed: readonly string[],
): Receipt {
  const reasons = [
    ...failed,
    ...receipts.flatMap(({ source, reasons: own }) => own.map((reason) => `${source}: ${reason}`)),
  ];
  const sha256 = createHash('sha256');
  for (const receipt of receipts) sha256.update(`${receipt.source}\0${receipt.sha256}\n`);
  return {
    source: name,
    file,
    count: receipts.reduce((sum, { count }) => sum + count, 0),
    sha256: sha256.digest('hex'),
    complete: failed.length === 0 && receipts.every(({ complete }) => complete),
    reasons,
    ...groupsOf(receipts),
    counts: Object.assign({}, ...receipts.map((receipt) => countsOf(receipt.source, receipt))) as Counts,
  };
}
