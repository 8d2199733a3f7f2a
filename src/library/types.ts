import type { Problem } from '../model/errors.ts';
import type { AttributeChange, Breach, Held, Kind, KindTotal, LeftOut, Note } from '../model/plan.ts';
import type { Item, Situation } from '../model/drift.ts';

/** What `createRollcall` takes. */
export interface RollcallOptions {
  /** The configuration's file; `rollcall.yaml` in the working directory unless given. */
  readonly config?: string;
  /** Where credentials and proxies are read from; `process.env` unless given. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** Who does all this, for the audit trail; whoever runs the process unless given. */
  readonly actor?: string;
  /** What each request was, for whoever looks for a fault; nothing is logged unless given. */
  readonly log?: Log;
  /** With `log`: queries and bodies too, without secrets. */
  readonly logPersonalData?: boolean;
  /** Told of what works and is not as it should be, such as a secret that ends soon. They are events as well. */
  readonly onWarning?: (problem: Problem) => void;
}

/** A logger such as pino, as far as it is needed. */
export interface Log {
  debug(details: object, message: string): void;
}

/** What the plan, the sync and the reconciliation take. */
export interface RunOptions {
  /** Targets by name; all of them unless given. */
  readonly targets?: readonly string[];
  /**
   * Stops it. What is in flight is finished and the rest is left to the next run; before anything is sent, and in a plan
   * or a reconciliation, the promise is rejected with the signal's reason.
   */
  readonly signal?: AbortSignal;
  /** The most of each list that the result holds; 1,000 unless given. The events have all of it. */
  readonly most?: number;
}

/** For whom a plan or a sync is meant; for everybody unless given, and `only` and `except` exclude each other. */
export interface WhomOptions {
  /** For these people alone, by their keys. */
  readonly only?: readonly string[];
  /** For everybody but these. */
  readonly except?: readonly string[];
  /** Changes in the place of the source: whoever is not in them is as before. */
  readonly changes?: Changes;
}

/** Of people who were hired, have changed, or have left by what their status says. Whoever is not in them is as before. */
export interface Changes {
  /**
   * Records in the shape of the source, each with its key and what is different now. Of a CSV file: columns with their
   * texts, the same columns in each; an empty text empties a column. Of JSON: as RFC 7396 merges it, where `null` takes a
   * name away. Of LDIF and a live directory: the whole entry as it is now, with its `dn`. Give these, or a `file`.
   */
  readonly records?: readonly Readonly<Record<string, unknown>>[];
  /** A file in the source's format. */
  readonly file?: string;
  /** Of which of several sources they are. */
  readonly source?: string;
}

export interface PlanOptions extends RunOptions, WhomOptions {}

export interface SyncOptions extends RunOptions, WhomOptions {
  /** How long it waits for retries that fall due, in milliseconds; 60,000 unless given. */
  readonly wait?: number;
  /** When it ends: nothing is begun after that, and what falls due until then is waited for, whatever `wait` says. */
  readonly until?: Date;
}

export interface ReconcileOptions extends RunOptions {
  /** Take what was found over, and sync: what differs goes through plan, limits and approval. */
  readonly repair?: boolean;
  /** With `repair`: so many accounts are gone indeed, whatever the limit is. */
  readonly missing?: number;
  /** With `repair`: how long it waits for retries that fall due, in milliseconds; 60,000 unless given. */
  readonly wait?: number;
}

/**
 * Something that is under way: await it for its result, or go through its events, which end when it has ended. Whoever
 * goes through them slowly holds up a plan and a reconciliation. A sync waits for nobody: where more than 10,000 events
 * wait, the ones after them are counted (`skipped`).
 */
export interface Running<Result, Happening> extends Promise<Result>, AsyncIterable<Happening> {}

export interface Rollcall {
  /** The names of the targets. */
  readonly targets: readonly string[];
  /** What would be sent, and why; sends nothing that writes. */
  plan(options?: PlanOptions): Running<PlanResult, PlanEvent>;
  /** Reads, plans, guards and delivers. */
  sync(options?: SyncOptions): Running<SyncResult, SyncEvent>;
  /** Compares with what the targets really hold. */
  reconcile(options?: ReconcileOptions): Running<ReconcileResult, ReconcileEvent>;
  /** One person, now, on every target that they are assigned to, also while somebody else delivers. */
  provision(key: string, options?: ProvisionOptions): Running<ProvisionResult, OneEvent>;
  /** One person, off everywhere, now: past limits, holds and pauses. It stands until the source agrees or it is lifted. */
  offboard(key: string, options?: OffboardOptions): Running<OffboardResult, OneEvent>;
  /** Ends an offboarding, and gives back what it was: the next sync gives them what the source says by then. */
  lift(key: string): Promise<Offboarded>;
  /** Lets what a target holds through, once and for 24 hours, if a plan that is made anew has this checksum. */
  approve(target: string, checksum: string, options?: ApproveOptions): Promise<Approved>;
}

