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
    /** Without these a create is refused by the service, so it is not sent. */
    readonly required: readonly string[];
    /** The most values that a multi-valued attribute may hold; the primary one, else the first ones, are kept. */
    readonly maxValues: Readonly<Record<string, number>>;
    /** Attributes by which an existing account is looked up, best first. */
    readonly match: readonly MatchAttribute[];
    readonly password: 'accepted' | 'ignored' | 'forbidden';
    /** The `type` words that a multi-valued attribute may carry here; where it is not named, any word. */
    readonly types?: Readonly<Record<string, readonly string[]>>;
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
    /** PATCH operations with a `path`, or one operation whose value is an object. */
    readonly patchForm: 'path' | 'pathless';
  };
  /** How `active` is said: `method` where it is the only change (`patch` if it is not given), form and type wherever it is patched. */
  readonly active: {
    readonly form: 'path' | 'pathless';
    readonly as: 'boolean' | 'string';
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
  readonly answers: {
    /** Answers to a create that mean: somebody has this name already. */
    readonly exists: readonly AnswerPattern[];
    /** Answers that mean: try again later, beyond 429 and 5xx. */
    readonly transient: readonly AnswerPattern[];
    /** Answers that mean: the credential will not do, beyond 401 and 403. */
    readonly unauthorised: readonly AnswerPattern[];
    /** Answers that look as if somebody existed, and mean something else. */
    readonly notExists: readonly AnswerPattern[];
  };
  readonly pace: { readonly concurrency: number; readonly perSecond?: number };
  readonly groups: GroupAbilities;
  /** Whether the discovery documents of RFC 7644 §4 are served. */
  readonly discovery: boolean;
  /**
   * Where several profiles describe variants of one product: what they have in common by name, and the text that
   * this variant answers at its base URL. With `discovery`, that tells the variants apart.
   */
  readonly variant?: { readonly of: string; readonly root?: string };
  /** A GET below the base URL that needs the credential and costs the least. */
  readonly probe: string;
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
      /** Attributes by which an existing group is looked up, best first. */
      readonly match: readonly GroupMatch[];
      readonly members: {
        /** The most members that one request may add or remove. */
        readonly perRequest: number;
        /** `filter`: `members[value eq "…"]` for each; `value`: a list of them under the path `members`. */
        readonly remove: 'filter' | 'value';
        /** Whether a group may be a member of a group. */
        readonly nested: boolean;
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
