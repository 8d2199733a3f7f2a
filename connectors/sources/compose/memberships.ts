import { ANY_GROUP, EvaluationError, MEMBER_OF, RollcallError, asText } from '../../../src/model/index.ts';
import type {
  Group,
  GroupRecords,
  MembershipOf,
  Problem,
  Receipt,
  Scope,
  Source,
  SourceGroup,
  SourceRecord,
  Template,
} from '../../../src/model/index.ts';
import { RecordView } from '../view.ts';
import { StrangeNames, distinguished, noDn } from './distinguished.ts';
import { Edges } from './edges.ts';
import { hasAll, holds, told } from './telling.ts';

/** Groups of which members are nobody, that are told. */
const TOLD = 20;

/** Some records of a source are groups. What is known of them is everything but people. */
interface Groups {
  readonly known: Group[];
  /** By what other groups name a group. */
  readonly references: string[][];
  /** Whether who is in a group within it is one of its own members. */
  readonly flattened: boolean[];
  /** Why the members of a group could not be read, by its number, where it is so. */
  readonly unknown: Map<number, string>;
  readonly edges: Edges;
  /** What gives DNs, as some group's own name shows. */
  readonly byDn: Set<Template>;
  readonly strange: StrangeNames;
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
  const groups: Groups = {
    known: [],
    references: [],
    flattened: [],
    unknown: new Map(),
    edges: new Edges(),
    byDn: new Set(),
    strange: new StrangeNames(),
  };
  const faults: Problem[] = [];
  const unread: Problem[] = [];
  const first = await readGroups(source, rules, groups, names, { faults, unread });
  const matches = [...new Set(rules.map((rule) => rule.match))];
  for (const one of await groups.strange.ofNobody(source, matches, names)) {
    if (!groups.unknown.has(one.group)) unread.push(one.problem);
    groups.unknown.set(one.group, one.message);
  }
  const closure = new Closure(groups, unseen(first, faults));
  const reading = source.read(...names);
  let count = 0;
  let unsure = 0;
  for (;;) {
    const step = await reading.next();
    if (step.done) {
      if (source.isLive !== true && step.value.sha256 !== first.sha256) throw changed(source);
      for (const problem of [...faults, ...unread, ...strangers(source, groups)]) warn(problem);
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
      return { ...step.value, count, complete, reasons, groups: inOrder(closure.groups()) };
    }
    const people = step.value.filter((record) => !isGroup(rules, record));
    count += people.length;
    if (people.length === 0) continue;
    yield people.map(
      (record) =>
        new Member(
          record,
          groupsOf(groups, matches, closure, record, (why) => {
            if (++unsure > TOLD) return;
            const locus = { file: record.file ?? source.file, line: record.line };
            unread.push({ message: `which groups name this record is unknown: ${why}`, locus });
          }),
        ),
    );
  }
}

/** Why there may be groups that nobody has seen, with anybody in them (law 6). */
function unseen({ complete, reasons }: Receipt, faults: readonly Problem[]): string | undefined {
  if (faults.length > 0) return faults[0]!.message;
  return complete ? undefined : (reasons[0] ?? 'the read is not complete');
}

async function readGroups(
  source: Source,
  rules: readonly GroupRecords[],
  groups: Groups,
  names: Parameters<Source['read']>,
  { faults, unread }: { readonly faults: Problem[]; readonly unread: Problem[] },
): Promise<Receipt> {
  const reading = source.read(...names);
  const unsure: Problem[] = [];
  /** Whether what the rules ask about stands in any record that can be read: it never does in a list of people alone. */
  let areKnown: boolean | undefined;
  for (;;) {
    const step = await reading.next();
    if (step.done) {
      if (areKnown !== false) faults.push(...unsure);
      return step.value;
    }
    for (const record of step.value) {
      const own = rules.filter(({ where }) => holds(where, record));
      const problem = (message: string): Problem => ({
        message,
        locus: { file: record.file ?? source.file, line: record.line },
      });
      if (record.defect === undefined) areKnown ||= rules.some(({ where }) => hasAll(where, record));
      else if (own.length === 0 && !rules.every(({ where }) => hasAll(where, record)))
        unsure.push(problem(`this could be a group: ${record.defect}`));
      const numbers = new Map<string, number>();
      for (const rule of own)
        addGroup(groups, rule, record, numbers, {
          fault: (message) => faults.push(problem(message)),
          unread: (message) => unread.push(problem(message)),
          strange: (text, group, name) => {
            const message = `its member ${noDn(text)}`;
            const whole = problem(`who is in the group "${name}" is unknown: ${message}`);
            groups.strange.add({ text, group, message, problem: whole });
          },
        });
    }
  }
}