/** What is about one person. */
export interface OneOptions {
  /** Stops waiting; what is in flight is finished, and the rest is left to whoever delivers next. */
  readonly signal?: AbortSignal;
  /** How long it waits for whoever delivers, and for retries that fall due, in milliseconds; 60,000 unless given. */
  readonly wait?: number;
}

export interface ProvisionOptions extends OneOptions {
  /** Targets by name; all of them unless given. */
  readonly targets?: readonly string[];
}

export interface OffboardOptions extends OneOptions {
  /** Why, in up to 500 characters: for the audit trail, and for whoever asks. */
  readonly reason?: string;
  /** Protected accounts as well. */
  readonly protected?: boolean;
  /** Also somebody whom nobody knows yet: whoever has this key one day gets no account. */
  readonly unknown?: boolean;
}

export interface ApproveOptions {
  /** Of what has this checksum, these kinds alone. */
  readonly kinds?: readonly Kind[];
  /** For these people alone, by their keys. */
  readonly keys?: readonly string[];
}

/** Since when somebody is offboarded, by whom and why. Times are ISO 8601. */
export interface Offboarded {
  readonly since: string;
  readonly actor: string;
  readonly reason?: string;
  /** Set where protected accounts are meant, too. */
  readonly protected?: true;
}

/** How somebody stands on one target. */
export interface ProvisionedTarget {
  /**
   * `on`: has an account that is on; `invited`: the target has sent an invitation; `off`: has one that is off; `none`: has
   * none, and is to have none; `held`: a limit or a person holds it; `waiting`, `failed`: and why.
   */
  readonly state: 'on' | 'invited' | 'off' | 'none' | 'held' | 'waiting' | 'failed';
  /** What was carried out by this. */
  readonly done: readonly Kind[];
  readonly reason?: string;
}

export interface ProvisionResult {
  readonly key: string;
  /** None where somebody else delivered to all targets all the time. */
  readonly runId?: number;
  /** How they stand in the source; `unread` where somebody else delivered to all targets all the time. */
  readonly standing: 'active' | 'left' | 'rejected' | 'offboarded' | 'unread';
  readonly reason?: string;
  readonly offboarded?: Offboarded;
  readonly targets: Readonly<Record<string, ProvisionedTarget>>;
}

/** An account that could be theirs and is nobody's: it is named, and not touched. */
export interface UnlinkedMatch {
  readonly remoteId: string;
  /** By which attribute it was found. */
  readonly by: string;
  readonly userName?: string;
  readonly active?: boolean;
}

/** How somebody who is offboarded stands on one target. */
export interface OffTarget {
  /**
   * `off`: the target has confirmed it; `none`: no account is linked; `waiting`: it is still to be confirmed, and why;
   * `protected`, `notAllowed`: it stays on; `unconfigured`: the configuration does not name the target any more.
   */
  readonly state: 'off' | 'none' | 'waiting' | 'protected' | 'notAllowed' | 'unconfigured';
  /** ISO 8601. */
  readonly confirmedAt?: string;
  readonly reason?: string;
  readonly matches: readonly UnlinkedMatch[];
  /** Why it could not be asked whether there are other accounts. */
  readonly unasked?: string;
}

export interface OffboardResult {
  readonly key: string;
  readonly runId: number;
  readonly offboarded: Offboarded;
  readonly targets: Readonly<Record<string, OffTarget>>;
}

/** What an approval lets through. */
export interface Approved {
  readonly target: string;
  readonly checksum: string;
  /** What is held with this checksum; nothing where it is that of a plan which was only looked at. */
  readonly held: readonly Held[];
  readonly keys?: readonly string[];
  readonly expiresInSeconds: number;
}

/** One person or group of a plan, with what differs. Of a membership, `key` is the group's. */
export interface PlannedOperation {
  readonly key: string;
  readonly type: 'User' | 'Group';
  /** Of people: create, update, deactivate, reactivate, delete or link; of groups also memberAdd and memberRemove. */
  readonly kind: string;
  readonly why: string;
  readonly changes: readonly AttributeChange[];
  /** It waits for an invitation to be accepted. */
  readonly invited?: boolean;
}

/** How many operations of each kind. */
export interface Counts {
  readonly User: Readonly<Record<string, number>>;
  readonly Group: Readonly<Record<string, number>>;
}

/** A read of the source, as it ended. */
export interface SourceRead {
  readonly name: string;
  readonly file: string;
  readonly count: number;
  readonly complete: boolean;
  readonly sha256: string;
  /** Set where changes were read. */
  readonly delta?: true;
  /** Why it is not complete. */
  readonly reasons?: readonly string[];
}

/** A record that cannot be mapped; whoever it is stays as they are. */
export interface Rejection {
  readonly key?: string;
  readonly file: string;
  readonly line: number;
  readonly rule: string;
  readonly reason: string;
}

