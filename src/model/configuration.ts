import type { Authentication, SecretReference } from './authentication.ts';
import type { DriftRules } from './drift.ts';
import type { Problem } from './errors.ts';
import type { HttpConfiguration } from './http.ts';
import type { Mapping, TargetMapping } from './expression.ts';
import type { Template } from './template.ts';
import type { Kind, Limits, SourceLimits } from './plan.ts';
import type { NotifyConfiguration } from './notice.ts';
import type { PaceRules, Profile } from './profile.ts';
import type { Schedule } from './schedule.ts';

export type CsvEncoding = 'auto' | 'utf-8' | 'utf-16le' | 'utf-16be' | 'latin1' | 'windows-1252';

export interface CsvOptions {
  readonly path: string;
  /** One character, or `auto`. */
  readonly delimiter: string;
  readonly quote: string;
  readonly encoding: CsvEncoding;
  readonly expect: Expectation;
}

export interface LdifOptions {
  /** Files, or patterns with `*` in the last part of a path. Several files are parts of one export. */
  readonly paths: readonly string[];
  /** Whether a value may stand in a file of its own (`attr:< file:///…`), below the folder of the export. */
  readonly allowFiles: boolean;
  /** LDIF is UTF-8 (RFC 2849), and there is nothing to choose. */
  readonly encoding?: never;
  readonly expect: Expectation;
}

/**
 * How a JSON file holds its records: in one document, or one on each line. `auto` looks at its beginning; so does
 * `records`, to which an object alone is a record and not the envelope of a list.
 */
export type JsonFormat = 'auto' | 'json' | 'ndjson' | 'records';

export interface JsonOptions {
  /** Files, or patterns with `*` in the last part of a path. Several files are the pages of one list, in this order. */
  readonly paths: readonly string[];
  /**
   * A JSON pointer (RFC 6901) to the list of records, or nothing where the whole document is that list. Where a list
   * stands on the way, `*` goes through every element of it.
   */
  readonly records: string;
  readonly format: JsonFormat;
  readonly expect: JsonExpectation;
  /**
   * Set where the list may be empty; with `sign`, a pointer to what every answer of the service has, it may even be left
   * out of a document in which that stands.
   */
  readonly mayBeEmpty?: { readonly sign?: string };
}

/** Groups that are listed apart from the people, and the members of each in files of its own. */
export interface ListedGroups {
  readonly list: JsonOptions;
  /** Each path has one `*` behind its last slash: it stands for what `match` gives of the group. */
  readonly members: JsonOptions;
  readonly name: Template;
  /** What is the same of a person among the people and among the members; of a group, what its own members' files are named after. */
  readonly match: Template;
  readonly nested: 'flatten' | 'keep';
}

/** A live directory, read by LDAP (RFC 4511). */
export interface LdapOptions {
  /** `ldaps://host:port`, or `ldap://host:port`; without a path. */
  readonly url: string;
  /** Whether a connection of `ldap://` is encrypted before anything is said (RFC 4511 §4.14). */
  readonly startTls: boolean;
  /** A file with the certificates of authorities (PEM), in the place of those that come with Node. */
  readonly ca?: string;
  /** Who asks; nobody in particular where it is not said. */
  readonly bind?: { readonly dn: string; readonly password: SecretReference };
  /** One after the other; an entry that several of them find is read once. */
  readonly searches: readonly LdapSearch[];
  /** How many entries are asked for at a time (RFC 2696); 0 for all at once. */
  readonly pageSize: number;
  /** How long one answer may take. */
  readonly timeoutSeconds: number;
  /** Only what changed is read, told by an attribute, and everybody when the last such read is so long ago. */
  readonly incremental?: {
    readonly by: 'modifyTimestamp' | 'uSNChanged';
    readonly fullSeconds: number;
  };
  readonly expect: Pick<Expectation, 'minimum'>;
}

export interface LdapSearch {
  readonly base: string;
  /** `sub`: the base and everything below it; `one`: what is right below it. */
  readonly scope: 'sub' | 'one' | 'base';
  /** RFC 4515. */
  readonly filter: string;
}

/** What must hold of a read before it counts as complete. */
export interface Expectation {
  readonly minimum?: number;
  /** A last row whose first cell is this word and whose second is the number of rows before it. */
  readonly trailer?: string;
  /** A file that holds the sha256 of the source file in hexadecimal, as `sha256sum` writes it. */
  readonly checksum?: string;
  /** Seconds since the file was last written. */
  readonly maximumAge?: number;
}

/** Pointers lead to values beside the list of records. What JSON has in the place of a trailer is a total. */
export interface JsonExpectation extends Omit<Expectation, 'trailer'> {
  /** A pointer to what names the next page: the last page has nothing there, and every other one has. */
  readonly noMore?: string;
  /** A pointer to the number of records in all pages together. */
  readonly total?: string;
}

