import { ANY_GROUP, EvaluationError, MEMBER_OF, asText, evaluateOn, forbid, tidy } from '../model/index.ts';
import type {
  ActiveRule,
  Group,
  GroupRule,
  Identity,
  Mapping,
  MembershipOf,
  Resource,
  Scope,
  SourceRecord,
} from '../model/index.ts';

/** Why a record could not be mapped; the caller adds the locus. */
export interface Refusal {
  readonly rule: string;
  readonly reason: string;
}

export type Mapped =
  | {
      readonly identity: Identity;
      readonly scope: Scope;
      /** Beside the identity and not in it: a password goes into nothing that is kept (rule 27). */
      readonly password?: string;
      readonly refusal?: undefined;
    }
  | { readonly refusal: Refusal; readonly identity?: undefined };

/**
 * The identity that a record stands for, or why it stands for none.
 *
 * `active` is read first: the record of somebody who has left often has holes (an e-mail that was taken back), and a
 * hole must not keep a leaver's access. So an attribute that fails rejects only a record that says *active*, and so does a
 * condition on which records are people.
 */
export function mapRecord(mapping: Mapping, key: string, record: SourceRecord): Mapped {
  const scope: Scope = { record: record.fields() };
  try {
    if (record.gone !== undefined) return departed(mapping, key, scope);
    const activity = readActivity(mapping.active, scope);
    if (typeof activity !== 'boolean') return { refusal: activity };
    if (!activity) return departed(mapping, key, scope);
    if (record.unjudged !== undefined) return { refusal: { rule: 'expression', reason: record.unjudged } };
    const attributes = mapping.attributes.evaluate(scope) as Resource;
    if (typeof attributes['userName'] !== 'string')
      return { refusal: { rule: 'userName', reason: 'userName is empty, and every account needs one' } };
    const person = present(mapping, key, scope, attributes, true);
    const password = record.isBare === true ? undefined : mapping.password?.evaluate(scope);
    return typeof password === 'string' && password !== '' ? { ...person, password } : person;
  } catch (error) {
    return { refusal: refusalOf(error) };
  }
}

/** The key of a record, or why it has none. */
export function recordKey(mapping: Mapping, record: SourceRecord): string | Refusal {
  const key = record.keyedBy ?? mapping.key;
  let value: unknown;
  try {
    value = evaluateOn(key, record);
  } catch (error) {
    if (record.defect !== undefined) return { rule: 'ragged', reason: record.defect };
    return refusalOf(error);
  }
  return asText(value) ?? { rule: 'key', reason: record.defect ?? 'the key is empty' };
}

function present(
  mapping: Mapping,
  key: string,
  bare: Scope,
  attributes: Resource,
  active: boolean,
): { readonly identity: Identity; readonly scope: Scope } {
  const whole = attributes['externalId'] === undefined ? withExternalId(attributes, key) : attributes;
  const scope = new PersonScope(bare.record, key, active, whole);
  const memberships = mapping.groups.length > 0 ? membershipsOf(mapping.groups, scope) : none;
  const { groups, groupKeys, indirectly, unknown } = memberships;
  scope.groups = groups;
  // Whoever asks for one of them must not hear that the person is not in it.
  const [first] = unknown;
  if (first !== undefined)
    forbid(scope, 'groups', `who is in ${groupText(first)} is unknown: ${first.unknown}`);
  const manager = asText(mapping.manager?.evaluate(bare));
  const previousKey = asText(mapping.previousKey?.evaluate(bare));
  const identity: { -readonly [name in keyof Identity]: Identity[name] } = {
    key,
    active,
    attributes: whole,
    groups,
  };
  if (groupKeys.size > 0) identity.groupKeys = groupKeys;
  if (unknown.length > 0) identity.unknownGroups = new Set(unknown.map((group) => group.key));
  if (indirectly.length > 0) identity.indirectly = indirectly;
  if (manager !== undefined) identity.manager = manager;
  if (previousKey !== undefined) identity.previousKey = previousKey;
  return { identity, scope };
}

/** The template has just made this object for us alone, and a copy of it for everybody would be felt. */
function withExternalId(attributes: Resource, key: string): Resource {
  (attributes as Record<string, unknown>)['externalId'] = key;
  return attributes;
}

/** What expressions see of a person. `identity` is put together when one of them looks at it, which few do. */
class PersonScope implements Scope {
  readonly record: Scope['record'];
  groups: readonly string[] = [];
  readonly #key: string;
  readonly #active: boolean;
  readonly #attributes: Resource;
  #identity: Scope['identity'];

