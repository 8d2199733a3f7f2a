import { hash } from 'node:crypto';
import { haltOf } from '../store/halts.ts';
import type { Halt } from '../store/halts.ts';
import { pauseOf } from '../store/pauses.ts';
import type { Pause } from '../store/pauses.ts';
import type { OperationRow } from '../store/stage/operation.ts';
import { sealedOperations } from '../store/stage/order.ts';
import { etaSeconds } from './eta.ts';
import { countOf, courseOf, requestKinds } from './requests.ts';
import { rejectionsOf } from '../store/stage/remarks.ts';
import { diff } from '../planning/diff.ts';
import { ENTERPRISE, actOf, canonical, isObject, typeOf } from '../model/index.ts';
import type {
  AttributeChange,
  Held,
  Json,
  Kind,
  KindTotal,
  Receipt,
  Resource,
  ResourceType,
  TargetConfiguration,
} from '../model/index.ts';
import { fileOf } from '../engine/places.ts';
import type { Run, TargetRun } from '../engine/run.ts';

/** Everything here is data for people and scripts to read; how it looks is the renderers' business. */
export interface RejectionView {
  readonly key?: string;
  readonly file: string;
  readonly line: number;
  readonly rule: string;
  readonly reason: string;
}

export interface OperationView {
  readonly key: string;
  readonly type: 'User' | 'Group';
  readonly kind: Kind;
  /** Of a membership, the key of the group. */
  readonly group?: string;
  /** Set of a membership where the member is a group. */
  readonly member?: 'Group';
  /** A name for people; it is data of the plan, not a part of the operation. */
  readonly label: string;
  readonly why: string;
  readonly changes: readonly AttributeChange[];
  readonly invited?: boolean;
}

export interface TargetView {
  readonly name: string;
  readonly baseUrl: string;
  readonly mode: 'full' | 'observe';
  readonly linked: number;
  readonly state: 'ready' | 'held' | 'failed';
  readonly error?: { readonly code: string; readonly message: string };
  /** By a person, until it is resumed. */
  readonly paused?: Pause;
  /** What an earlier run has found, and none since has found to be over. */
  readonly halted?: Halt;
  readonly held: readonly Held[];
  readonly totals: readonly KindTotal[];
  readonly requests: number;
  readonly etaSeconds: number;
  readonly leftOut: number;
}

export function targetView(run: Run, target: TargetRun): TargetView {
  const { sealed, configuration, failure } = target;
  // What could be planned all the same is shown, and that not all of it could be.
  const error = failure ?? target.outOfReach;
  const halted = haltOf(run.state, target.id);
  const paused = pauseOf(run.state, target.id);
  const kinds = requestKinds(run, target);
  const requests = countOf(kinds);
  return {
    name: configuration.name,
    baseUrl: configuration.baseUrl,
    mode: configuration.mode,
    linked: target.accounts.count,
    state: failure !== undefined ? 'failed' : sealed!.held.length > 0 ? 'held' : 'ready',
    ...(error !== undefined && { error: { code: error.code, message: error.message } }),
    ...(paused !== undefined && { paused }),
    ...(halted !== undefined && { halted }),
    held: sealed!.held,
    totals: sealed!.totals,
    requests,
    etaSeconds: etaSeconds(requests, configuration.pace, {
      ...courseOf(run, target, halted),
      kinds,
    }),
    leftOut: sealed!.leftOut,
  };
}

/** The numbers of a plan as scripts read them, people and groups apart. */
export function countsOf(totals: readonly { readonly kind: Kind; readonly count: number }[]): object {
  const of = (type: ResourceType): object =>
    Object.fromEntries(
      totals.filter(({ kind }) => typeOf(kind) === type).map(({ kind, count }) => [actOf(kind), count]),
    );
  return { User: of('User'), Group: of('Group') };
}

export function* operationViews(run: Run, target: TargetRun, kind?: Kind): Generator<OperationView> {
  for (const row of sealedOperations(run.stage, target.index, kind)) {
    yield operationView(row, beforeOf(target, row));
  }
}

/** What was there before of whom or what goes, to be told by name. */
function beforeOf(target: TargetRun, { kind, slot, key, changes }: OperationRow): Resource | undefined {
  if (kind === 'deleteGroup')
    return { displayName: changes.find(({ path }) => path === 'displayName')?.before ?? null };
  return kind === 'deactivate' || kind === 'delete' ? target.accounts.of(slot, key)?.resource : undefined;
}

