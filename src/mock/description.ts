import type { Json, JsonObject } from '../model/index.ts';
import type { Dialect } from './dialect.ts';
import type { Bounds, FilterRules, ListRules, MemberRules, PatchRules } from './quirks.ts';
import type { Refusal } from './refusal.ts';
import type { ResourceType } from './schema/types.ts';

/**
 * How a service is documented to behave: data, and a few small pure hooks where data cannot say it. A description is
 * made from the service's own documentation or code alone, and cites it line by line; it never looks at a capability
 * profile, so that a misreading cannot hide in both.
 */
export interface ServiceDescription extends Dialect {
  /** What is typed after `--as`. */
  readonly name: string;
  readonly title: string;
  /** Where all of this was read. */
  readonly sources: readonly string[];
  /** Such as `/scim/v2`. */
  readonly basePath: string;
  readonly media: {
    readonly answers: string;
    /** Media types of request bodies, and the status for a body of that type that is not JSON. */
    readonly accepts: Readonly<Record<string, { readonly malformed: number }>>;
  };
  readonly authentication: AuthenticationDescription;
  readonly errors: {
    /** RFC 7644 §3.12 makes the body's `status` a string. */
    readonly status: 'string' | 'number';
    readonly scimType: boolean;
    /** Who answers for unknown routes, wrong media types and broken JSON. */
    readonly framework: 'scim' | 'fastify';
    /** What the service makes of the error that RFC 7644 §3.12 would have. */
    readonly body?: (error: JsonObject, refusal: Refusal) => Json;
  };
  /** Headers that every request has to have, their names in lower case, and what is said of one that lacks one. */
  readonly requires?: Readonly<Record<string, Refusal>>;
  /** Whether ServiceProviderConfig, ResourceTypes and Schemas are served (RFC 7644 §4). */
  readonly discovery: boolean;
  /** Where the first of them is, if elsewhere, and what it says otherwise than the rest of the description does. */
  readonly providerConfig?: { readonly path?: string; readonly says?: JsonObject };
  /** Whether ServiceProviderConfig says `interopProfileConformant: true` (draft-zollner-scim-interop-profile-01 §4). */
  readonly interopProfile?: boolean;
  readonly features: Features;
  /** What GET on the base URL itself says; 404 where nothing is given. */
  readonly root?: { readonly status: number; readonly mediaType: string; readonly body: string };
  readonly resourceTypes: readonly ServedType[];
  /** Without this, whoever is created is a member at once. */
  readonly invitations?: InvitationDescription;
  /** What a create gets in an organisation that has all the members it may have; absent where there is no such limit. */
  readonly full?: Refusal;
  /** Query parameters that are documented as not supported, and that it passes over. */
  readonly unsupported?: readonly string[];
  /**
   * What the documentation names, by resource type, of a service whose documentation is silent about the rest: there RFC 7644 is
   * played all the same, and who keeps to what is known does not ask for it.
   */
  readonly documented?: Readonly<Record<string, DocumentedType>>;
  /** Whether people sign in with the password that a client has sent, as its documentation has it. */
  readonly signsInByPassword?: boolean;
  /** Its documentation says that groups may be members of its groups. */
  readonly nestsGroups?: true;
  /** Whether it is known to answer well to a write that it does not carry out. */
  readonly mayLie?: boolean;
  /** What marks somebody of --users as one of whom the service is documented to have a few. */
  readonly marks?: {
    /** Who may not be switched off, such as the last owner. */
    readonly kept?: JsonObject;
    /** Who is there, and in no list, or in it without a name. */
    readonly unlisted?: JsonObject;
  };
  readonly deactivation: {
    readonly endsSessions: boolean;
    /** Whether somebody whom a PUT or PATCH switches off is gone, and the id with them. */
    readonly removes?: boolean;
  };
  readonly limits: {
    /** Bytes of a request body; beyond them 413. */
    readonly body: number;
    /** Operations in one PATCH; beyond them 413. */
    readonly patchOperations: number;
    /** Comparisons in one filter; beyond them 400. */
    readonly filterTerms: number;
    /** Values of one multi-valued attribute; beyond them 400. */
    readonly values: number;
    /** Members of one group; as `values` where it is not said. */
    readonly members?: number;
  };
}

/** What a service may have or not have (RFC 7643 §5); what it has not is neither served nor looked at. */
export interface Features {
  /** RFC 7644 §3.7; beyond either number 413. `maxPayloadSize` in bytes. */
  readonly bulk?: { readonly maxOperations: number; readonly maxPayloadSize: number };
  /** `sortBy` and `sortOrder` (RFC 7644 §3.4.2.3). */
  readonly sort: boolean;
  /** `version`, ETag, If-Match, If-None-Match (RFC 7644 §3.14). */
  readonly etag: boolean;
  /** `attributes` and `excludedAttributes` (RFC 7644 §3.9). */
  readonly projection: boolean;
  /** POST to `/.search` (RFC 7644 §3.4.3). */
  readonly search: boolean;
  /** `/Me` (RFC 7644 §3.11). */
  readonly me: boolean;
  /** Paging by cursor (RFC 9865), and for how many seconds a cursor is good. */
  readonly cursor?: {
    readonly timeout: number;
    /** Whether a page by cursor says `totalResults`; it does where nothing is said. */
    readonly total?: boolean;
  };
  /** Whether a list is paged by index or by cursor where neither is asked for (RFC 9865 §2.4). */
  readonly defaultPaging: 'index' | 'cursor';
}

/** None of it. */
export const PLAIN: Features = {
  sort: false,
  etag: false,
  projection: false,
  search: false,
  me: false,
  defaultPaging: 'index',
};

