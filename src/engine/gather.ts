import { hash } from 'node:crypto';
import { EvaluationError, RollcallError } from '../model/index.ts';
import type {
  Account,
  Identity,
  Kind,
  Receipt,
  Resource,
  Scope,
  SourceRecord,
  TargetConfiguration,
  TargetMapping,
} from '../model/index.ts';
import { adapt } from '../planning/adapt.ts';
import { MANAGER_PATH } from '../planning/diff.ts';
import { hidesInvited } from '../planning/invited.ts';
import { NOT_ASSIGNED, judge, withValueOf } from '../planning/judge.ts';
import type { Case, Draft } from '../planning/judge.ts';
import { fold, mapRecord, refusalOf } from '../planning/map.ts';
import type { Refusal } from '../planning/map.ts';
import { FLAG } from '../store/ledger.ts';
import type { Digest } from '../store/ledger.ts';
import { secretOfCreate } from '../store/links.ts';
import { resourceDigest, usualReason } from '../store/stage/operation.ts';
import { isKnown, keyOf, slotOf, slotOfKey, slotOfManager } from './keys.ts';
import { keep } from './kept.ts';
import { isOffboarded } from './offboarded.ts';
import { SEEN } from './people.ts';
import type { People } from './people.ts';
import { notePlace, placeOf } from './places.ts';
import { endsMemberships, stageDeparture, stageMemberships } from './memberships.ts';
import { noteFormerKey } from './renumber.ts';
import { STAGED, leaveOut, refuse, waitInDoubt } from './run.ts';
import type { Run, TargetRun } from './run.ts';
import { staysUnbound } from './unbound.ts';

const recordDigest = new Uint32Array(4);

/** Reads the source once, record by record, and stages what each person needs. Most are recognised and passed over. */
export async function gather(run: Run): Promise<Receipt> {
  const reading = run.source.read(run.columns, run.asked);
  for (;;) {
    const step = await reading.next();
    if (step.done) return step.value;
    takeAll(run, step.value);
  }
}

/** The hashes of a batch's keys, in the order of its records. */
const keyDigests: Digest[] = [];

function takeAll(run: Run, records: readonly SourceRecord[]): void {
  const { ledger } = run.people;
  const keys = records.map((record) => keyOf(run, record));
  for (let index = 0; index < keys.length; index++) {
    const key = keys[index]!;
    keyDigests[index] ??= new Uint32Array(4);
    if (typeof key === 'string') ledger.keyHash(key, keyDigests[index]!);
  }
  ledger.approach(keyDigests, keys.length);
  for (let index = 0; index < keys.length; index++)
    take(run, records[index]!, keys[index]!, keyDigests[index]!);
}

function take(run: Run, record: SourceRecord, key: string | Refusal, digest: Digest): void {
  const { people } = run;
  const { ledger } = people;
  if (typeof key !== 'string' || (record.defect !== undefined && !isKnown(run, key))) {
    // What stands where a key should be, in a row that is out of step, is believed only if it is somebody's.
    run.unknownKeys++;
    const refusal = typeof key === 'string' ? { rule: 'ragged', reason: record.defect! } : key;
    return refuse(run, placeOf(run, record), refusal, undefined, typeof key === 'string' ? key : undefined);
  }
  const slot = slotOf(run, key, digest);
  if (people.seen.get(slot) !== SEEN.no) {
    people.seen.set(slot, SEEN.several);
    run.several.add(slot);
    return;
  }
  people.seen.set(slot, SEEN.once);
  notePlace(run, slot, placeOf(run, record));
  if (record.defect !== undefined)
    return refuse(run, placeOf(run, record), { rule: 'ragged', reason: record.defect }, slot, key);
  if (isAsEver(people, slot, record)) {
    if (people.settled(slot) || isPassedBy(run, slot, key) || staysUnbound(run, slot, key, record)) return;
    if (people.isApart(slot)) people.apart.set(slot, 1);
  } else ledger.setVersion(slot, people.version);
  examine(run, slot, key, record);
}

/** Whoever only waits for something is no business of a run that is for others. */
function isPassedBy({ alone, people }: Run, slot: number, key: string): boolean {
  return alone?.has(key) === false && !people.isApart(slot);
}