/** Whether some rule takes a record for a group. Of one that has not even what the rule asks about, it is not so. */
export function isGroup(rules: readonly GroupRecords[], record: SourceRecord): boolean {
  return rules.some(({ where }) => holds(where, record));
}

/** Whom a group tells of what cannot be read of it. */
interface Complaints {
  /** It is not known which group it is, so that anybody could be in it. */
  readonly fault: (message: string) => void;
  /** Only who is in it is unknown. */
  readonly unread: (message: string) => void;
  /** A member has a name of another kind than the group has. */
  readonly strange: (text: string, group: number, name: string) => void;
}

/** `numbers` are those of the groups that other rules have made of the record, by key: they are the same group. */
function addGroup(
  groups: Groups,
  rule: GroupRecords,
  record: SourceRecord,
  numbers: Map<string, number>,
  { fault, unread, strange }: Complaints,
): void {
  const { defect } = record;
  try {
    const scope = { record: record.fields() };
    const name = asText(rule.name.evaluate(scope));
    if (name === undefined) return fault(defect ?? `${rule.name.text} gives a group no name`);
    const key = rule.key === undefined ? name : asText(rule.key.evaluate(scope));
    if (key === undefined) return fault(defect ?? `${rule.key!.text} gives the group "${name}" no key`);
    const said = told(rule.match, record);
    const dn = said === undefined ? undefined : distinguished(said);
    const own = dn ?? said;
    // What is missing of a defective record might have said that it is another group.
    const isSure =
      own !== undefined && [rule.name, rule.key ?? rule.name, rule.match].every((one) => hasAll(one, record));
    if (defect !== undefined && !isSure) return fault(defect);
    const number = numbers.get(key) ?? groups.known.push({ key, name }) - 1;
    numbers.set(key, number);
    // Of two rules for one group, the one that says more than the usual counts.
    groups.flattened[number] = groups.flattened[number] !== false && rule.nested === 'flatten';
    (groups.references[number] ??= []).push(...(own === undefined ? [] : [own]));
    const members = defect ?? membersOf(rule, scope);
    if (dn !== undefined) groups.byDn.add(rule.match);
    if (typeof members !== 'string')
      return members.forEach((one) => {
        const whole = distinguished(one);
        groups.edges.add(whole ?? one, number);
        if (dn !== undefined && whole === undefined) strange(one, number, name);
      });
    if (!groups.unknown.has(number)) unread(`who is in the group "${name}" is unknown: ${members}`);
    groups.unknown.set(number, members);
  } catch (error) {
    if (!(error instanceof EvaluationError)) throw error;
    fault(defect ?? error.message);
  }
}

/** By what a group names those who are in it; a sentence where that cannot be said. */
function membersOf(rule: GroupRecords, scope: Scope): readonly string[] | string {
  try {
    const members = rule.members.evaluate(scope);
    return Array.isArray(members) ? members.map(asText).filter((one) => one !== undefined) : [];
  } catch (error) {
    if (!(error instanceof EvaluationError)) throw error;
    return error.message;
  }
}

function groupsOf(
  { byDn }: Groups,
  matches: readonly Template[],
  closure: Closure,
  record: SourceRecord,
  unsure: (why: string) => void,
): readonly MembershipOf[] {
  const found = matches.flatMap((match): readonly MembershipOf[] => {
    const said = told(match, record);
    if (said === undefined) return [];
    const dn = distinguished(said);
    const own = closure.groupsOf(dn ?? said);
    if (own.length > 0 || dn !== undefined || !byDn.has(match)) return own;
    const unknown = noDn(said);
    unsure(unknown);
    return [{ key: ANY_GROUP, name: ANY_GROUP, unknown }];
  });
  return together([...closure.unknown, ...found]);
}