export interface AuthenticationDescription {
  /** Whether the key is also taken without the word `Bearer` before it. */
  readonly schemeOptional: boolean;
  /** The permission that a key needs. */
  readonly permission: string;
  /** Whether 401 comes with WWW-Authenticate (RFC 9110 §11.6.1). */
  readonly challenge: boolean;
  readonly missing: Refusal;
  readonly unknown: Refusal;
  readonly forbidden: Refusal;
  /** For a key that was good once; as `unknown` where it is not said. */
  readonly expired?: Refusal;
  /** For an organisation in which provisioning is switched off. */
  readonly switchedOff: Refusal;
  /** Whether a route that does not exist asks for a credential before it says so. */
  readonly beforeNotFound: boolean;
}

export interface InvitationDescription {
  /** Whether somebody invited can be read, listed and changed like anybody else. */
  readonly readable: boolean;
  /** A create for somebody who is invited already: refused as existing, or answered again with the same id. */
  readonly repeatedCreate: 'exists' | 'again';
  /** Whether the e-mail goes out again with it. */
  readonly reminder: boolean;
  /** Milliseconds between two such e-mails to somebody who is a member of another organisation already. */
  readonly pause?: number;
  /** Whether somebody who is switched off from the start is invited all the same. */
  readonly whileInactive: boolean;
}

/** What can be asked for (RFC 7644 §3.2, table 1): with which method, and of one resource or of all of a type. */
export const REQUESTS = {
  create: { method: 'POST', one: false },
  list: { method: 'GET', one: false },
  read: { method: 'GET', one: true },
  replace: { method: 'PUT', one: true },
  patch: { method: 'PATCH', one: true },
  delete: { method: 'DELETE', one: true },
} as const;
export type Operation = keyof typeof REQUESTS;
export const OPERATIONS = Object.keys(REQUESTS) as readonly Operation[];

export interface DocumentedType {
  readonly operations: readonly Operation[];
  /** Top-level attributes and extensions that a client may send. */
  readonly attributes: readonly string[];
}

/** A resource type, and how this service serves it. */
export interface ServedType {
  readonly type: ResourceType;
  readonly operations: readonly Operation[];
  readonly unknownAttributes: 'ignored' | 'refused';
  readonly list: ListRules;
  readonly filters?: FilterRules;
  readonly patch: PatchRules;
  readonly memberRules?: MemberRules;
  /** What a body has to name, be it empty; the schemas say what has to have a value. */
  readonly named?: { readonly create?: readonly string[]; readonly replace?: readonly string[] };
  readonly bounds?: Bounds;
  /** Attributes that a create sets, and that later writes leave as they are, in silence. */
  readonly createOnly?: readonly string[];
  /**
   * What DELETE does, if not that: it switches the person off; or it does and nobody sees them any more, until a create of the
   * same person brings them back.
   */
  readonly deletes?: 'deactivated' | 'hidden';
  readonly missing: Refusal;
  /** The form of all ids, and what is said of one that is none (`%s` in it); absent where nobody looks at the form. */
  readonly ids?: { readonly form: RegExp; readonly otherwise: Refusal };
  /**
   * What a new id is: the next number behind one, or what the create gave as `externalId`; random where nothing is said. No
   * two types may have the same ids.
   */
  readonly newIds?: { readonly after: number } | 'externalId';
  /** What is there from the start, such as groups that nobody can create by SCIM. */
  readonly presets?: readonly Held[];
  /** `%s` stands for the attribute that is taken. */
  readonly exists: Refusal;
  readonly hooks?: Hooks;
}

/** A resource as a hook sees it. */
export interface Held {
  readonly id: string;
  readonly attributes: JsonObject;
  /** Of a person; `none` has an account without ever having been invited. */
  readonly membership?: string;
}

export type Query = Readonly<Record<string, string | readonly string[] | undefined>>;

/** What a hook may look at beside its request: resources of the same type that are visible, oldest first. */
export interface Directory {
  byId(id: string): Held | undefined;
  /** By an attribute that has an index. */
  find(path: string, value: string): readonly Held[];
  first(count: number): readonly Held[];
}

/** What came about the attributes that a hook settles: the request, and the resource before it; none before a create. */
export interface Circumstances {
  readonly how: 'create' | 'replace' | 'patch';
  readonly held: Held | undefined;
  readonly directory: Directory;
}

/** What a PATCH hook makes of a request: attributes to set, and what went wrong after that. */
export interface Changes {
  readonly set: JsonObject;
  readonly then?: Refusal;
}

/**
 * The places where a service may differ from RFC 7644 in ways that data cannot say. All are pure; a hook that throws
 * `Refused` is answered with that refusal. Without a hook, the RFC holds.
 */
export interface Hooks {
  /** The attributes that a create stores. */
  readonly create?: (body: unknown) => JsonObject;
  /** Those of somebody who was there before anybody used SCIM; as those of a create where it is not said. */
  readonly before?: (user: JsonObject) => JsonObject;
  readonly createAnswer?: (body: unknown, held: Held) => Json;
  readonly replace?: (body: unknown, held: Held) => Changes;
  readonly replaceAnswer?: (body: unknown, held: Held) => Json;
  readonly patch?: (body: unknown, held: Held, directory: Directory) => Changes;
  /** What is stored of the attributes that a request comes to: normalised, completed or refused. */
  readonly settle?: (attributes: JsonObject, circumstances: Circumstances) => JsonObject;
  readonly present?: (held: Held) => Json;
  /** What is shown of a resource, made of what the RFC would show. */
  readonly shown?: (resource: JsonObject, held: Held) => Json;
  /** `undefined` is the RFC's own list. */
  readonly list?: (query: Query, directory: Directory) => Json | undefined;
}
