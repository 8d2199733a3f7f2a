import type { TargetResult } from '../engine/contract.ts';
import type { Reconciled } from '../engine/reconcile.ts';
import type { Run, TargetRun } from '../engine/run.ts';
import type { Kind } from '../model/index.ts';
import { forScripts } from '../reports/plan.ts';
import { itemsOf } from '../reports/reconcile.ts';
import { reconciledViews } from '../reports/reconciled.ts';
import { countsOf, operationViews, rejectionViews, sourceView, targetView } from '../reports/views.ts';
import { headOf, headText } from '../store/audit.ts';
import type { Step } from '../store/queue/queue.ts';
import { leftOutOf, notesOf } from '../store/stage/remarks.ts';
import type { Traffic } from '../wiring/engine.ts';
import type {
  Counts,
  OfSource,
  OperationEvent,
  PlannedOperation,
  PlannedTarget,
  ReconciledTarget,
  Rejection,
  ReleasedEvent,
  SourceRead,
  SyncedTarget,
  SyncResult,
} from './types.ts';

/** What of a run is the same for all targets. */
export function ofSource(run: Run, most: number): OfSource {
  return {
    source: sourceView(run.receipt!) as SourceRead,
    breaches: run.sourceBreaches,
    rejections: first<Rejection>(rejectionViews(run), most),
    frozen: run.frozen,
    missed: run.missed,
  };
}

export function plannedTarget(run: Run, target: TargetRun, most: number): PlannedTarget {
  const { state, error, held, totals, requests, etaSeconds } = targetView(run, target);
  return {
    state,
    ...(error && { error }),
    held,
    counts: countsIn(totals),
    totals,
    requests,
    etaSeconds,
    operations: first(plannedOperations(run, target), most),
    leftOut: first(leftOutOf(run.stage, target.index), most).map(({ slot: _, ...one }) => one),
    notes: first(notesOf(run.stage, target.index), most).map(({ slot: _, ...one }) => one),
  };
}

export function* plannedOperations(run: Run, target: TargetRun): Generator<PlannedOperation> {
  for (const view of operationViews(run, target)) yield forScripts(view) as PlannedOperation;
}

export function releasedEvent(run: Run, target: TargetRun, pending: number): ReleasedEvent {
  const { name, held, totals } = targetView(run, target);
  return { type: 'released', target: name, counts: countsIn(totals), held, pending };
}

/** Several memberships may go out with one request: each is told of by itself. */
export function* operationEvents(target: string, step: Step): Generator<OperationEvent> {
  const { kind, key, why } = step.operation;
  const common = { type: 'operation', target, kind, why } as const;
  if (step.kind !== 'members') {
    yield { ...common, key, outcome: step.kind, ...answerOf(step) };
    return;
  }
  for (const { member, become, ...answer } of step.outcomes) {
    const outcome = become === 'unsure' ? 'doubt' : become;
    yield { ...common, key: member.key, group: key, outcome, ...answerOf(answer) };
  }
}

type Answer = Partial<Pick<OperationEvent, 'code' | 'error' | 'status' | 'requestId'>>;

function answerOf(answer: Answer): Answer {
  const { code, error, status, requestId } = answer;
  return {
    ...(code !== undefined && { code }),
    ...(error !== undefined && { error }),
    ...(status !== undefined && { status }),
    ...(requestId !== undefined && { requestId }),
  };
}

export function syncResult(
  run: Run,
  results: readonly TargetResult[],
  runId: number,
  { traffic, most }: { readonly traffic: Traffic; readonly most: number },
): SyncResult {
  const head = headOf(run.state);
  return {
    runId,
    ...(head && { trail: headText(head) }),
    ...ofSource(run, most),
    targets: Object.fromEntries(results.map((result) => [result.name, syncedTarget(result, traffic)])),
  };
}

function syncedTarget(
  { name, counts, paused: _, isInDoubt: __, ...rest }: TargetResult,
  traffic: Traffic,
): SyncedTarget {
  const done = Object.entries(counts).map(([kind, count]) => ({ kind: kind as Kind, count }));
  return { ...rest, counts: countsIn(done), ...(traffic.get(name) ?? { requests: 0, writes: 0 }) };
}

export function reconciledTargets(
  found: Reconciled,
  most: number,
): Readonly<Record<string, ReconciledTarget>> {
  return Object.fromEntries(
    reconciledViews(found).map(({ name, groups, isContradicted: _, notReturned: __, ...view }) => {
      const target = found.run.targets.find(({ configuration }) => configuration.name === name);
      const items = (type?: 'Group') =>
        target === undefined || view.error !== undefined ? [] : first(itemsOf(found.run, target, type), most);
      return [
        name,
        { ...view, items: items(), ...(groups && { groups: { ...groups, items: items('Group') } }) },
      ];
    }),
  );
}

function countsIn(totals: readonly { readonly kind: Kind; readonly count: number }[]): Counts {
  return countsOf(totals) as Counts;
}

/** As many as there may be people: the result holds the first of them (law 15). */
function first<T>(items: Iterable<T>, most: number): T[] {
  const found: T[] = [];
  if (most <= 0) return found;
  for (const item of items) {
    found.push(item);
    if (found.length >= most) break;
  }
  return found;
}
