import { isObject } from './json.ts';
import type { Resource } from './identity.ts';

/**
 * A capability profile: what a kind of SCIM service can hold, and how it wants to be told. Plain data; what is not
 * said here the service cannot do. Each fact cites its public source beside it in the profile's own file.
 */
export interface Profile {
  readonly name: string;
  readonly title: string;
  readonly users: {
    /** Attribute paths that may be sent: `title`, `name.givenName`, `emails`, an enterprise attribute as `enterprise.department`. */
    readonly writable: readonly string[];
    /** Of those, the ones that hold on create and cannot be changed later: a change is shown as *cannot follow* (rule 16). */
    readonly createOnly: readonly string[];
    /** Of those, the ones that can be changed and not taken away: to take one away is shown as *cannot follow*, too. */
    readonly lasting?: readonly string[];
    /** Without these a create is refused by the service, so it is not sent. */
    readonly required: readonly string[];
    /** The most values that a multi-valued attribute may hold; the primary one, else the first ones, are kept. */
    readonly maxValues: Readonly<Record<string, number>>;
    /** Attributes by which an existing account is looked up, best first. */
    readonly match: readonly MatchAttribute[];
    readonly password: 'accepted' | 'ignored' | 'forbidden';
    /** The `type` words that a multi-valued attribute may carry here; where it is not named, any word. */
    readonly types?: Readonly<Record<string, readonly string[]>>;
    /** What each value of a multi-valued attribute carries, said or not: `emails: { type: 'work' }`. */
    readonly fill?: Readonly<Record<string, Resource>>;
    /** Multi-valued attributes of which one value has to be primary: the first, where none is said to be. */
    readonly primary?: readonly string[];
    /** How the service makes a name of its own out of `userName`; people whose names come out the same are not sent. */
    readonly login?: NameRule;
  };
  readonly create: {
    /** A create sends an invitation; until it is accepted the account is *invited*, a state of its own (rule 14). */
    readonly invites: boolean;
    /** Whether somebody invited can be read and found like anybody else. */
    readonly invitedReadable: boolean;
    /** Whether repeating a POST whose answer was lost makes no second account. */
    readonly repeatable: boolean;
    /** Whether the service can create somebody who is switched off (`createInactive`). */
    readonly inactive: boolean;
    /** Top-level attributes that the POST carries even where the person has none, as an empty value. */
    readonly always?: readonly string[];
  };
  readonly update: {
    /** `put`: the whole resource at each update. */
    readonly method: 'patch' | 'put';
    /** Top-level attributes that a PUT carries even where the person has none, as an empty value. */
    readonly putAlways: readonly string[];
    /**
     * PATCH operations with a `path`; one operation whose value is an object; or one whose value names attributes by
     * their paths (`name.givenName`), with those of several values beside it.
     */
    readonly patchForm: 'path' | 'pathless' | 'paths';
    /** `title`: `Add`, `Replace` and `Remove` in the place of lower case. */
    readonly operations?: 'title';
    /** A change within one value of several goes by its type, where there is one: `emails[type eq "work"].value`. */
    readonly byType?: boolean;
    /** How a change of manager is said: `{ value: id }`, or the id alone, and the empty text for nobody. */
    readonly managerAs?: 'object' | 'id';
  };
  /** Where a whole resource says `meta.resourceType`: in a POST of anything, in a PUT of a person. */
  readonly meta?: readonly ('post' | 'put')[];
  /** How `active` is said: `method` where it is the only change (`patch` if it is not given), form and type wherever it is patched. */
  readonly active: {
    readonly form: 'path' | 'pathless';
    /** `title`: the text `True` or `False`. */
    readonly as: 'boolean' | 'string' | 'title';
    readonly method?: 'patch' | 'put';
  };
  readonly deactivate: {
    /** False where switching off loses the id: it then counts and shows as `delete` (rule 15). */
    readonly idSurvives: boolean;
  };
  /** Whether the service answers DELETE on a user. The request is off unless a target's configuration asks for it. */
  readonly delete: boolean;
  readonly list: {
    /** `auto`: whichever the service answers with. `none`: one answer, with `pageSize` as the most that it can hold. */
    readonly paging: 'index' | 'cursor' | 'auto' | 'none';
    readonly pageSize: number;
    /** Whether an unfiltered list that was read to its end proves that an account is not there. */
    readonly provesAbsence: boolean;
  };
  /** Seconds after a write until a lookup must find it. */
  readonly lookupLagSeconds: number;
  /**
   * What is read after each change, because the service is known to answer well to what it has not done: the account, or
   * who is in the group. It costs a request each time.
   */
  readonly readBack?: readonly ('people' | 'members')[];
  readonly answers: {
    /** Answers to a create that mean: somebody has this name already. */
    readonly exists: readonly AnswerPattern[];
    /** Answers that mean: try again later, beyond 429 and 5xx. */
    readonly transient: readonly AnswerPattern[];
    /** Answers that mean: the credential will not do, beyond 401 and 403. */
    readonly unauthorised: readonly AnswerPattern[];
    /** Answers that look as if somebody existed, and mean something else. */
    readonly notExists: readonly AnswerPattern[];
    /** Answers that mean: there is no licence left, so that nobody else can be created either. */
    readonly licence?: readonly AnswerPattern[];
    /** Answers that are about this person alone, though their status speaks of the credential. */
    readonly refused?: readonly AnswerPattern[];
    /** Answers to adding one member that mean: is in the group already. */
    readonly isMember?: readonly AnswerPattern[];
    /** Answers to removing one member that mean: is not in the group. */
    readonly isNoMember?: readonly AnswerPattern[];
  };
  readonly pace: PaceRules;
  readonly groups: GroupAbilities;
  /** Whether the discovery documents of RFC 7644 §4 are served. */
  readonly discovery: boolean;
  /** Where ServiceProviderConfig is, if it is not at RFC 7644's `/ServiceProviderConfig`. */
  readonly configurationAt?: string;
  /**
   * Where several profiles describe variants of one product: what they have in common by name, and the text that
   * this variant answers at its base URL. With `discovery`, that tells the variants apart.
   */
  readonly variant?: { readonly of: string; readonly root?: string };
  /** A GET below the base URL that needs the credential and costs the least. */
  readonly probe: string;
  /** Public pages for a fact, by what it is about: an attribute path, `groups`, `delete`; `*` for all else. */
  readonly sources?: Readonly<Record<string, string>>;
  /** Other ways in which the same service can be spoken to, by the name that the option `dialect` takes. */
  readonly dialects?: Readonly<Record<string, ProfilePart>>;
}

