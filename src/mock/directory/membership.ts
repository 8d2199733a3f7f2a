import type { Json, JsonObject } from '../../model/index.ts';
import { isObject } from '../../model/index.ts';
import { invalid, shown } from '../refusal.ts';
import type { Organisation, Shelf } from './organisation.ts';
import { idIn } from './reference.ts';
import type { Among } from './reference.ts';
import type { Stored } from './resources.ts';

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

/**
 * Members as they are kept: their ids, each once, with the type that they turned out to have; names and URIs are made
 * when somebody reads them. They are a set: the same ones in another order are no change. Whoever is a member already
 * is not looked at again. Throws `invalidValue` for a new member that is not there, or is the group itself.
 */
export function withMembers(
  among: Among,
  { served }: Shelf,
  attributes: JsonObject,
  before?: JsonObject,
  self?: Stored,
): JsonObject {
  const { members: rule, endpoint } = served.type;
  const given = rule && attributes[rule.attribute];
  if (!rule || !Array.isArray(given)) return attributes;
  if (before !== undefined && before[rule.attribute] === given) return attributes;
  const old = before?.[rule.attribute];
  const former = new Map(listed(old).map((member) => [member['value'], member]));
  const kept = new Map<string, Json>();
  for (const member of given as readonly Json[]) {
    const said = isObject(member) ? member : {};
    const value = said['value'] ?? referred(among, rule.of, endpoint, said['$ref']);
    if (typeof value !== 'string') throw invalid('invalidValue', 'A member needs a "value" or a "$ref".');
    if (kept.has(value)) continue;
    const known = former.get(value);
    if (known !== undefined && (said['type'] === undefined || said['type'] === known['type'])) {
      kept.set(value, known);
      continue;
    }
    if (self?.id === value) throw invalid('invalidValue', 'A group cannot be a member of itself.');
    kept.set(value, { value, type: typeOf(among, rule.of, value, said['type']) });
  }
  return { ...attributes, [rule.attribute]: isSameSet(old, kept) ? old : [...kept.values()] };
}

/** The type of the resource that is to be a member. */
function typeOf({ organisation }: Among, types: readonly string[], id: string, said?: Json): string {
  const type = types.find((name) => organisation.shelves.get(name)?.resources.byId(id));
  if (type === undefined) throw invalid('invalidValue', `There is no resource ${shown(id)} to be a member.`);
  if (typeof said === 'string' && said.toLowerCase() !== type.toLowerCase())
    throw invalid('invalidValue', `The member ${shown(id)} is a ${type}, not a ${shown(said)}.`);
  return type;
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

function isSameSet(old: Json | undefined, kept: ReadonlyMap<string, Json>): old is readonly JsonObject[] {
  const members = listed(old);
  return (
    members.length > 0 &&
    members.length === kept.size &&
    members.every(({ value }) => kept.has(value as string))
  );
}

function listed(members: Json | undefined): readonly JsonObject[] {
  return Array.isArray(members) ? (members as readonly JsonObject[]) : [];
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