function operationView(row: OperationRow, before: Resource | undefined): OperationView {
  return {
    key: row.key,
    type: row.type,
    kind: row.kind,
    ...(row.group !== undefined && { group: row.group }),
    ...(row.member !== undefined && { member: row.member }),
    label: row.group ?? labelOf(row.after ?? before ?? {}),
    why: row.why,
    changes: row.kind === 'create' && row.after !== undefined ? diff({}, row.after) : row.changes,
    ...(row.invited === true && { invited: true }),
  };
}

/** `Ada Lovelace <ada@example.com>`, as far as it is known. */
export function labelOf(resource: Resource): string {
  const name = resource['name'];
  const parts = isObject(name)
    ? [name['givenName'], name['familyName']].filter((part) => typeof part === 'string')
    : [];
  const display =
    resource['displayName'] ??
    (isObject(name) ? name['formatted'] : undefined) ??
    (parts.join(' ') || undefined);
  const user = resource['userName'];
  if (typeof display !== 'string') return typeof user === 'string' ? clip(user) : '';
  return typeof user === 'string' && user !== display ? `${clip(display)} <${clip(user)}>` : clip(display);
}

export function* rejectionViews(run: Run): Generator<RejectionView> {
  for (const { key, page, line, rule, reason } of rejectionsOf(run.stage))
    yield { ...(key !== null && { key }), file: fileOf(run, page), line, rule, reason };
}

/** How many records each rule rejected, the most first. */
export function rejectionsByRule(run: Run): Readonly<Record<string, number>> {
  const rules = new Map<string, number>();
  for (const { rule } of rejectionsOf(run.stage)) rules.set(rule, (rules.get(rule) ?? 0) + 1);
  return Object.fromEntries([...rules].sort(([, one], [, other]) => other - one));
}

/** Elements of a JSON list, in pieces. */
export function* joined(items: Iterable<object>): Generator<string> {
  let first = true;
  for (const item of items) {
    yield (first ? '' : ',') + JSON.stringify(item);
    first = false;
  }
}

/** From what a plan was made: the source as it was read, or the run that is undone. */
export function originView({ receipt, undoes }: Run): object {
  if (undoes === undefined) return { source: sourceView(receipt!) };
  const { id, command, actor, startedAt } = undoes;
  return { undoes: { runId: id, command, actor, startedAt } };
}

export function sourceView(receipt: Receipt): object {
  const { source, file, count, complete, sha256, reasons, isDelta } = receipt;
  return {
    name: source,
    file,
    count,
    complete,
    sha256,
    ...(isDelta === true && { delta: true }),
    ...(reasons.length > 0 && { reasons }),
  };
}

/** `urn:…:User:department` is `department` to people. */
export function shortPath(path: string): string {
  return path.startsWith(`${ENTERPRISE}:`) ? path.slice(ENTERPRISE.length + 1) : path;
}

/** A value in as few characters as tell it: a list by its values, a reference by its key. */
const longest = 200;

/** A cell may hold a megabyte; a line on a terminal shows how it begins. */
function clip(text: string): string {
  return text.length > longest ? `${text.slice(0, longest)}… (${text.length} characters)` : text;
}

export function shortValue(value: Json | undefined): string {
  if (value === undefined) return '(none)';
  if (typeof value === 'string') return JSON.stringify(clip(value));
  if (Array.isArray(value)) return (value as Json[]).map((item) => shortElement(item)).join(', ');
  if (isObject(value)) return shortElement(value);
  return JSON.stringify(value);
}

function shortElement(value: Json): string {
  if (!isObject(value)) return shortValue(value);
  const { value: inner, type, primary, ...rest } = value as Record<string, Json>;
  if (inner === undefined || Object.keys(rest).length > 0) return JSON.stringify(value);
  const marks = [typeof type === 'string' ? type : '', primary === true ? 'primary' : ''].filter(
    (mark) => mark !== '',
  );
  return shortValue(inner) + (marks.length > 0 ? ` (${marks.join(', ')})` : '');
}

/** sha256 in hexadecimal: another profile may say the same rows in other requests. */
export function profileDigest({ profile }: Pick<TargetConfiguration, 'profile'>): string {
  return hash('sha256', canonical(JSON.parse(JSON.stringify(profile)) as Json), 'hex');
}
