import type { Json, JsonObject } from '../../model/index.ts';
import { isObject } from '../../model/index.ts';
import { invalid, shown } from '../refusal.ts';
import type { Organisation, Shelf } from './organisation.ts';
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
  organisation: Organisation,
  { served }: Shelf,
  attributes: JsonObject,
  before?: JsonObject,
  self?: Stored,
): JsonObject {
  const rule = served.type.members;
  const given = rule && attributes[rule.attribute];
  if (!rule || !Array.isArray(given)) return attributes;
  if (before !== undefined && before[rule.attribute] === given) return attributes;
  const old = before?.[rule.attribute];
  const former = new Map(listed(old).map((member) => [member['value'], member]));
  const kept = new Map<string, Json>();
  for (const member of given as readonly Json[]) {
    const value = isObject(member) ? member['value'] : undefined;
    if (typeof value !== 'string') throw invalid('invalidValue', `A member needs a "value".`);
    if (kept.has(value)) continue;
    const said = isObject(member) ? member['type'] : undefined;
    const known = former.get(value);
    if (known !== undefined && (said === undefined || said === known['type'])) {
      kept.set(value, known);
      continue;
    }
    if (self?.id === value) throw invalid('invalidValue', 'A group cannot be a member of itself.');
    const type = rule.of.find((name) => organisation.shelves.get(name)?.resources.byId(value));
    if (type === undefined)
      throw invalid('invalidValue', `There is no resource ${shown(value)} to be a member.`);
    if (typeof said === 'string' && said.toLowerCase() !== type.toLowerCase())
      throw invalid('invalidValue', `The member ${shown(value)} is a ${type}, not a ${shown(said)}.`);
    kept.set(value, { value, type });
  }
  return { ...attributes, [rule.attribute]: isSameSet(old, kept) ? old : [...kept.values()] };
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
