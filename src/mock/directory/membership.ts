import type { Json, JsonObject } from '../../model/index.ts';
import { isObject } from '../../model/index.ts';
import type { Touched } from '../patch/members.ts';
import { invalid, shown } from '../refusal.ts';
import { wrongType } from '../resource/value.ts';
import type { Organisation, Shelf } from './organisation.ts';
import { judgeNesting } from './nesting.ts';
import { idIn } from './reference.ts';
import type { Among } from './reference.ts';
import type { Stored } from './stored.ts';

/** A group that somebody belongs to (RFC 7643 §4.1.2, `groups`). */
export interface Belonging {
  readonly group: Stored;
  readonly type: 'direct' | 'indirect';
}

/** The shelf whose resources have members, if the service has one. */
export function groupsOf(organisation: Organisation): Shelf | undefined {
  for (const shelf of organisation.shelves.values()) if (shelf.served.type.members) return shelf;
  return undefined;
}

/** Who leaves a group, and who comes, with the name of their resource type. */
export interface MemberChange {
  readonly gone: ReadonlySet<string>;
  readonly come: ReadonlyMap<string, string>;
  /** Everybody in the new order, where all of them were given. */
  readonly all?: Map<string, string>;
}

/**
 * The members that attributes give, as they are kept: their ids, each once, with the type that they turned out to have;
 * names and URIs are made when somebody reads them. Whoever is a member already is not looked at again. Throws
 * `invalidValue` for a new member that is not there, or is the group itself.
 */
export function membersIn(
  among: Among,
  { served }: Shelf,
  attributes: JsonObject,
  self?: Stored,
): Map<string, string> {
  const { members: rule, endpoint } = served.type;
  const given = rule && attributes[rule.attribute];
  const kept = new Map<string, string>();
  if (!rule || !Array.isArray(given)) return kept;
  for (const member of given as readonly Json[]) {
    const said = isObject(member) ? member : {};
    const value = said['value'] ?? referred(among, rule.of, endpoint, said['$ref']);
    if (typeof value !== 'string') throw nameless();
    const { id, type } = found(among, rule.of, value, said['type'], self);
    kept.set(id, type);
  }
  return kept;
}

/** What other attributes change about the members. They are a set: the same ones in another order are no change. */
export function memberChange(
  among: Among,
  shelf: Shelf,
  stored: Stored,
  before: JsonObject,
  after: JsonObject,
): MemberChange {
  const { members } = stored;
  const isUntouched = members && before[members.attribute] === after[members.attribute];
  if (!members || isUntouched) return NO_CHANGE;
  const next = membersIn(among, shelf, after, stored);
  const gone = new Set([...members.types.keys()].filter((id) => !next.has(id)));
  const come = new Map([...next].filter(([id]) => !members.types.has(id)));
  return { gone, come, all: next };
}

const NO_CHANGE: MemberChange = { gone: new Set(), come: new Map() };

/**
 * The same for some members alone: what is said of those who are to be there, and nothing of those who are not. Whoever
 * is there already stays as they are.
 */
export function changeOfSome(among: Among, { served }: Shelf, stored: Stored, some: Touched): MemberChange {
  const { members: rule, endpoint } = served.type;
  const { of = [] } = rule ?? {};
  const types = stored.members?.types ?? new Map<string, string>();
  const gone = new Set<string>();
  const come = new Map<string, string>();
  const there = new Set<string>();
  for (const { id: given, said } of some.values()) {
    if (!said) {
      if (given !== undefined && types.has(given)) gone.add(given);
      continue;
    }
    const value = given ?? referred(among, of, endpoint, said['$ref']);
    if (value === undefined) throw nameless();
    const { id, type } = found(among, of, value, said['type'], stored);
    there.add(id);
    if (!types.has(id)) come.set(id, type);
  }
  // Somebody may be taken out by id, and be there by a URI all the same.
  for (const id of there) gone.delete(id);
  return { gone, come };
}

function nameless(): Error {
  return invalid('invalidValue', 'A member needs a "value" or a "$ref".');
}

export function isEmpty({ gone, come }: MemberChange): boolean {
  return gone.size === 0 && come.size === 0;
}

/** Changes who belongs to a group. An empty change writes those who are there. */
export function setMembers({ resources }: Shelf, stored: Stored, change: MemberChange): void {
  if (!stored.members) return;
  const { gone, come, all } = change;
  const { attribute, types: old, isShared } = stored.members;
  const types = all ?? (isShared && !isEmpty(change) ? new Map(old) : old);
  for (const id of gone) types.delete(id);
  for (const [id, type] of come) types.set(id, type);
  resources.link(stored.id, change, types);
  stored.members = { attribute, types, isShared: isShared && types === old };
}

/** The resource that is to be a member: its own id, so that each id is in memory once, and its type. */
function found(
  { organisation }: Among,
  types: readonly string[],
  value: string,
  said: Json | undefined,
  self: Stored | undefined,
): { readonly id: string; readonly type: string } {
  const known = self?.members?.types.get(value);
  if (known !== undefined && (said === undefined || said === known)) return { id: value, type: known };
  if (self?.id === value) throw invalid('invalidValue', 'A group cannot be a member of itself.');
  for (const type of types) {
    const shelf = organisation.shelves.get(type);
    const stored = shelf?.resources.byId(value);
    if (!shelf || !stored) continue;
    if (typeof said === 'string' && said.toLowerCase() !== type.toLowerCase())
      throw wrongType(value, type, said);
    if (shelf.served.type.members && known === undefined) judgeNesting(shelf, self, stored);
    return { id: stored.id, type };
  }
  throw invalid('invalidValue', `There is no resource ${shown(value)} to be a member.`);
}

/** The id in a `$ref`: RFC 7643 §4.2 leaves it to the schema whether a `value` has to be beside it, and here it has not. */
function referred(
  among: Among,
  types: readonly string[],
  endpoint: string,
  ref: Json | undefined,
): string | undefined {
  if (typeof ref !== 'string') return undefined;
  const id = idIn(among, types, endpoint, ref);
  if (id !== undefined) return id;
  throw invalid('invalidValue', `The "$ref" ${shown(ref)} leads to no resource that can be a member.`);
}

/** Whatever the member `id` belongs to: direct groups first, then those that hold them. Circles are gone round once. */
export function belongings(organisation: Organisation, id: string): readonly Belonging[] {
  const shelf = groupsOf(organisation);
  if (!shelf || shelf.resources.size === 0) return [];
  const path = `${shelf.served.type.members!.attribute}.value`;
  const found: Belonging[] = [];
  const seen = new Set<Stored>();
  let level: readonly string[] = [id];
  for (let type: Belonging['type'] = 'direct'; level.length > 0; type = 'indirect') {
    const next: string[] = [];
    for (const member of level)
      for (const group of shelf.resources.find(path, member) ?? []) {
        if (seen.has(group)) continue;
        seen.add(group);
        found.push({ group, type });
        next.push(group.id);
      }
    level = next;
  }
  return found;
}