/** Why a target has no part in it. */
export interface Failed {
  readonly code: string;
  readonly message: string;
}

export interface PlannedTarget {
  readonly state: 'ready' | 'held' | 'failed';
  readonly error?: Failed;
  /** What waits for an approval, by which limit, and the checksum that `rollcall approve` takes. */
  readonly held: readonly Held[];
  readonly counts: Counts;
  readonly totals: readonly KindTotal[];
  readonly requests: number;
  readonly etaSeconds: number;
  /** The first of them; `counts` has the numbers of all. */
  readonly operations: readonly PlannedOperation[];
  readonly leftOut: readonly LeftOut[];
  readonly notes: readonly Note[];
}

/** What was read, and what is wrong with it. */
export interface OfSource {
  readonly source: SourceRead;
  /** What is wrong with the read as a whole. */
  readonly breaches: readonly Breach[];
  readonly rejections: readonly Rejection[];
  /** People whose account stays as it was because their record is rejected. */
  readonly frozen: number;
  /** People who are in no record and keep their accounts, because the key of a record could not be read. */
  readonly missed: number;
}

export interface PlanResult extends OfSource {
  readonly targets: Readonly<Record<string, PlannedTarget>>;
}

export interface SyncedTarget {
  /** `partial`: some failed or wait. `failed`: the target as a whole did. */
  readonly state: 'done' | 'held' | 'partial' | 'failed';
  readonly error?: Failed;
  readonly held: readonly Held[];
  /** What was carried out. */
  readonly counts: Counts;
  readonly failed: number;
  readonly waiting: number;
  readonly requests: number;
  /** Of those, how many may write. */
  readonly writes: number;
  readonly seconds: number;
}

export interface SyncResult extends OfSource {
  readonly runId: number;
  /** The head of the audit trail afterwards, `SEQ:HASH`; kept elsewhere, it proves that nobody has rewritten it. */
  readonly trail?: string;
  readonly targets: Readonly<Record<string, SyncedTarget>>;
}

export interface ReconciledTarget {
  readonly error?: Failed;
  /** Whether the list is proved to show everybody. */
  readonly complete: boolean;
  readonly reason?: string;
  readonly linked: number;
  readonly listed: number;
  readonly counts: Readonly<Record<Situation, number>>;
  /** The first accounts that are not in sync. */
  readonly items: readonly Item[];
  /** The same of its groups, where it is given some. */
  readonly groups?: {
    readonly complete: boolean;
    readonly linked: number;
    readonly listed: number;
    readonly counts: Readonly<Record<Situation, number>>;
    readonly items: readonly Item[];
  };
  /** What a repair has taken over, and why it has closed no links, if it has not. */
  readonly taken?: { readonly read: number; readonly closed: number; readonly held: readonly Breach[] };
}

export interface ReconcileResult {
  readonly targets: Readonly<Record<string, ReconciledTarget>>;
  /** What became of the repair. */
  readonly sync?: SyncResult;
}

/** What works and is not as it should be. */
export interface WarningEvent {
  readonly type: 'warning';
  readonly problem: Problem;
}

/** So many events were left out, since nobody took them. */
export interface SkippedEvent {
  readonly type: 'skipped';
  readonly count: number;
}

export type PlanEvent =
  | WarningEvent
  | { readonly type: 'planned'; readonly target: string; readonly operation: PlannedOperation }
  | { readonly type: 'rejected'; readonly rejection: Rejection };

/** A plan is released: from now on it is sent. */
export interface ReleasedEvent {
  readonly type: 'released';
  readonly target: string;
  readonly counts: Counts;
  readonly held: readonly Held[];
  /** How many operations wait to be sent, those that an earlier run left over among them. */
  readonly pending: number;
}

/** What became of one operation. */
export interface OperationEvent {
  readonly type: 'operation';
  readonly target: string;
  /** Whose; of a membership, the person's. */
  readonly key: string;
  readonly kind: Kind;
  /** Of a membership, the key of the group. */
  readonly group?: string;
  readonly outcome: 'done' | 'retry' | 'failed' | 'waiting' | 'doubt';
  readonly why: string;
  readonly code?: string;
  readonly error?: string;
  /** Of the answer. */
  readonly status?: number;
  readonly requestId?: string;
}

/** What becomes of one person. */
export type OneEvent = WarningEvent | SkippedEvent | OperationEvent;

export type SyncEvent = WarningEvent | SkippedEvent | ReleasedEvent | OperationEvent;

export type ReconcileEvent =
  SyncEvent | { readonly type: 'found'; readonly target: string; readonly item: Item };

/** Reads the configuration. Rejected with a `RollcallError` that has everything which is wrong with it. */
export type CreateRollcall = (options?: RollcallOptions) => Promise<Rollcall>;
