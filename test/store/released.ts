import { createHash } from 'node:crypto';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { KINDS, canonical } from '../../src/model/index.ts';
import type { AttributeChange, Held, Kind, KindTotal, LeftOut, Resource } from '../../src/model/index.ts';
import { PHASE } from '../../src/planning/judge.ts';
import { ensureTarget, unfinished } from '../../src/store/accounts.ts';
import { OperationQueue } from '../../src/store/queue/queue.ts';
import { leasedOf } from '../../src/store/queue/leased.ts';
import type { Leased, Step } from '../../src/store/queue/queue.ts';
import { record } from '../../src/store/queue/recorder.ts';
import type { Recorder } from '../../src/store/queue/recorder.ts';
import { toldOf } from '../../src/store/queue/told.ts';
import type { Told } from '../../src/store/queue/told.ts';
import { generation } from '../../src/store/generation.ts';
import { release } from '../../src/store/release.ts';
import { startRun } from '../../src/store/runs.ts';
import { digestRuns, putInOrder } from '../../src/store/stage/order.ts';
import { Stage } from '../../src/store/stage/stage.ts';
import { loadLedger, openState } from '../../src/store/state.ts';
import type { State } from '../../src/store/state.ts';
import { quickFolder } from '../support/folder.ts';

/** A folder that is gone after the test. */
export function temporaryFolder(): string {
  const folder = quickFolder('rollcall-store-');
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** An empty state, closed and gone after the test. */
export function openEmpty(path = join(temporaryFolder(), 'state.db')): State {
  const state = openState(path, true);
  onTestFinished(() => {
    state.close();
  });
  return state;
}

export interface Planned {
  readonly key: string;
  readonly kind: Kind;
  readonly after?: Resource;
  readonly changes?: readonly AttributeChange[];
  readonly phase?: number;
  readonly part?: 0 | 1;
  readonly why?: string;
  /** The key of the manager whose account the reference needs. */
  readonly needs?: string;
  readonly remoteId?: string;
  readonly invited?: boolean;
  readonly beforeDigest?: string;
  readonly secretDigest?: string;
}

export interface PlanOf {
  readonly operations?: readonly Planned[];
  /** Besides those of the operations: people whom the plan judged and for whom there is nothing to do. */
  readonly examined?: readonly string[];
  readonly held?: readonly Held['kind'][];
  readonly leftOut?: readonly LeftOut[];
  readonly rejected?: readonly { readonly key: string; readonly rule: string; readonly reason: string }[];
  readonly approvals?: readonly { readonly id: number; readonly kind: Held['kind'] }[];
  readonly fingerprint?: string;
  readonly linked?: number;
  readonly now?: number;
  readonly generation?: number;
  readonly absenceProved?: boolean;
  readonly accepted?: boolean;
  readonly count?: number;
}

/** What the tests need of a state with one target. */
export interface House {
  readonly state: State;
  readonly target: number;
  readonly name: string;
  /** Releases a plan as a run would; returns the number of the run. */
  plan(plan: PlanOf): { readonly run: number; readonly totals: readonly KindTotal[] };
  queue(recorder?: Recorder): OperationQueue;
  /** Leases as delivery does. */
  take(last: number, most: number, now: number): readonly Leased[];
  /** Leases everything of the first phase that has something to send. */
  lease(now?: number): readonly Leased[];
  /** Writes steps down as delivery does. */
  confirm(steps: readonly Step[], now?: number): void;
  /** Gives somebody an account, as a confirmed create does. */
  link(key: string, resource: Resource, remoteId?: string, now?: number): void;
  rows<T = Record<string, unknown>>(sql: string, ...parameters: unknown[]): readonly T[];
}

export function openHouse(state: State = openEmpty(), name = 'example'): House {
  const target = ensureTarget(state, name, 'fingerprint');
  const queue = (recorder?: Recorder): OperationQueue =>
    new OperationQueue(state, { id: target, name }, 1, recorder);
  const entry = (now: number, steps: readonly Told[]) => ({
    target: { id: target, name },
    run: 1,
    now,
    steps,
  });
  const take = (last: number, most: number, now: number): readonly Leased[] =>
    record(state, { ...entry(now, []), lease: { last, most } }).map((row) => leasedOf(row, now));
  const lease = (now = 0): readonly Leased[] => take(Infinity, 1000, now);
  const confirm = (steps: readonly Step[], now = 0): void => {
    const told = steps.map((step) => toldOf(step, canonical));
    record(state, entry(now, told));
  };
  const house: House = {
    state,
    target,
    name,
    queue,
    take,
    lease,
    confirm,
    plan: (plan) => releasePlan(house, plan),
    link: (key, resource, remoteId = `id-${key}`, now = 0) => {
      house.plan({ operations: [{ key, kind: 'create', after: resource, phase: -1 }], now });
      const [operation] = lease(now);
      const account = { remoteId, resource, state: 'linked' } as const;
      confirm([{ kind: 'done', operation: operation!, account, status: 201 }], now);
    },
    rows: <T>(sql: string, ...parameters: unknown[]) => state.db.prepare(sql).all(...parameters) as T[],
  };
  return house;
}

const phases: Readonly<Record<Kind, number>> = {
  deactivate: PHASE.leave,
  delete: PHASE.leave,
  update: PHASE.change,
  reactivate: PHASE.change,
  link: PHASE.change,
  create: PHASE.create,
  createGroup: PHASE.group,
  updateGroup: PHASE.group,
  linkGroup: PHASE.group,
  deleteGroup: PHASE.groupEnd,
  memberAdd: PHASE.memberAdd,
  memberRemove: PHASE.memberRemove,
};

function releasePlan(house: House, plan: PlanOf): { run: number; totals: readonly KindTotal[] } {
  const { state, target, name } = house;
  const now = plan.now ?? 0;
  const run = startRun(state, { command: 'sync', actor: 'test', now });
  const stage = new Stage();
  try {
    const ledger = loadLedger(state);
    const digest = new Uint32Array(4);
    const slotOf = (key: string): number => {
      ledger.keyHash(key, digest);
      const known = ledger.find(digest);
      if (known >= 0) return known;
      const slot = ledger.add(digest);
      stage.addPerson(slot, key);
      return slot;
    };
    for (const operation of unfinished(state, target)) stage.addEarlier(0, operation);
    const examined = new Set((plan.examined ?? []).map(slotOf));
    for (const { key, kind, needs, ...rest } of plan.operations ?? []) {
      const slot = slotOf(key);
      examined.add(slot);
      const phase = rest.phase ?? phases[kind];
      const usual = { type: 'User', part: 0, changes: [], why: 'because', beforeDigest: '' } as const;
      const operation = { ...usual, ...rest, kind, key, phase, ...(needs !== undefined && { needs }) };
      stage.addOperation(0, slot, operation, needs === undefined ? undefined : slotOf(needs));
    }
    for (const { key, rule, reason } of plan.leftOut ?? []) {
      examined.add(slotOf(key));
      stage.leaveOut(0, slotOf(key), key, rule, reason);
    }
    for (const { key, rule, reason } of plan.rejected ?? [])
      stage.addRejection({ line: 2, page: 0, key, rule, reason }, slotOf(key));
    putInOrder(stage, 0);
    const totals = totalsOf(stage);
    const count = plan.count ?? 0;
    release(state, stage, {
      run,
      generation: plan.generation ?? generation(state),
      now,
      receipt: {
        source: 'hr',
        file: 'people.csv',
        count,
        sha256: 'f'.repeat(64),
        complete: true,
        reasons: [],
      },
      isWhole: true,
      acceptedBy: plan.accepted === false ? [] : [target],
      ledger,
      isPartial: false,
      isGroupExamined: () => true,
      isNestingExamined: true,
      isExamined: (slot) => examined.has(slot),
      targets: [
        {
          index: 0,
          id: target,
          name,
          digest: 'configuration',
          fingerprint: plan.fingerprint ?? 'fingerprint',
          linked: plan.linked ?? 0,
          absenceProved: plan.absenceProved ?? true,
          totals,
          held: (plan.held ?? []).map((kind) => heldOf(kind, totals)),
          parts: [],
          approvals: plan.approvals ?? [],
        },
      ],
    });
    return { run, totals };
  } finally {
    stage.close();
  }
}

/** The count and checksum of each kind that no earlier plan released, as a plan is sealed. */
export function totalsOf(stage: Stage, target = 0): readonly KindTotal[] {
  const runs = [...digestRuns(stage, target, 'fresh')];
  return KINDS.map((kind) => {
    const own = runs.filter((run) => run.kind === kind);
    const checksum = createHash('sha256')
      .update(own.map(({ digests }) => digests).join(''))
      .digest('hex');
    return { kind, count: own.reduce((sum, { count }) => sum + count, 0), checksum };
  }).filter(({ count }) => count > 0);
}

function heldOf(kind: Held['kind'], totals: readonly KindTotal[]): Held {
  const total = totals.find((one) => one.kind === kind);
  return {
    kind,
    checksum: total?.checksum ?? 'c'.repeat(64),
    count: total?.count ?? 1,
    breaches: [{ rule: 'count', message: 'too many' }],
  };
}