/** How much a target bears. */
export interface PaceRules {
  /** Requests at one time. */
  readonly concurrency: number;
  readonly perSecond?: number;
  /** How many of them may be started at once; as many as a second has, unless it is given. */
  readonly burst?: number;
  /** The same of some kinds of requests, each by itself. */
  readonly rates?: readonly Rate[];
  readonly budgets?: readonly Budget[];
  /** Per cent of each budget of requests that is kept for those who leave, one request at the least. */
  readonly reserve?: number;
}

/** A request by what it asks for: all that read or write, or those about one person or group alone. */
export const REQUEST_KINDS = [
  'reads',
  'writes',
  'read',
  'create',
  'update',
  'delete',
  'readGroup',
  'createGroup',
  'updateGroup',
  'deleteGroup',
] as const;
export type RequestKind = (typeof REQUEST_KINDS)[number];

/** How many requests of a kind may be started within a second. */
export interface Rate {
  readonly of: RequestKind;
  readonly perSecond: number;
}

/** What a target may be asked in a longer time, counted over all runs. */
export interface Budget {
  /** Requests of whatever kind; those that write, or read; people who are created; people who come into a group. */
  readonly of: 'requests' | 'writes' | 'reads' | 'create' | 'memberAdd';
  readonly count: number;
  readonly per: 'minute' | 'hour' | 'day';
  /** Each group has its own. */
  readonly each?: 'group';
}

/** A part of a profile: what it says takes the place of what another one says, lists as wholes. */
export type ProfilePart = Part<Omit<Profile, 'dialects' | 'groups'>> & { readonly groups?: GroupPart };

