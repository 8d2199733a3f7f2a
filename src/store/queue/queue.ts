import { canonical } from '../../model/index.ts';
import type { Resource } from '../../model/index.ts';
import type { Spent } from '../budgets.ts';
import { ownerOf } from '../accounts.ts';
import { membersOf } from '../groups.ts';
import { answers, halt } from '../halts.ts';
import { brakeAfter } from '../brake.ts';
import { ordersOf, pausedByRun, pausedSince } from '../pauses.ts';
import type { Orders } from '../pauses.ts';
import type { State } from '../state.ts';
import { LEASED_COLUMNS, LEASED_FROM, leasedOf, requestsOf } from './leased.ts';
import type { Leased, LeasedRow, Step } from './leased.ts';
import { forgetLeased, idsOf } from './members.ts';
import { isMeant, recorderHere } from './recorder.ts';
import type { LeaseLimits, Recorder, TargetOfQueue } from './recorder.ts';
import { toldOf } from './told.ts';
import type { Told } from './told.ts';

export { answeredOf } from './detail.ts';
export { isLeaving, withoutPassword } from './leased.ts';
export type { LeaseLimits } from './recorder.ts';
export type { Leased, LeasedMember, MemberOutcome, Step } from './leased.ts';

const doubtsAtOnce = 64;

/** The operations of one target that are released, seen by whoever holds the target's lock. */
export class OperationQueue {
  readonly #state: State;
  readonly #target: TargetOfQueue;
  readonly #run: number;
  readonly #recorder: Recorder;
  /** Of a run that pauses the target itself: the trail's last row that was looked through for a pause by a person. */
  #lookedTo: number | undefined;
  #isPausedByPerson = false;
  /** The canonical texts of what is leased: most of it is confirmed as it stands, and need not be written anew. */
  readonly #texts = new WeakMap<Resource, string>();

  /** What is leased and confirmed is written by the `recorder`, which may be in another thread. */
  constructor(state: State, target: TargetOfQueue, run: number, recorder: Recorder = recorderHere(state)) {
    this.#state = state;
    this.#target = target;
    this.#run = run;
    this.#recorder = recorder;
  }

