import type { Organisation, OrganisationOptions } from '../directory/organisation.ts';
import { usersOf } from '../directory/organisation.ts';
import { readKey, readOrganisation } from '../given/words.ts';
import { randomToken } from '../keys.ts';
import type { Credential } from '../keys.ts';
import { refuse, shown } from '../refusal.ts';
import type { World } from '../world.ts';

export interface ShownOrganisation {
  readonly name: string;
  /** Whether provisioning is switched on in it. */
  readonly scim: boolean;
  /** How many members it may have; null for any number. */
  readonly limit: number | null;
  /** Accounts, whatever their membership. */
  readonly users: number;
  readonly members: number;
  readonly pendingInvitations: number;
  readonly openSessions: number;
}

/** An API key without what makes it one: whoever reads this cannot use it. */
export interface ShownKey {
  readonly id: string;
  readonly name: string | null;
  readonly organisation: string;
  readonly permissions: readonly string[];
  readonly createdAt: string;
  readonly expiresAt: string | null;
  readonly lastUsedAt: string | null;
}

const MOST_ORGANISATIONS = 1000;
const MOST_KEYS = 10_000;

export function shownOrganisation(organisation: Organisation): ShownOrganisation {
  const { name, scim, limit, members, invitations, sessions } = organisation;
  return {
    name,
    scim,
    limit: limit ?? null,
    users: usersOf(organisation).resources.size,
    members: members.count,
    pendingInvitations: count(invitations, ({ state }) => state === 'pending'),
    openSessions: count([...sessions.values()], ({ endedAt }) => endedAt === undefined),
  };
}

export function shownKey(credential: Credential): ShownKey {
  const { id, name, organisation, permissions, createdAt, expiresAt, lastUsedAt } = credential;
  return {
    id,
    name: name ?? null,
    organisation,
    permissions: [...permissions],
    createdAt: new Date(createdAt).toISOString(),
    expiresAt: timeOrNull(expiresAt),
    lastUsedAt: timeOrNull(lastUsedAt),
  };
}

/** A new organisation, or another setting of one that is there. */
export function setOrganisation(world: World, body: unknown): ShownOrganisation {
  const options = readOrganisation(body);
  const known = world.organisation(options.name);
  if (known) change(known, options);
  else if (world.organisations().length >= MOST_ORGANISATIONS)
    throw refuse(400, undefined, `More than ${MOST_ORGANISATIONS} organisations are too many.`);
  return shownOrganisation(known ?? world.addOrganisation(options));
}

function change(organisation: Organisation, { scim, limit }: OrganisationOptions): void {
  if (scim !== undefined) organisation.scim = scim;
  if (limit !== undefined) organisation.limit = limit ?? undefined;
}

/** Makes a key, which is told this once (docs-website/studio/api-keys.mdx of github.com/wundergraph/cosmo at c08cc1b7). */
export function addKey(world: World, body: unknown): { readonly token: string } & ShownKey {
  const key = readKey(body ?? {});
  if (world.keys.all().length >= MOST_KEYS)
    throw refuse(400, undefined, `More than ${MOST_KEYS} keys are too many.`);
  const { organisation = world.first().name, token = randomToken() } = key;
  if (!world.organisation(organisation))
    throw refuse(404, undefined, `There is no organisation ${shown(organisation)}.`);
  if (world.keys.all().some((one) => one.token === token))
    throw refuse(409, undefined, 'There is a key with this token already.');
  const credential = world.addKey({ ...key, token, organisation });
  return { token, ...shownKey(credential) };
}

/** The first key is that of `--token`: without it nobody could come in here any more. */
export function removeKey(world: World, id: string): void {
  if (world.keys.all()[0]?.id === id) throw refuse(409, undefined, 'The key of --token stays.');
  if (!world.keys.remove(id)) throw refuse(404, undefined, `There is no key ${shown(id)}.`);
}

function count<T>(items: readonly T[], fits: (item: T) => boolean): number {
  let found = 0;
  for (const item of items) if (fits(item)) found++;
  return found;
}

function timeOrNull(at: number | undefined): string | null {
  return at === undefined ? null : new Date(at).toISOString();
}
