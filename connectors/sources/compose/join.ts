import { createHash } from 'node:crypto';
import { MEMBER_OF, RollcallError, forbid } from '../../../src/model/index.ts';
import type {
  MembershipOf,
  Problem,
  Receipt,
  Source,
  SourceRecord,
  Template,
} from '../../../src/model/index.ts';
import type { Keyed } from '../environment.ts';
import { RecordView } from '../view.ts';
import { hasAll, told } from './telling.ts';
import { together } from './memberships.ts';
import { countsOf, groupsOf, partsOf, withAsked, withColumns } from './union.ts';
import type { Part } from './union.ts';

/** A source that adds to the people of another one. */
export interface Joined extends Part {
  readonly name: string;
  /** The names that expressions read in its records. */
  readonly reads: ReadonlySet<string>;
}

/** What joining needs of the world around it. */
export interface Joining {
  readonly keyed: () => Keyed;
  readonly warn: (problem: Problem) => void;
  /** Whether groups are looked for in the sources. */
  readonly hasGroups: boolean;
}

/**
 * The people of one source, the authority, each with the records of other sources that have the same key: those of `ldap`
 * are `record.ldap`. Who is not in another source has no such field there.
 *
 * What cannot be read is unknown and not empty, and so is what two records say of one person: whoever reads it, or the
 * groups, of an active person gets an error, and the person stays as they are.
 */
export function joinedSource(
  name: string,
  authority: Part,
  others: readonly Joined[],
  joining: Joining,
): Source {
  const all = [authority, ...others].map(({ source }) => source);
  return {
    name,
    file: all.map(({ file }) => file).join(', '),
    isLive: all.some(({ isLive }) => isLive === true),
    read: (...names) => read(name, authority, others, joining, names),
  };
}

/** What is known of one of the others. */
interface Known {
  readonly joined: Joined;
  readonly texts: Keyed;
  readonly receipt?: Receipt;
  /** Why it could not be read. */
  readonly failure?: string;
  /** Why somebody who is not found in it may stand there all the same. */
  readonly doubt?: string;
}

async function* read(
  name: string,
  authority: Part,
  others: readonly Joined[],
  joining: Joining,
  [columns, asked = new Set()]: Parameters<Source['read']>,
): AsyncGenerator<readonly SourceRecord[], Receipt> {
  const places: Keyed[] = [];
  try {
    const known: Known[] = [];
    for (const joined of others) {
      const texts = joining.keyed();
      places.push(texts);
      known.push(await readOther(joined, texts, joining.warn));
    }
    const isOther = (column: string): boolean => others.some((other) => other.name === column);
    const own = withColumns(new Map([...columns].filter(([column]) => !isOther(column))), authority.own);
    const wanted = new Set([...withAsked(asked, authority.own)].filter((name) => !isOther(name)));
    const reading = authority.source.read(own, wanted);
    for (;;) {
      const step = await reading.next();
      if (step.done) return receiptOf(name, step.value, authority, known);
      yield step.value.map((record) => new JoinedRecord(record, authority, known, joining.hasGroups));
    }
  } finally {
    for (const texts of places) texts.close();
  }
}

async function readOther(joined: Joined, texts: Keyed, warn: (problem: Problem) => void): Promise<Known> {
  const { name, source, key, own, reads } = joined;
  const reading = source.read(withColumns(new Map(), own), withAsked(reads, own));
  let without = 0;
  let doubt: string | undefined;
  try {
    for (;;) {
      const step = await reading.next();
      if (step.done) {
        if (without > 0) warn(keyless(joined, without));
        const { complete, reasons } = step.value;
        if (!complete) doubt ??= `${name} is not complete: ${reasons[0] ?? 'a part may be missing'}`;
        return { joined, texts, receipt: step.value, ...(doubt !== undefined && { doubt }) };
      }
      for (const record of step.value) {
        const text = told(key, record);
        if (text !== undefined) texts.put(text, written(record, source.file));
        if (record.defect !== undefined && !(text !== undefined && hasAll(key, record)))
          doubt ??= `a record of ${name} cannot be read, and could be anybody's: ${placeOf(record, source.file)} (${record.defect})`;
        else if (text === undefined) without++;
      }
    }
  } catch (error) {
    if (!(error instanceof RollcallError) || error.code !== 'source') throw error;
    return { joined, texts, failure: error.message };
  }
}

function keyless({ name, source }: Joined, count: number): Problem {
  return {
    message: `${count} ${count === 1 ? 'record' : 'records'} of ${name} ${count === 1 ? 'has' : 'have'} no key, and ${count === 1 ? 'is' : 'are'} joined to nobody`,
    locus: { file: source.file },
  };
}

/** A record as it is kept: only what is read of it, and where it stands. */
interface Written {
  readonly at: string;
  readonly fields: Readonly<Record<string, unknown>>;
  readonly defect?: string | undefined;
}