/** Whether a person's record is the one that was accepted last; another one is noted in its place. */
function isAsEver({ ledger, known, isKept }: People, slot: number, record: SourceRecord): boolean {
  // Whom nobody knew differs in any case, and a plan that is never released is not compared with.
  if (slot >= known && !isKept) return false;
  ledger.recordDigest(record.text(), recordDigest);
  if (ledger.sameRecord(slot, recordDigest)) return true;
  ledger.setRecord(slot, recordDigest);
  return false;
}

/** Maps a record and stages what it asks for on every target. False where it cannot be mapped. */
export function examine(run: Run, slot: number, key: string, record: SourceRecord): boolean {
  const { ledger, examined } = run.people;
  const reads = run.clock.reads;
  if (run.configuration.mapping.previousKey !== undefined) noteFormerKey(run, slot, key, record);
  const mapped = mapRecord(run.configuration.mapping, key, record);
  if (mapped.refusal !== undefined) {
    // Nobody has told anything of whoever is as before, so that nothing of it can be wrong.
    if (run.people.seen.get(slot) !== SEEN.before)
      refuse(run, placeOf(run, record), mapped.refusal, slot, key);
    return false;
  }
  const { identity, scope, password } = mapped;
  examined.set(slot, 1);
  // Whom nothing was said of is kept as they are.
  if (run.people.seen.get(slot) !== SEEN.before) keep(run, slot, scope.record, record);
  ledger.setName(slot, identity.active ? fold(identity.attributes['userName'] as string) : undefined);
  ledger.setFlags(slot, identity.active ? FLAG.active : takenBy(record));
  const { manager } = identity;
  run.people.managers.set(
    slot,
    manager === undefined || manager === key ? 0 : slotOfManager(run, manager) + 1,
  );
  const secret =
    password === undefined ? undefined : { text: password, digest: secretDigest(run, key, password) };
  for (const target of run.targets)
    consider(
      run,
      target,
      slot,
      identity,
      scope,
      secret ?? (record.isBare === true ? plannedSecret(run, target, slot) : undefined),
    );
  // Tomorrow the same record may say something else, to a target's own expressions as well; and what makes a password that
  // was not known, only the next read of everybody tells.
  if (run.clock.reads !== reads || (record.isBare === true && identity.active))
    ledger.setFlags(slot, ledger.flags(slot) | FLAG.examine);
  return true;
}

/** How a change as such took somebody away; nothing where what the record has says that they have left. */
function takenBy({ gone, isOutside = false }: SourceRecord): number {
  if (gone === undefined) return 0;
  return isOutside ? FLAG.outside : FLAG.removed;
}

/** A password as this run knows it: its text is sent when the operation is, and only the digest is kept (rule 27). */
interface Secret {
  readonly text?: string;
  readonly digest: string;
}

/**
 * Of a record that does not tell all of it, the password is the one with which somebody is to be created: a create that is
 * held, or has failed, stays what it is. It goes without where nobody has the text, and the next read of everybody sets it.
 */
function plannedSecret({ state }: Run, { id, accounts }: TargetRun, slot: number): Secret | undefined {
  const digest = accounts.has(slot) ? undefined : secretOfCreate(state, id, slot + 1);
  return digest === undefined ? undefined : { digest };
}

function secretDigest(run: Run, key: string, password: string): string {
  return hash('sha256', `${run.state.salt}p${key}\0${password}`, 'hex');
}

