import type { Run } from '../engine/run.ts';
import type { TargetResult } from '../engine/contract.ts';
import type { ErrorDocument } from './error.ts';
import { heldText, standingOf } from './held.ts';
import type { Standing } from './held.ts';
import { lagText, pauseText, remedyText } from './standing.ts';
import { count, plain, when } from './style.ts';
import type { Style } from './style.ts';
import { countsOf, joined, originView, rejectionViews } from './views.ts';
import { headText } from '../store/audit.ts';
import type { Head } from '../store/audit.ts';
import type { Kind } from '../model/index.ts';

type Traffic = ReadonlyMap<string, { readonly requests: number; readonly writes: number }>;

/** What became of a target, and how the state stands to what it holds. */
export type SyncView = TargetResult & { readonly standing?: Standing };

/** A target that somebody else delivered to has no plan here. */
export function syncViews(run: Run, results: readonly TargetResult[]): readonly SyncView[] {
  return results.map((result) => {
    const target = run.targets.find(({ configuration }) => configuration.name === result.name);
    return target === undefined ? result : { ...result, standing: standingOf(run, target) };
  });
}

/** What became of a run, target by target, for people. */
export function* syncText(
  results: readonly SyncView[],
  traffic: Traffic,
  style: Style,
  trail?: Head,
): Generator<string> {
  yield '';
  for (const result of results) {
    const sent = traffic.get(result.name) ?? { requests: 0, writes: 0 };
    const done = Object.entries(result.counts).map(
      ([kind, number]) => `${kind} ${number.toLocaleString('en-GB')}`,
    );
    const colour = result.state === 'done' ? 'green' : result.state === 'partial' ? 'yellow' : 'red';
    const open = [
      result.failed > 0 ? `${result.failed} failed` : '',
      result.waiting > 0 ? `${result.waiting} wait` : '',
    ].filter((part) => part !== '');
    const parts = [
      done.join(' · ') || (sent.writes > 0 ? 'nothing was carried out' : 'nothing sent that writes'),
      ...open,
      `${count(sent.requests, 'request')} in ${result.seconds} s`,
    ];
    yield `${style('bold', result.name)}  ${style(colour, result.state)}: ${parts.join('; ')}`;
    // A pause has a text of its own.
    if (result.error !== undefined && result.error.code !== 'paused')
      yield `  ${style('red', result.error.code)}: ${plain(result.error.message)}`;
    yield* remedyText(result, style);
    yield* lagText(result.leaverLag, '', style);
    yield* pauseText(result.name, result.paused, style);
    if (result.stoppedAt !== undefined)
      yield `  ${style('yellow', 'stopped')} at ${when(result.stoppedAt)}, as --until says; the next run goes on`;
    yield* heldText(result.name, result.held, style, result.standing);
    if (result.failed > 0 || result.waiting > 0) yield `  ${style.commands('rollcall status')} names them`;
  }
  // Whoever keeps this elsewhere can prove later that nobody has rewritten what happened until now.
  if (trail !== undefined) yield `${style('dim', 'audit trail')}  ${headText(trail)}`;
}

/** The same as one JSON document, in pieces: there may be as many rejections as there are records. */
export function* syncJson(
  run: Run,
  results: readonly SyncView[],
  runId: number,
  traffic: Traffic,
  trail?: Head,
  error?: ErrorDocument,
): Generator<string> {
  const head = {
    ...(error && { error }),
    runId,
    ...(trail && { trail: headText(trail) }),
    ...originView(run),
    breaches: run.sourceBreaches,
  };
  yield `${JSON.stringify(head).slice(0, -1)},"rejections":[`;
  yield* joined(rejectionViews(run));
  const { frozen, missed } = run;
  const targets = Object.fromEntries(results.map((result) => [result.name, targetJson(result, traffic)]));
  yield `],${JSON.stringify({ frozen, missed, targets }).slice(1)}\n`;
}

function targetJson({ name, standing, counts, isInDoubt: _, ...result }: SyncView, traffic: Traffic): object {
  const { requests, writes } = traffic.get(name) ?? { requests: 0, writes: 0 };
  const others = standing?.others ?? [];
  return {
    ...result,
    ...(others.length > 0 && { otherApprovals: others }),
    counts: countsOf(Object.entries(counts).map(([kind, count]) => ({ kind: kind as Kind, count }))),
    requests,
    writes,
  };
}