function written(record: SourceRecord, file: string): string {
  const { defect } = record;
  return JSON.stringify({ at: placeOf(record, file), fields: record.fields(), defect } satisfies Written);
}

function placeOf({ file, line }: SourceRecord, usual: string): string {
  return `${file ?? usual}:${line}`;
}

/** What another source says of somebody; or nothing, where they are not in it; or why that is not known. */
type Said =
  { readonly fields?: Written['fields']; readonly unknown?: undefined } | { readonly unknown: string };

function saidBy({ joined: { name }, failure, doubt }: Known, texts: readonly string[]): Said {
  if (failure !== undefined) return { unknown: `${name} could not be read: ${failure}` };
  const [one, ...more] = texts.map((text) => JSON.parse(text) as Written);
  if (one === undefined) return doubt === undefined ? {} : { unknown: doubt };
  if (more.length > 0) {
    const places = [one, ...more].map(({ at }) => at).join(', ');
    return { unknown: `${texts.length} records of ${name} have this key: ${places}` };
  }
  if (one.defect !== undefined)
    return { unknown: `the record of ${name} at ${one.at} cannot be read: ${one.defect}` };
  return { fields: one.fields };
}

/** A person of the authority with what the others add. */
class JoinedRecord extends RecordView {
  readonly #authority: Part;
  readonly #known: readonly Known[];
  readonly #hasGroups: boolean;
  #found: readonly (readonly string[])[] | undefined;

  constructor(origin: SourceRecord, authority: Part, known: readonly Known[], hasGroups: boolean) {
    super(origin, origin.file ?? authority.source.file);
    this.#authority = authority;
    this.#known = known;
    this.#hasGroups = hasGroups;
  }

  override get keyedBy(): Template {
    return this.#authority.key;
  }

  override text(): string {
    const parts = this.#known.map(({ failure, doubt }, index) => {
      const texts = this.#texts()[index]!;
      return failure ?? (texts.length === 0 && doubt !== undefined ? doubt : texts);
    });
    return `${super.text()}\0${JSON.stringify(parts)}`;
  }

  override fields(): Readonly<Record<string, unknown>> {
    const fields: Record<string, unknown> = { ...super.fields() };
    const groups = [...groupsIn(fields)];
    this.#known.forEach((known, index) => {
      const { name } = known.joined;
      if (name in fields) throw taken(name, this);
      const said = saidBy(known, this.#texts()[index]!);
      if (said.unknown !== undefined) {
        forbid(fields, name, said.unknown);
        if (this.#hasGroups) forbid(fields, MEMBER_OF, said.unknown);
      } else if (said.fields !== undefined) {
        const { [MEMBER_OF]: _, ...rest } = said.fields;
        fields[name] = rest;
        groups.push(...groupsIn(said.fields));
      }
    });
    const isKnown = Object.getOwnPropertyDescriptor(fields, MEMBER_OF)?.get === undefined;
    if (isKnown && groups.length > 0) fields[MEMBER_OF] = together(groups);
    return fields;
  }

  #texts(): readonly (readonly string[])[] {
    if (this.#found !== undefined) return this.#found;
    const key = told(this.#authority.key, this.origin);
    return (this.#found = this.#known.map(({ texts }) => (key === undefined ? [] : texts.get(key))));
  }
}

function groupsIn(fields: Readonly<Record<string, unknown>>): readonly MembershipOf[] {
  return (fields[MEMBER_OF] as readonly MembershipOf[] | undefined) ?? [];
}

function taken(name: string, { file, line }: SourceRecord): RollcallError {
  return new RollcallError('source', {
    message: `the record has a field ${name} already, which is the name of a source`,
    locus: { ...(file !== undefined && { file }), line },
    hint: 'give the source another name under sources',
  });
}

function receiptOf(name: string, own: Receipt, authority: Part, known: readonly Known[]): Receipt {
  const sha256 = createHash('sha256').update(own.sha256);
  for (const { receipt } of known) sha256.update(`\0${receipt?.sha256 ?? ''}`);
  const reasons = [
    ...own.reasons,
    ...known.flatMap(({ joined, receipt, failure }) =>
      failure === undefined
        ? receipt!.reasons.map((reason) => `${joined.name}: ${reason}`)
        : [`${joined.name} could not be read: ${failure}`],
    ),
  ];
  return {
    ...own,
    source: name,
    file: [own.file, ...known.map(({ joined }) => joined.source.file)].join(', '),
    sha256: sha256.digest('hex'),
    complete: reasons.length === 0 && own.complete,
    reasons,
    ...groupsOf([own, ...known.map(({ receipt }) => receipt)]),
    counts: Object.assign(
      partsOf(authority.source.name, own.counts),
      ...known.map(({ joined, receipt }) =>
        receipt === undefined ? { [joined.name]: 0 } : countsOf(joined.name, receipt),
      ),
    ) as NonNullable<Receipt['counts']>,
  };
}