function consider(
  run: Run,
  target: TargetRun,
  slot: number,
  identity: Identity,
  scope: Scope,
  secret: Secret | undefined,
): void {
  const { key } = identity;
  if (isOffboarded(run, target, slot, key)) return;
  try {
    if (target.inDoubt.has(slot)) {
      const account = target.accounts.of(slot, key);
      const { profile, mapping } = target.configuration;
      const isHere = identity.active ? mayBeAssigned(mapping, scope) : undefined;
      const standing = !identity.active ? 'left' : isHere === false ? 'outOfScope' : 'present';
      const isKept = account === undefined || isProtected(target, scope, account);
      if (account === undefined && isHere === true && hidesInvited(profile)) target.stillCome.add(slot);
      return waitInDoubt(run, target, slot, key, {
        standing: isKept ? 'present' : standing,
        reason: standing === 'left' ? NOT_ACTIVE : NOT_ASSIGNED,
      });
    }
    const person = caseOf(run, target, slot, identity, scope, secret?.digest);
    if (person === undefined) return;
    const draft = stagePerson(run, target, slot, person);
    const { canary } = target.configuration;
    if (draft?.kind === 'create' && canary !== undefined && 'group' in canary)
      if (identity.groups.includes(canary.group)) target.canary.add(slot);
    if (draft?.secretDigest !== undefined && secret?.text !== undefined) run.passwords.set(key, secret.text);
    if (person.standing === 'present') stageMemberships(run, target, slot, identity);
    else if (!person.isProtected && endsMemberships(target, person.standing))
      stageDeparture(run, target, slot, key, person.reason);
  } catch (error) {
    leaveOut(run, target, slot, key, 'expression', refusalOf(error).reason);
  }
}

function isAssigned({ assign }: TargetMapping, scope: Scope): boolean {
  return assign === undefined || assign.evaluate(scope) === true;
}

/** Undefined where that cannot be evaluated. */
function mayBeAssigned(mapping: TargetMapping, scope: Scope): boolean | undefined {
  try {
    return isAssigned(mapping, scope);
  } catch (error) {
    // Throws what is no refusal.
    refusalOf(error);
    return undefined;
  }
}

const NOT_ACTIVE = 'not active in the source';

/** Somebody as one target sees them; undefined where they have no account there and get none. */
export function caseOf(
  run: Run,
  target: TargetRun,
  slot: number,
  identity: Identity,
  scope: Scope,
  digest: string | undefined,
): Case | undefined {
  const { mapping, profile } = target.configuration;
  const { key } = identity;
  const { active } = identity;
  const account = target.accounts.of(slot, key);
  // Whoever has left is switched off whatever `assign` makes of a record that may have holes by now.
  const isHere = active || (account === undefined && target.policy.createInactive);
  const inScope = isHere && isAssigned(mapping, scope);
  if (!inScope) {
    if (account === undefined) return undefined;
    const standing = active ? 'outOfScope' : 'left';
    const reason = active ? NOT_ASSIGNED : NOT_ACTIVE;
    return { key, account, standing, reason, isProtected: isProtected(target, scope, account) };
  }
  const own = mapping.map?.evaluate(scope) as Resource | undefined;
  const defaults = mapping.defaults?.evaluate(scope) as Resource | undefined;
  const { resource, missing } = adapt(identity, profile, own, defaults);
  const isOwnManager = identity.manager === key;
  if (isOwnManager)
    run.stage.addNote(target.index, slot, key, 'managerSelf', 'is named as their own manager; left out');
  // What is refused clears nothing: the account keeps the manager that it has (rules 3 and 19).
  const desired = isOwnManager && account ? withValueOf(resource, account.resource, MANAGER_PATH) : resource;
  const standing = active ? 'present' : 'left';
  const person = {
    key,
    standing,
    reason: usualReason,
    desired,
    missing,
    isProtected: false,
  } as const;
  const secretDigest = takesPassword(target.configuration, account) ? digest : undefined;
  if (account === undefined && secretDigest === undefined) return person;
  return { ...person, ...(account && { account }), ...(secretDigest !== undefined && { secretDigest }) };
}

/** Whether the source's password is told to a target, with an account as it is there or will be. */
function takesPassword({ profile, password = 'sync' }: TargetConfiguration, account?: Account): boolean {
  if (profile.users.password !== 'accepted') return false;
  if (password !== 'create') return password === 'sync';
  // What a create could not take with it follows.
  return account === undefined || (account.origin === 'created' && account.secretDigest === undefined);
}

/** A protection that cannot be evaluated protects. What the record does not tell any more, the account does. */
function isProtected(target: TargetRun, scope: Scope, account: Account): boolean {
  const { protect } = target.configuration.mapping;
  if (protect === undefined) return false;
  const identity = { ...account.resource, active: false, ...scope.identity, key: account.key };
  try {
    return protect.evaluate(Object.create(scope, { identity: { value: identity } }) as Scope) === true;
  } catch (error) {
    if (error instanceof EvaluationError) return true;
    throw error;
  }
}