  /**
   * When the next operation that waits for its time falls due, of those up to a phase; the next after a time. While
   * something about a group has no answer, the same group is told nothing, however long its members have been due: they
   * wait for that, and not for their time.
   */
  nextDue(last = Infinity, after = -1): number | undefined {
    return (this.#state
      .sql(
        `SELECT min(run_at) FROM operation AS due WHERE target = ? AND state = 'open' AND phase <= ? AND run_at > ?${isMeant(this.#target, 'due')}
           AND NOT (part = 2
             AND EXISTS (SELECT 1 FROM operation WHERE grp = due.grp AND target = due.target AND state = 'leased'))`,
      )
      .pluck()
      .get(this.#target.id, last, after) ?? undefined) as number | undefined;
  }

  /**
   * What a person has said of the target by now. The pause that the run brought along is for those who come after it; one
   * that a person asks for meanwhile stops this run as any other.
   */
  orders(): Orders {
    const orders = ordersOf(this.#state, this.#target.id);
    if (this.#target.isPausedByRun !== true) return orders;
    this.#lookedTo ??= pausedByRun(this.#state, this.#target.name, this.#run);
    const { head, isPaused } = pausedSince(this.#state, this.#target.name, this.#lookedTo);
    this.#lookedTo = head;
    this.#isPausedByPerson = orders.isPaused && (this.#isPausedByPerson || isPaused);
    return { ...orders, isPaused: this.#isPausedByPerson };
  }

  /**
   * Takes up to `most` operations to be sent at once, all of the first phase that has some and of none after `last`.
   * Resolves when they are on the disk: no byte of them may go out before, or a power cut could forget the lease and the
   * POST would be repeated unlooked (law 11).
   */
  async lease(
    last: number,
    most: number,
    now: number,
    { creates, groups }: LeaseLimits = {},
  ): Promise<readonly Leased[]> {
    const limits = { ...(creates !== undefined && { creates }), ...(groups !== undefined && { groups }) };
    const lease = { last, most, members: this.#target.members ?? 1, ...limits };
    const rows = await this.#recorder.record({ target: this.#target, run: this.#run, now, lease });
    const texts = new Map(rows.map(({ id, after }) => [id, after]));
    return requestsOf(rows, now).map((leased) => {
      if (leased.after !== undefined) this.#texts.set(leased.after, texts.get(leased.id)!);
      return leased;
    });
  }

  /** Leased, and nothing of it was sent. */
  putBack(operations: readonly Leased[], now: number): void {
    const open = this.#state.sql(`UPDATE operation SET state = 'open', sent_at = NULL WHERE id = ?`);
    this.#state.db
      .transaction(() => {
        operations.flatMap(idsOf).forEach((id) => open.run(id));
        const people = operations.map(({ person }) => person);
        brakeAfter(this.#state, this.#target, people, { run: this.#run, now });
      })
      .immediate();
  }

  /** The ids of what was leased by a run that is gone, or got no answer. */
  doubtfulIds(): readonly number[] {
    return this.#state
      .sql(
        `SELECT id FROM operation WHERE target = ? AND state = 'leased' AND part <> 2${isMeant(this.#target)} ORDER BY phase, id`,
      )
      .pluck()
      .all(this.#target.id) as number[];
  }

  /** The same as operations, some at a time: what is written about them meanwhile is no hindrance. */
  *doubtful(): Generator<Leased> {
    const ids = this.doubtfulIds();
    const some = this.#state.sql(
      `SELECT ${LEASED_COLUMNS} FROM json_each(?) AS wanted CROSS JOIN ${LEASED_FROM} WHERE operation.id = wanted.value`,
    );
    for (let from = 0; from < ids.length; from += doubtsAtOnce)
      for (const row of some.all(JSON.stringify(ids.slice(from, from + doubtsAtOnce))) as LeasedRow[])
        yield leasedOf(row);
  }

  /** What an earlier run was about to say of memberships is said again by whoever still wants it. */
  forgetMembers(): void {
    forgetLeased({ state: this.#state, target: this.#target.id });
  }

  /** Whether an id of the target is that of a group of ours. */
  ownsGroup(remoteId: string): boolean {
    const found = this.#state
      .sql('SELECT 1 FROM group_account WHERE target = ? AND remote_id = ?')
      .get(this.#target.id, remoteId);
    return found !== undefined;
  }

  /** Who is in a group of ours as far as the target has confirmed it, by its ids. */
  membersOf(group: number): readonly { readonly id: string; readonly isGroup: boolean }[] {
    return membersOf(this.#state, this.#target.id, group);
  }

  /** The target's id of another person's account. */
  remoteIdOf(key: string): string | undefined {
    return this.#state
      .sql(
        `SELECT remote_id FROM account JOIN person ON person.id = account.person WHERE target = ? AND type = 'User' AND person.key = ?`,
      )
      .pluck()
      .get(this.#target.id, key) as string | undefined;
  }

  /** Whose account an id of the target is, if it is somebody's. */
  ownerOf(remoteId: string): string | undefined {
    return ownerOf(this.#state, this.#target.id, remoteId);
  }

  /** One transaction: the operation is closed, the account moved and the trail written, or none of it (law 5). */
  async confirm(steps: readonly Step[], now: number, spent: readonly Spent[] = []): Promise<void> {
    const told = steps.map((step): Told => toldOf(step, (resource) => this.#textOf(resource)));
    await this.#recorder.record({ target: this.#target, run: this.#run, now, steps: told, spent });
  }

  #textOf(resource: Resource): string {
    return this.#texts.get(resource) ?? canonical(resource);
  }

  halt(failure: { readonly code: string; readonly message: string }, now: number): void {
    halt(this.#state, { ...this.#target, run: this.#run }, failure, now);
  }

  /** The target answers again. */
  resume(now: number): void {
    answers(this.#state, { ...this.#target, run: this.#run }, now);
  }
}
