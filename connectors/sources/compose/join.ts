import { createHash } from 'node:crypto';
import { EvaluationError, MEMBER_OF, RollcallError, tidy } from '../../../src/model/index.ts';
import type { Problem, Receipt, Source, SourceRecord, Template } from '../../../src/model/index.ts';
import type { Keyed } from '../environment.ts';
import { RecordView } from '../view.ts';
import { withAsked, withColumns } from './union.ts';
import type { Part } from './union.ts';

/** A source that adds to the people of another one. */
export interface Joined extends Part {
  readonly name: string;
  /** The names that expressions read in its records. */
  readonly reads: ReadonlySet<string>;
}

/**
 * The people of one source, the authority, each with the records of other sources that have the same key: those of `ldap`
 * are `record.ldap`. Who is not in another source has no such field there. One that cannot be read is unknown and not
 * empty, and so is what two records say of one person: whoever reads it of an active person gets an error, and the person
 * stays as they are.
 */
export function joinedSource(
  name: string,
  authority: Part,
  others: readonly Joined[],
  { keyed, warn }: { readonly keyed: () => Keyed; readonly warn: (problem: Problem) => void },
): Source {
  const all = [authority, ...others].map(({ source }) => source);
  return {
    name,
    file: all.map(({ file }) => file).join(', '),
    isLive: all.some(({ isLive }) => isLive === true),
    read: (...names) => read(name, authority, others, { keyed, warn }, names),
  };
}

/** What is known of one of the others. */
interface Known {
  readonly joined: Joined;
  readonly texts: Keyed;
  readonly receipt: Receipt | undefined;
  /** Why it could not be read. */
  readonly failure?: string;
}

async function* read(
  name: string,
  authority: Part,
  others: readonly Joined[],
  { keyed, warn }: { readonly keyed: () => Keyed; readonly warn: (problem: Problem) => void },
  [columns, asked = new Set()]: Parameters<Source['read']>,
): AsyncGenerator<readonly SourceRecord[], Receipt> {
  const known: Known[] = [];
  try {
    for (const joined of others) {
      const texts = keyed();
      known.push(await readOther(joined, texts, warn));
    }
    const isOther = (column: string): boolean => others.some((other) => other.name === column);
    const own = withColumns(new Map([...columns].filter(([column]) => !isOther(column))), authority.own);
    const wanted = new Set([...withAsked(asked, authority.own)].filter((name) => !isOther(name)));
    const reading = authority.source.read(own, wanted);
    for (;;) {
      const step = await reading.next();
      if (step.done) return receiptOf(name, step.value, known);
      yield step.value.map((record) => new JoinedRecord(record, authority, known));
    }
  } finally {
    for (const { texts } of known) texts.close();
  }
}

async function readOther(joined: Joined, texts: Keyed, warn: (problem: Problem) => void): Promise<Known> {
  const { source, key, own, reads } = joined;
  const reading = source.read(withColumns(new Map(), own), withAsked(reads, own));
  let without = 0;
  try {
    for (;;) {
      const step = await reading.next();
      if (step.done) {
        if (without > 0) warn(keyless(joined, without));
        return { joined, texts, receipt: step.value };
      }
      for (const record of step.value) {
        const text = keyIn(key, record);
        if (text === undefined) without++;
        else texts.put(text, written(record, source.file));
      }
    }
  } catch (error) {
    if (!(error instanceof RollcallError) || error.code !== 'source') throw error;
    return { joined, texts, receipt: undefined, failure: error.message };
  }
}

function keyless({ name, source }: Joined, count: number): Problem {
  return {
    message: `${count} ${count === 1 ? 'record' : 'records'} of ${name} ${count === 1 ? 'has' : 'have'} no key, and ${count === 1 ? 'is' : 'are'} joined to nobody`,
    locus: { file: source.file },
  };
}

function keyIn(key: Template, record: SourceRecord): string | undefined {
  if (record.defect !== undefined) return undefined;
  try {
    const said =
      key.column === undefined
        ? key.evaluate({ record: record.fields() })
        : record.field(key.column, key.element);
    const text = typeof said === 'string' ? tidy(said) : '';
    return text === '' ? undefined : text;
  } catch (error) {
    if (error instanceof EvaluationError) return undefined;
    throw error;
  }
}

/** Only what is read of it, and where it stands. */
function written(record: SourceRecord, file: string): string {
  return JSON.stringify({ at: `${record.file ?? file}:${record.line}`, fields: record.fields() });
}

interface Written {
  readonly at: string;
  readonly fields: Readonly<Record<string, unknown>>;
}

/** A person of the authority with what the others add. */
class JoinedRecord extends RecordView {
  readonly #authority: Part;
  readonly #known: readonly Known[];
  #found: readonly (readonly string[])[] | undefined;

  constructor(origin: SourceRecord, authority: Part, known: readonly Known[]) {
    super(origin, origin.file ?? authority.source.file);
    this.#authority = authority;
    this.#known = known;
  }

  override get keyedBy(): Template {
    return this.#authority.key;
  }

  override text(): string {
    const parts = this.#known.map(({ failure }, index) =>
      failure === undefined ? this.#texts()[index] : failure,
    );
    return `${super.text()}\0${JSON.stringify(parts)}`;
  }

  override fields(): Readonly<Record<string, unknown>> {
    const fields: Record<string, unknown> = { ...super.fields() };
    const groups = new Set<string>(isList(fields[MEMBER_OF]) ? fields[MEMBER_OF] : []);
    this.#known.forEach(({ joined, failure }, index) => {
      const { name } = joined;
      const found = this.#texts()[index]!.map((text) => JSON.parse(text) as Written);
      if (name in fields)
        throw new EvaluationError(`the record has a field ${name} already, which is the name of a source`);
      if (failure !== undefined || found.length > 1) {
        const reason =
          failure === undefined
            ? `${found.length} records of ${name} have this key: ${found.map(({ at }) => at).join(', ')}`
            : `${name} could not be read: ${failure}`;
        Object.defineProperty(fields, name, {
          enumerable: true,
          get: () => {
            throw new EvaluationError(reason);
          },
        });
      } else if (found[0] !== undefined) {
        const { [MEMBER_OF]: of, ...rest } = found[0].fields;
        fields[name] = rest;
        if (isList(of)) for (const group of of) groups.add(group);
      }
    });
    return groups.size === 0 ? fields : Object.assign(fields, { [MEMBER_OF]: [...groups].sort() });
  }

  #texts(): readonly (readonly string[])[] {
    if (this.#found !== undefined) return this.#found;
    const key = keyIn(this.#authority.key, this.origin);
    return (this.#found = this.#known.map(({ texts }) => (key === undefined ? [] : texts.get(key))));
  }
}

function isList(value: unknown): value is readonly string[] {
  return Array.isArray(value);
}

function receiptOf(name: string, own: Receipt, known: readonly Known[]): Receipt {
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
  const counts = known.map(({ joined, receipt }) => [joined.name, receipt?.count ?? 0] as const);
  return {
    ...own,
    source: name,
    file: [own.file, ...known.map(({ joined }) => joined.source.file)].join(', '),
    sha256: sha256.digest('hex'),
    complete: reasons.length === 0 && own.complete,
    reasons,
    counts: { ...own.counts, ...Object.fromEntries(counts) },
  };
}