/** Judges one person on one target and stages the result, with the names that others may also claim. */
export function stagePerson(
  run: Run,
  target: TargetRun,
  slot: number,
  person: Case,
  policy = target.policy,
): Draft | undefined {
  const { stage, people } = run;
  const { key, account } = person;
  const { draft, leftOut, notes, isPending = false } = judge(person, policy);
  for (const note of notes) stage.addNote(target.index, slot, key, note.rule, note.text);
  if (isPending || notes.length > 0) people.ledger.setFlags(slot, people.ledger.flags(slot) | FLAG.examine);
  if (leftOut !== undefined) leaveOut(run, target, slot, key, leftOut.rule, leftOut.reason);
  const isOn = person.standing === 'present' && account !== undefined && account.resource['active'] !== false;
  if (isOn && run.leavers.has(slot)) target.stays.add(slot);
  if (draft === undefined) return undefined;
  const needs = draft.needs === undefined ? undefined : people.managers.get(slot) - 1;
  stage.addOperation(target.index, slot, account === undefined ? draft : from(draft, account), needs);
  mark(target, slot, draft.kind, needs !== undefined);
  if (draft.kind === 'create' && target.accounts.count > 0)
    stage.addClaims(target.index, 'create', slot, namesOf(draft.after!));
  if (account === undefined) return draft;
  // Out of scope is no leaver (rule 6): who is still in the source is not somebody else's former self.
  if (draft.kind === 'deactivate' || draft.kind === 'delete') {
    if (person.standing === 'left') stage.addClaims(target.index, 'leave', slot, namesOf(account.resource));
  } else if (draft.changes.some((change) => change.path === 'userName'))
    stage.addRename(target.index, slot, foldName(account.resource), foldName(draft.after!));
  return draft;
}

/** The same operation with what it starts from. */
function from(draft: Draft, account: Account): Draft {
  const invited = account.state === 'invited';
  return { ...draft, beforeDigest: resourceDigest(account.resource), ...(invited && { invited }) };
}

function mark(target: TargetRun, slot: number, kind: Kind, refers: boolean): void {
  if (kind === 'create') target.creates++;
  const what = kind === 'create' ? STAGED.create : kind === 'delete' ? STAGED.ends : 0;
  if (what !== 0 || refers) target.staged.set(slot, what | (refers ? STAGED.refers : 0));
}

function foldName(resource: Resource): string {
  return typeof resource['userName'] === 'string' ? fold(resource['userName']) : '';
}

/** userName and e-mail addresses, folded: what a joiner and a leaver must not share (rule 12). */
export function namesOf(resource: Resource): readonly string[] {
  const names = new Set<string>();
  const name = foldName(resource);
  if (name) names.add(name);
  const emails = resource['emails'];
  if (Array.isArray(emails))
    for (const email of emails as { value?: unknown }[])
      if (typeof email.value === 'string') names.add(fold(email.value));
  return [...names];
}

/** The records of people who stand in the source several times: a second read, of the same bytes. */
export async function readAgain(
  run: Run,
  slots: ReadonlySet<number>,
  sha256: string,
): Promise<ReadonlyMap<number, readonly SourceRecord[]>> {
  const found = new Map<number, SourceRecord[]>();
  const reading = run.source.read(run.columns, run.asked);
  for (;;) {
    const step = await reading.next();
    if (step.done) {
      if (run.source.isLive !== true && step.value.sha256 !== sha256)
        throw new RollcallError('source', {
          message: `${run.source.file} changed while it was read`,
          locus: { file: run.source.file },
          hint: 'run again when it is no longer being written',
        });
      return found;
    }
    for (const record of step.value) {
      const key = keyOf(run, record);
      if (typeof key !== 'string') continue;
      const slot = slotOfKey(run, key);
      if (!slots.has(slot)) continue;
      const had = found.get(slot);
      if (had) had.push(record);
      else found.set(slot, [record]);
    }
  }
}