/** Memberships that are told several times, each once: who is named by a group is in it, through whatever else they are. */
export function together(all: readonly MembershipOf[]): readonly MembershipOf[] {
  const found = new Map<string, MembershipOf>();
  for (const one of all) {
    const { key, name, through } = one;
    const other = found.get(key);
    // Whoever is known to be in a group is in it, whether or not it is known who else is.
    if (other === undefined || other.unknown !== undefined)
      found.set(key, one.unknown === undefined ? one : (other ?? one));
    else if (one.unknown === undefined && other.through !== undefined)
      found.set(
        key,
        through === undefined ? one : { key, name, through: sorted([...other.through, ...through]) },
      );
  }
  return inOrder(found.values());
}

function sorted(texts: Iterable<string>): readonly string[] {
  return [...new Set(texts)].sort();
}

export function inOrder<T extends Group>(groups: Iterable<T>): readonly T[] {
  return [...groups].sort((one, other) => (one.key < other.key ? -1 : 1));
}

/** Groups within groups, also in circles. */
class Closure {
  /** The groups that may have anybody in them. */
  readonly unknown: readonly Group[];
  /** All groups, with those of which it is unknown who is in them. */
  readonly #told: readonly Group[];
  readonly #groups: Groups;
  /** The groups that each is in. */
  readonly #parents = new Map<number, ReadonlySet<number>>();

  constructor(groups: Groups, unread?: string) {
    const { edges, references } = groups;
    this.#groups = groups;
    // Asked of every group at once, so that each counts as met.
    references.forEach((own, group) => {
      this.#parents.set(group, new Set(own.flatMap((one) => [...edges.of(one)])));
    });
    const flattened = groups.flattened;
    this.#told = this.#withUnknown((parent) => flattened[parent] === true);
    // Where the target holds no groups in groups, whoever may be in one may be in all that it is kept in.
    const unknown = this.#withUnknown(() => true).filter((group) => group.unknown !== undefined);
    this.unknown =
      unread === undefined ? unknown : [...unknown, { key: ANY_GROUP, name: ANY_GROUP, unknown: unread }];
  }

  /** Of one of which it is unknown who is in it, that goes for those of the groups that it is in. */
  #withUnknown(spreads: (parent: number) => boolean): readonly Group[] {
    const { known } = this.#groups;
    const unknown = new Map(this.#groups.unknown);
    for (const [group, why] of unknown)
      for (const parent of this.#parentsOf(group))
        if (spreads(parent) && !unknown.has(parent))
          unknown.set(parent, `"${known[group]!.name}" is in it: ${why}`);
    return known.map((group, number) => {
      const why = unknown.get(number);
      return why === undefined ? group : { ...group, unknown: why };
    });
  }

  /** All that somebody is known to be in, with what leads there. A circle is gone round once. */
  groupsOf(reference: string): readonly MembershipOf[] {
    const { edges, known, flattened } = this.#groups;
    const own = new Set(edges.of(reference));
    const through = new Map<number, Set<string>>();
    const found = new Set(own);
    for (const group of found)
      for (const parent of this.#parentsOf(group)) {
        if (flattened[parent]) own.add(parent);
        else if (parent !== group)
          through.set(parent, (through.get(parent) ?? new Set()).add(known[group]!.name));
        found.add(parent);
      }
    return Array.from(found, (group) =>
      own.has(group) ? known[group]! : { ...known[group]!, through: sorted(through.get(group)!) },
    );
  }

  /** The groups, each with those that are kept in it. */
  groups(): readonly SourceGroup[] {
    const { known, flattened } = this.#groups;
    const within = known.map((): string[] => []);
    for (const [group, parents] of this.#parents)
      for (const parent of parents)
        if (!flattened[parent] && known[parent]!.key !== known[group]!.key)
          within[parent]!.push(known[group]!.key);
    return this.#told.map((group, number) =>
      within[number]!.length === 0 ? group : { ...group, groups: sorted(within[number]!) },
    );
  }

  #parentsOf(group: number): Iterable<number> {
    return this.#parents.get(group) ?? [];
  }
}

/** A person with the groups that name them. Another group is another record. */
class Member extends RecordView {
  readonly #groups: readonly MembershipOf[];

  constructor(origin: SourceRecord, groups: readonly MembershipOf[]) {
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

function* strangers({ file }: Source, { known, edges }: Groups): Generator<Problem> {
  const unmet = [...edges.unmet()].map(([group, count]) => `"${known[group]!.name}" (${count})`);
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