  constructor(record: Scope['record'], key: string, active: boolean, attributes: Resource) {
    this.record = record;
    this.#key = key;
    this.#active = active;
    this.#attributes = attributes;
  }

  get identity(): NonNullable<Scope['identity']> {
    this.#identity ??= { ...this.#attributes, key: this.#key, active: this.#active };
    return this.#identity;
  }
}

/** Somebody who is not active is switched off whatever else the record says; attributes matter only to `createInactive`. */
function departed(mapping: Mapping, key: string, scope: Scope): Mapped {
  try {
    return present(mapping, key, scope, mapping.attributes.evaluate(scope) as Resource, false);
  } catch (error) {
    if (!(error instanceof EvaluationError)) throw error;
    return { identity: { key, active: false, attributes: {}, groups: [] }, scope };
  }
}

function readActivity(rule: ActiveRule, scope: Scope): boolean | Refusal {
  if (rule.kind === 'condition') {
    const value = rule.condition.evaluate(scope);
    if (typeof value === 'boolean') return value;
    return {
      rule: 'status',
      reason: `active is neither true nor false: ${rule.condition.text} gave ${typeName(value)}`,
    };
  }
  return meaningOf(rule)(asText(rule.from.evaluate(scope)) ?? '');
}

type WordRule = Extract<ActiveRule, { kind: 'words' }>;
const meanings = new WeakMap<WordRule, (word: string) => boolean | Refusal>();

/** What a status word means, by a rule's own words without regard to case. */
function meaningOf(rule: WordRule): (word: string) => boolean | Refusal {
  const known = meanings.get(rule);
  if (known) return known;
  const words = new Map<string, boolean>();
  for (const on of rule.on) words.set(fold(on), true);
  for (const off of rule.off) words.set(fold(off), false);
  const meaning = (word: string): boolean | Refusal =>
    words.get(word) ?? words.get(fold(word)) ?? unknownWord(word);
  meanings.set(rule, meaning);
  return meaning;
}

function unknownWord(word: string): Refusal {
  const reason = word
    ? `status "${clip(word)}" is named neither under active.on nor under active.off`
    : 'the status is empty, and active.off does not name the empty word';
  return { rule: 'status', reason };
}

/** The groups of somebody. */
interface Memberships {
  /** Their names. */
  readonly groups: readonly string[];
  /** The key of each that has one which is not its name. */
  readonly groupKeys: ReadonlyMap<string, string>;
  /** Those that they are in through a group within alone. */
  readonly indirectly: readonly MembershipOf[];
  /** Those of which it is not known whether somebody is in them. */
  readonly unknown: readonly Group[];
}

const none: Memberships = { groups: [], groupKeys: new Map(), indirectly: [], unknown: [] };

function membershipsOf(rules: readonly GroupRule[], scope: Scope): Memberships {
  const names: string[] = [];
  const groupKeys = new Map<string, string>();
  const indirectly: MembershipOf[] = [];
  const unknown: Group[] = [];
  const add = ({ key, name }: Group): void => {
    names.push(name);
    if (key !== name) groupKeys.set(name, key);
  };
  for (const group of (scope.record[MEMBER_OF] as readonly MembershipOf[] | undefined) ?? [])
    if (group.unknown !== undefined) unknown.push(group);
    else if (group.through === undefined) add(group);
    else indirectly.push(group);
  for (const rule of rules) {
    if (rule.kind === 'records') continue;
    if (rule.kind === 'rule') {
      if (rule.members.evaluate(scope) === true) add(rule);
      continue;
    }
    const listed = rule.from.evaluate(scope);
    for (const item of Array.isArray(listed) ? (listed as unknown[]) : [listed]) {
      const name = asText(item);
      if (name !== undefined) names.push(name);
    }
  }
  const groups = names.length > 1 ? [...new Set(names)].sort() : names;
  return { groups, groupKeys, indirectly, unknown };
}

function groupText({ key, name }: Group): string {
  return key === ANY_GROUP ? 'which group' : `the group "${name}"`;
}

export function refusalOf(error: unknown): Refusal {
  if (error instanceof EvaluationError) return { rule: 'expression', reason: error.message };
  throw error;
}

export function fold(word: string): string {
  return tidy(word).toLowerCase();
}

function clip(word: string): string {
  return word.length > 60 ? `${word.slice(0, 60)}…` : word;
}

function typeName(value: unknown): string {
  return value === undefined || value === null
    ? 'nothing'
    : Array.isArray(value)
      ? 'a list'
      : `a ${typeof value}`;
}
