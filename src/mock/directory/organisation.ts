import { randomBytes } from 'node:crypto';
import type { ResourceType } from '../schema/types.ts';
import { compile } from '../schema/compiled.ts';
import type { CompiledType } from '../schema/compiled.ts';
import type { ServedType, ServiceDescription } from '../description.ts';
import { Resources } from './resources.ts';
import type { Stored } from './stored.ts';
import type { Invitation } from './invitation.ts';

/** An e-mail that went out. Its words are made when somebody reads it. */
export interface Mail {
  /** Counts the organisation's e-mails from 1; `mail-7` as an id. */
  readonly number: number;
  readonly invitation: Invitation;
  /** The address. */
  readonly to: string;
  readonly at: number;
  /** What became of it on its way to a mail server; absent where there is none. */
  delivery?: Delivery;
}

export interface Delivery {
  readonly state: 'waiting' | 'sent' | 'failed';
  /** When that was so; absent while it waits. */
  readonly at?: number;
  /** Why it failed. */
  readonly error?: string;
}

export interface Session {
  readonly id: string;
  readonly userId: string;
  readonly userName: string;
  readonly startedAt: number;
  endedAt: number | undefined;
  endedBecause: string | undefined;
}

/** One resource type as it is served, with all the resources of one organisation. */
export interface Shelf {
  readonly served: ServedType;
  readonly compiled: CompiledType;
  readonly resources: Resources;
}

/** Everything that belongs to one organisation; an API key sees one organisation, and no other. */
export interface Organisation {
  readonly name: string;
  /** Whether provisioning is switched on in it. */
  scim: boolean;
  /** How many members it may have, where the service knows of such a limit. */
  limit: number | undefined;
  /** What its cursors are sealed with. */
  readonly secret: Buffer;
  readonly shelves: ReadonlyMap<string, Shelf>;
  /** How many people are members, kept so that nobody has to be counted. */
  readonly members: { count: number };
  /** By number; of those that are settled, the oldest are dropped some day. */
  readonly invitations: Invitation[];
  /** The same, and all of them are. */
  readonly mailbox: Mail[];
  readonly sessions: Map<string, Session>;
  /** The sessions of a person, so that ending them needs no scan. */
  readonly sessionsOf: Map<string, Session[]>;
  /** All organisations of the service, this one among them. */
  readonly all: () => Iterable<Organisation>;
  /** Where e-mails go beside the mailbox. */
  readonly post: ((mail: Mail, organisation: Organisation) => void) | undefined;
}

export interface OrganisationOptions {
  readonly name: string;
  /** Whether provisioning is switched on in it; true where it is not said. */
  readonly scim?: boolean;
  /** How many members it may have; any number where it is not said, or null. */
  readonly limit?: number | null;
}

export function emptyOrganisation(
  service: ServiceDescription,
  options: OrganisationOptions,
  around: Pick<Organisation, 'all' | 'post'> = { all: () => [], post: undefined },
): Organisation {
  return {
    name: options.name,
    scim: options.scim ?? true,
    limit: options.limit ?? undefined,
    secret: randomBytes(32),
    shelves: new Map(service.resourceTypes.map((served) => [served.type.name, emptyShelf(served)])),
    members: { count: 0 },
    invitations: [],
    mailbox: [],
    sessions: new Map(),
    sessionsOf: new Map(),
    ...around,
  };
}

function emptyShelf(served: ServedType): Shelf {
  return { served, compiled: compiledOnce(served.type), resources: new Resources(served.type) };
}

/** A resource type ready for look-ups, made once however many organisations have it. */
export function compiledOnce(type: ResourceType): CompiledType {
  let compiled = compiledTypes.get(type);
  if (!compiled) compiledTypes.set(type, (compiled = compile(type)));
  return compiled;
}
const compiledTypes = new WeakMap<ResourceType, CompiledType>();

/** Whether a shelf holds people: they alone have a lifecycle and a password, whatever else has such an attribute. */
export function isPeople(organisation: Organisation, shelf: Shelf): boolean {
  return organisation.shelves.get('User') === shelf;
}

/** Somebody by id, or else by userName. */
export function somebody(organisation: Organisation, name: string): Stored | undefined {
  const { resources } = usersOf(organisation);
  return resources.byId(name) ?? resources.find('userName', name)?.[0];
}

/** The shelf of people, which every service has. */
export function usersOf(organisation: Organisation): Shelf {
  const shelf = organisation.shelves.get('User');
  if (!shelf) throw new Error('The service describes no User resource type.');
  return shelf;
}
