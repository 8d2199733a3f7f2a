import { EvaluationError, MEMBER_OF, RollcallError, normalDn, tidy } from '../../../src/model/index.ts';
import type {
  GroupRecords,
  Problem,
  Receipt,
  Source,
  SourceRecord,
  Template,
} from '../../../src/model/index.ts';
import { RecordView } from '../view.ts';
import { Edges } from './edges.ts';

/** Groups of which members are nobody, that are told. */
const TOLD = 20;

/** Some records of a source are groups. What is known of them is everything but people. */
interface Groups {
  readonly names: string[];
  /** By what other groups name a group; the empty text where none could. */
  readonly references: string[];
  /** Whether who is in a group within it is in it as well. */
  readonly flattened: boolean[];
  readonly edges: Edges;
}

/**
 * The people of a source, each with the names of the groups that name them. It is read twice: the first time for its
 * groups, which may stand anywhere. Memory grows with the groups and with how often somebody is named, not with people.
 */
export function groupedSource(
  source: Source,
  rules: readonly GroupRecords[],
  warn: (problem: Problem) => void,
): Source {
  return { ...source, read: (...names) => read(source, rules, warn, names) };
}

async function* read(
  source: Source,
  rules: readonly GroupRecords[],
  warn: (problem: Problem) => void,
  names: Parameters<Source['read']>,
): AsyncGenerator<readonly SourceRecord[], Receipt> {
  const groups: Groups = { names: [], references: [], flattened: [], edges: new Edges() };
  const faults: Problem[] = [];
  const first = await readGroups(source, rules, groups, names, faults);
  const closure = new Closure(groups);
  const reading = source.read(...names);
  let count = 0;
  for (;;) {
    const step = await reading.next();
    if (step.done) {
      if (source.isLive !== true && step.value.sha256 !== first.sha256) throw changed(source);
      for (const problem of [...faults, ...strangers(source, groups)]) warn(problem);
      const complete = step.value.complete && first.complete && faults.length === 0;
      const reasons = [
        ...step.value.reasons,
        ...first.reasons.filter((reason) => !step.value.reasons.includes(reason)),
        ...(faults.length === 0
          ? []
          : [
              `${faults.length === 1 ? 'a group' : `${faults.length} groups`} cannot be read: ${faults[0]!.message}`,
            ]),
      ];
      return { ...step.value, count, complete, reasons };
    }
    const people = step.value.filter((record) => ruleOf(rules, record) === undefined);
    count += people.length;
    if (people.length > 0) yield people.map((record) => new Member(record, namesOf(rules, closure, record)));
  }
}

async function readGroups(
  source: Source,
  rules: readonly GroupRecords[],
  groups: Groups,
  names: Parameters<Source['read']>,
  faults: Problem[],
): Promise<Receipt> {
  const reading = source.read(...names);
  for (;;) {
    const step = await reading.next();
    if (step.done) return step.value;
    for (const record of step.value) {
      const rule = ruleOf(rules, record);
      if (rule === undefined) continue;
      try {
        addGroup(groups, rule, record);
      } catch (error) {
        if (!(error instanceof EvaluationError)) throw error;
        const locus = { file: record.file ?? source.file, line: record.line };
        faults.push({ message: error.message, locus });
      }
    }
  }
}

/** The rule that takes a record for a group; none for a person, and for what cannot be read. */
function ruleOf(rules: readonly GroupRecords[], record: SourceRecord): GroupRecords | undefined {
  if (record.defect !== undefined) return undefined;
  const scope = { record: record.fields() };
  return rules.find(({ where }) => {
    try {
      return where.evaluate(scope) === true;
    } catch (error) {
      // Of a record that has not even what the question is about, it is not so.
      if (error instanceof EvaluationError) return false;
      throw error;
    }
  });
}

function addGroup(groups: Groups, rule: GroupRecords, record: SourceRecord): void {
  const scope = { record: record.fields() };
  const name = rule.name.evaluate(scope);
  if (typeof name !== 'string') throw new EvaluationError(`${rule.name.text} gives a group no name`);
  const members = rule.members.evaluate(scope);
  const number = groups.names.push(tidy(name)) - 1;
  groups.flattened.push(rule.nested === 'flatten');
  groups.references.push(referenceOf(rule.match, record) ?? '');
  for (const member of Array.isArray(members) ? (members as unknown[]) : [])
    if (typeof member === 'string') groups.edges.add(comparable(member), number);
}

/** What a group would name a record by. */
function referenceOf(match: Template, record: SourceRecord): string | undefined {
  try {
    const said =
      match.column === undefined
        ? match.evaluate({ record: record.fields() })
        : record.field(match.column, match.element);
    return typeof said === 'string' && said.trim() !== '' ? comparable(said) : undefined;
  } catch (error) {
    if (error instanceof EvaluationError) return undefined;
    throw error;
  }
}

/** A distinguished name is the same in many spellings (RFC 4514, RFC 4518); anything else is what it says. */
function comparable(text: string): string {
  const tidied = tidy(text);
  return tidied.includes('=') ? (normalDn(tidied) ?? tidied) : tidied;
}

function namesOf(rules: readonly GroupRecords[], closure: Closure, record: SourceRecord): readonly string[] {
  const names = new Set<string>();
  for (const match of new Set(rules.map((rule) => rule.match))) {
    const reference = referenceOf(match, record);
    if (reference !== undefined) for (const name of closure.namesOf(reference)) names.add(name);
  }
  return [...names].sort();
}

/** Groups within groups, also in circles. */
class Closure {
  readonly #groups: Groups;
  readonly #parents = new Map<number, ReadonlySet<number>>();

  constructor(groups: Groups) {
    this.#groups = groups;
    // Asked of every group at once, so that each counts as met.
    groups.references.forEach((reference, group) => {
      if (reference !== '') this.#parents.set(group, groups.edges.of(reference));
    });
  }

  namesOf(reference: string): Iterable<string> {
    const { edges, names, flattened } = this.#groups;
    const found = new Set(edges.of(reference));
    for (const group of found)
      for (const parent of this.#parents.get(group) ?? []) if (flattened[parent]) found.add(parent);
    return Array.from(found, (group) => names[group]!);
  }
}

/** A person with the groups that name them. Another group is another record. */
class Member extends RecordView {
  readonly #groups: readonly string[];

  constructor(origin: SourceRecord, groups: readonly string[]) {
    super(origin);
    this.#groups = groups;
  }

  override text(): string {
    return this.#groups.length === 0 ? super.text() : `${super.text()}\0${JSON.stringify(this.#groups)}`;
  }

  override fields(): Readonly<Record<string, unknown>> {
    return { ...super.fields(), [MEMBER_OF]: this.#groups };
  }
}

function* strangers({ file }: Source, { names, edges }: Groups): Generator<Problem> {
  const unmet = [...edges.unmet()].map(([group, count]) => `"${names[group]!}" (${count})`);
  if (unmet.length === 0) return;
  const more = unmet.length > TOLD ? ` and ${unmet.length - TOLD} more` : '';
  yield {
    message: `${unmet.length === 1 ? 'a group names members' : `${unmet.length} groups name members`} who are nobody that was read: ${unmet.slice(0, TOLD).join(', ')}${more}`,
    locus: { file },
    hint: 'they are left out; they may be out of the search, of another kind, or gone',
  };
}

function changed({ file }: Source): RollcallError {
  return new RollcallError('source', {
    message: `${file} changed while it was read`,
    locus: { file },
    hint: 'run again when it is no longer being written',
  });
}