/** Of groups as much as differs, or that there are none. */
type GroupPart =
  { readonly supported: false } | Part<Omit<Extract<GroupAbilities, { supported: true }>, 'supported'>>;

type Part<T> = T extends readonly unknown[]
  ? T
  : T extends object
    ? { readonly [K in keyof T]?: Part<T[K]> }
    : T;

/** A profile that differs from another in what is said here, and in nothing else; without words for what it cannot hold. */
export function differing({ dialects: _, ...base }: Profile, part: ProfilePart): Profile {
  const profile = merged(base, part) as Profile;
  const { types = {}, ...users } = profile.users;
  const isHeld = (name: string): boolean =>
    users.writable.some((path) => path === name || path.startsWith(`${name}.`));
  const held = Object.entries(types).filter(([name]) => isHeld(name));
  return { ...profile, users: { ...users, types: Object.fromEntries(held) } };
}

function merged(base: unknown, part: unknown): unknown {
  if (!isObject(base) || !isObject(part) || part['supported'] === false) return part;
  const both: Record<string, unknown> = { ...base };
  for (const [name, value] of Object.entries(part)) {
    if (value === undefined) delete both[name];
    else both[name] = merged(base[name], value);
  }
  return both;
}

/**
 * Steps from a name that is sent to the one that a service makes of it: every match of `find` is replaced by `put`. What
 * `refused` then finds, the service does not take. All are regular expressions; the result has no case.
 */
export interface NameRule {
  /** Before the first step, accents are taken from their letters (Unicode's NFKD). */
  readonly decomposed?: boolean;
  readonly steps: readonly { readonly find: string; readonly put: string }[];
  readonly refused: string;
  /** The name that is sent is lost: the service holds its own in that place. The steps leave such a one as it is. */
  readonly kept?: boolean;
}

/** What a service does with groups; where they are not supported, nothing. */
export type GroupAbilities =
  | { readonly supported: false }
  | {
      readonly supported: true;
      readonly create: boolean;
      readonly rename: boolean;
      readonly delete: boolean;
      readonly externalId: boolean;
      /** How the service makes a name of its own out of `displayName`; groups whose names come out the same are not sent. */
      readonly slug?: NameRule;
      /** Attributes by which an existing group is looked up, best first. */
      readonly match: readonly GroupMatch[];
      /** Attributes that the POST carries even where they are empty. */
      readonly always?: readonly 'members'[];
      /** Schemas that the POST names beside that of a Group. */
      readonly schemas?: readonly string[];
      /** A change of the name by `path`, or in an object that names the group's id too; `path` if it is not given. */
      readonly patchForm?: 'path' | 'pathless';
      /** `put`: every change sends the whole group with all its members, which are read before. `patch` if it is not given. */
      readonly update?: 'patch' | 'put';
      /** False where the service knows no `excludedAttributes`, or returns no members in any case. */
      readonly excludes?: boolean;
      readonly members: {
        /** The most members that one request may add or remove. */
        readonly perRequest: number;
        /** `filter`: `members[value eq "…"]` for each; `value`: a list of them under the path `members`. */
        readonly remove: 'filter' | 'value';
        /** The list stands in an object of its own, `{ members: […] }`, beside the path. */
        readonly wrapped?: boolean;
        /** Each value carries `$ref: null`. */
        readonly reference?: boolean;
        /** A group may be a member, too (RFC 7643 §4.2). Where it may not, who is in it is put into the other one. */
        readonly nested?: boolean;
        /** What a read of one group shows of who is in it: everybody if it is not given, so many at the most, or `never` anybody. */
        readonly shown?: number | 'never';
        /** The attribute by which the groups that somebody is in are asked for, with their id: `members.value eq "…"`. */
        readonly query?: 'members' | 'members.value';
      };
    };

export type GroupMatch = 'externalId' | 'displayName';

export type MatchAttribute = 'externalId' | 'userName' | 'emails.value';

/** All the parts that are given must agree. `detail` is a regular expression without regard to case. */
export interface AnswerPattern {
  readonly status?: number;
  readonly bodyStatus?: number;
  readonly scimType?: string;
  readonly detail?: string;
}
