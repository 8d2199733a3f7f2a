import { RollcallError, isObject } from '../../model/index.ts';
import type { JsonObject, Problem } from '../../model/index.ts';
import { Refused } from '../refusal.ts';
import { readResource } from '../resource/read.ts';
import { settled } from './settle.ts';
import { mailAddress, openInvitation } from './lifecycle.ts';
import { usersOf } from './organisation.ts';
import type { Membership } from './stored.ts';
import { create } from './write.ts';
import type { Place } from './write.ts';

/** Somebody of a data file: a SCIM User, and where the lifecycle stands. */
export interface Person {
  readonly id?: string;
  readonly membership: Membership;
  /** Where an invitation went, of somebody who has no such address any more. */
  readonly invitedAt?: string;
  readonly user: JsonObject;
}

const MEMBERSHIPS: readonly Membership[] = ['member', 'invited', 'withdrawn', 'declined', 'none'];
const SHOWN = 20;

/**
 * The people of a data file: an array of SCIM Users, a ListResponse, or what `GET /_mock/users` gives.
 * Everybody is a member at once, unless a `membership` beside the attributes says otherwise.
 * Throws `RollcallError('usage')` that names each entry that is none.
 */
export function readPeople(data: unknown, file?: string): readonly Person[] {
  const list = Array.isArray(data) ? (data as readonly unknown[]) : listed(data);
  const locus = file === undefined ? {} : { locus: { file } };
  if (!list) {
    throw new RollcallError('usage', {
      message: 'The people of a mock are a JSON array of SCIM users, or a SCIM ListResponse.',
      ...locus,
    });
  }
  const problems: Problem[] = [];
  const people: Person[] = [];
  list.forEach((entry, at) => {
    const wrong = isObject(entry) ? wrongWith(entry) : 'is no object';
    if (wrong) problems.push({ message: `Person ${at + 1} of ${list.length} ${wrong}.`, ...locus });
    else people.push(person(entry as Record<string, unknown>));
  });
  if (problems.length > 0) throw new RollcallError('usage', problems.slice(0, SHOWN));
  return people;
}

function listed(data: unknown): readonly unknown[] | undefined {
  if (!isObject(data)) return undefined;
  const list = data['Resources'] ?? data['items'];
  return Array.isArray(list) ? (list as readonly unknown[]) : undefined;
}

function wrongWith(entry: Record<string, unknown>): string | undefined {
  if (typeof entry['userName'] !== 'string' || entry['userName'] === '') return 'has no "userName"';
  if (entry['id'] !== undefined && (typeof entry['id'] !== 'string' || entry['id'] === ''))
    return 'has an "id" that is no text';
  // No URI can hold it (RFC 3987 §3.1), and every resource has one.
  if (typeof entry['id'] === 'string' && !entry['id'].isWellFormed())
    return 'has an "id" with half of a character in it';
  const { membership } = entry;
  const known = membership === undefined || MEMBERSHIPS.includes(membership as Membership);
  return known ? undefined : `has a "membership" that is none of ${MEMBERSHIPS.join(', ')}`;
}

function person(entry: Record<string, unknown>): Person {
  const { id, membership, invitation, passwordSet: _passwordSet, meta: _meta, ...user } = entry;
  return {
    ...(typeof id === 'string' ? { id } : {}),
    membership: (membership as Membership | undefined) ?? 'member',
    ...(isObject(invitation) && typeof invitation['email'] === 'string'
      ? { invitedAt: invitation['email'] }
      : {}),
    user: user as JsonObject,
  };
}

/** Puts the people into an organisation. Throws `RollcallError('usage')` for somebody whom the service would not take. */
export function seed(place: Omit<Place, 'shelf'>, people: readonly Person[]): void {
  const shelf = usersOf(place.organisation);
  const reading = { unknown: 'ignored', values: place.service.limits.values } as const;
  people.forEach(({ id, membership, user, invitedAt }, at) => {
    try {
      if (id !== undefined && shelf.resources.byId(id))
        throw new RollcallError('usage', `the id "${id}" is taken`);
      const { before, create: made } = shelf.served.hooks ?? {};
      const attributes =
        (before ?? made)?.(user) ?? settled(shelf, readResource(shelf.compiled, user, reading));
      const isInvited = membership === 'invited';
      const hasAddress = mailAddress(attributes) !== undefined;
      if (isInvited && !hasAddress && invitedAt === undefined)
        throw new RollcallError('usage', 'somebody who is "invited" needs an e-mail address');
      const active = user['active'] === false ? { active: false } : {};
      const stored = create(
        { ...place, shelf },
        { ...attributes, ...active },
        { ...(id === undefined ? {} : { id }), membership },
      );
      if (membership === 'member') place.organisation.members.count++;
      if (isInvited && !hasAddress)
        openInvitation(
          place.organisation,
          stored,
          { ...attributes, emails: [{ value: invitedAt! }] },
          place.now,
        );
    } catch (error) {
      if (!(error instanceof Refused || error instanceof RollcallError)) throw error;
      // The text of a service that fails says where in its code it failed, and nothing of the person.
      const isCrash = error instanceof Refused && error.refusal.status >= 500;
      const why = isCrash ? `the service fails at what is said of them ("${error.message}")` : error.message;
      throw new RollcallError(
        'usage',
        `Person ${at + 1} of the mock ("${user['userName'] as string}") is refused: ${why}`,
      );
    }
  });
}

/** Puts in what a service has from the start. */
export function preset(place: Omit<Place, 'shelf'>): void {
  for (const shelf of place.organisation.shelves.values())
    for (const { id, attributes } of shelf.served.presets ?? [])
      create({ ...place, shelf }, attributes, { id, membership: 'member' });
}