export type SourceConfiguration = {
  readonly name: string;
  /** The preset that lies under what the configuration says of it. */
  readonly preset?: string;
  /** It has only what changed: whoever it does not mention is as they were. */
  readonly isDelta?: boolean;
  /** It is one of several, each of which is the authority for its own people. */
  readonly isPart?: boolean;
  readonly limits: SourceLimits;
  /** Whether only a second complete read in a row makes somebody a leaver who is in no record. */
  readonly confirmAbsence?: boolean;
  /** Which records are people; all of them where nothing is said. */
  readonly where?: Template;
  /** By what the records are counted in parts, each of which is measured by itself. */
  readonly by?: Template;
  readonly groups?: ListedGroups;
  /** A change of its files makes the daemon run, once they have been still for so many seconds. */
  readonly watchSeconds?: number;
} & (
  | { readonly connector: 'csv'; readonly csv: CsvOptions }
  | { readonly connector: 'ldif'; readonly ldif: LdifOptions }
  | { readonly connector: 'json'; readonly json: JsonOptions }
  | { readonly connector: 'ldap'; readonly ldap: LdapOptions }
  | { readonly connector: 'union'; readonly parts: readonly SourcePart[] }
  | {
      readonly connector: 'join';
      /** Who is a person at all. */
      readonly authority: SourcePart;
      /** What adds to them; the key of each is what it has in the place of the authority's. */
      readonly with: readonly SourcePart[];
    }
);

/** One of several sources that have the people together, each being the authority for its own. */
export interface SourcePart {
  readonly source: SourceConfiguration;
  /** What tells a person from all others, in this source. */
  readonly key: Template;
}

/** Which groups a target is given, and what becomes of memberships that end. */
export interface GroupPolicy {
  /** Names, or patterns of them with `*`; all groups where it is not said. */
  readonly names?: readonly string[];
  /** What becomes of a group that the source does not have any more (rule 18). */
  readonly onGone: 'empty' | 'keep' | 'delete';
  /** What becomes of the memberships of somebody whose account is switched off. */
  readonly onLeave: 'remove' | 'keep';
  /** What a repair does with people of ours whom somebody else put into a group: `keep` if it is not said. */
  readonly members?: 'remove' | 'keep';
}

/** The way to a target, where it is not the usual one. */
export interface Network {
  /** An HTTP proxy; what is said to the target is encrypted through it. */
  readonly proxy?: { readonly url: string; readonly username?: string; readonly password?: SecretReference };
  /** A file of certificates (PEM) that are trusted beside the usual ones. */
  readonly ca?: string;
}

/** What happens to somebody's account: the two reasons have a policy each (rule 6). */
export type DeparturePolicy = 'deactivate' | 'delete' | 'keep';

/** By the reason for which somebody departs. */
export interface DeleteAfter {
  readonly left?: number;
  readonly outOfScope?: number;
}

/** What becomes of attributes at a target beyond that they are compared; as profiles name them. */
export interface AttributeRules {
  /** Where the source has nothing, the account keeps what it has; of all others it is cleared. */
  readonly keep: 'all' | readonly string[];
  /** Set by a create, and never changed after it. */
  readonly createOnly: readonly string[];
}

/**
 * Which password a target is told (rule 27): that of the source with each change of it (`sync`) or once (`create`), one
 * that is made at random for each create and that nobody learns, or none.
 */
export type PasswordRule = 'sync' | 'create' | 'none' | { readonly length: number };

export interface TargetConfiguration {
  readonly name: string;
  readonly connector: string;
  readonly profile: Profile;
  /** Without a slash at the end. */
  readonly baseUrl: string;
  readonly authentication: Authentication;
  /** What its requests, and those for its tokens, go through. */
  readonly network: Network;
  /** `observe`: plan only, nothing is sent. */
  readonly mode: 'full' | 'observe';
  readonly mapping: TargetMapping;
  readonly allow: readonly Kind[];
  readonly onLeave: DeparturePolicy;
  readonly onOutOfScope: DeparturePolicy;
  /** Milliseconds after which an account that was switched off is deleted; never where it is not said. */
  readonly deleteAfter?: DeleteAfter;
  /** Whether an account that was there before us may be deleted. */
  readonly deleteAdopted?: boolean;
  /** How many people are created before somebody is asked about the others; or the group whose members are. */
  readonly canary?: { readonly count: number } | { readonly group: string };
  readonly createInactive: boolean;
  readonly attributes?: AttributeRules;
  /** `sync` where it is not said. */
  readonly password?: PasswordRule;
  /** Absent where no groups are sent. */
  readonly groups?: GroupPolicy;
  readonly limits: Limits;
  readonly drift: DriftRules;
  readonly pace: PaceRules;
  readonly timeoutSeconds: number;
  /** When the daemon syncs it; never by itself where it is not said. */
  readonly schedule?: Schedule;
  /** Up to so much later than its schedule. */
  readonly jitterSeconds?: number;
  /** When the daemon compares it with what it really holds, and whether what differs is put right. */
  readonly reconcile?: { readonly schedule: Schedule; readonly repair: boolean };
  readonly renamedFrom?: string;
  /** Of everything that decides what this target shall hold: mapping, profile, assignment. Unchanged digest, unchanged result. */
  readonly digest: string;
}

export interface Configuration {
  readonly file: string;
  /** sha256 of that file, in hexadecimal, as `sha256sum` prints it: by this a run tells with what it was configured. */
  readonly digest: string;
  /** Other files that it is made of: connectors of the user's own. */
  readonly parts?: readonly string[];
  /** Absolute path of the SQLite file. */
  readonly state: string;
  readonly timeZone: string;
  /** Milliseconds for which the audit trail is kept; for ever where it is not said. */
  readonly keepAudit?: number;
  readonly source: SourceConfiguration;
  readonly mapping: Mapping;
  readonly targets: readonly TargetConfiguration[];
  /** Who is told when a person has to look; nobody where it is not said. */
  readonly notify?: readonly NotifyConfiguration[];
  /** What the daemon answers by HTTP; nothing where it is not said. */
  readonly http?: HttpConfiguration;
  /** Things that work and are not as they should be: a secret in the text, an attribute that a target cannot hold. */
  readonly warnings: readonly Problem[];
}
