import type { TargetResult } from '../engine/contract.ts';
import { sourceBreaches } from '../engine/run.ts';
import type { Run } from '../engine/run.ts';
import { heldText } from './plan.ts';
import { count, plain } from './style.ts';
import type { Style } from './style.ts';
import { rejectionViews, sourceView } from './views.ts';

type Traffic = ReadonlyMap<string, { readonly requests: number; readonly writes: number }>;

/** What became of a run, target by target, for people. */
export function* syncText(
  results: readonly TargetResult[],
  traffic: Traffic,
  style: Style,
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
      done.join(' · ') || 'nothing sent that writes',
      ...open,
      `${count(sent.requests, 'request')} in ${result.seconds} s`,
    ];
    yield `${style('bold', result.name)}  ${style(colour, result.state)}: ${parts.join('; ')}`;
    if (result.error !== undefined)
      yield `  ${style('red', result.error.code)}: ${plain(result.error.message)}`;
    yield* heldText(result.name, result.held, style);
    if (result.failed > 0 || result.waiting > 0) yield '  rollcall status names them';
  }
}

export function syncJson(
  run: Run,
  results: readonly TargetResult[],
  runId: number,
  traffic: Traffic,
): string {
  const targets = results.map(({ name, ...result }) => {
    const sent = traffic.get(name) ?? { requests: 0, writes: 0 };
    return [
      name,
      { ...result, counts: { User: result.counts, Group: {} }, requests: sent.requests, writes: sent.writes },
    ];
  });
  return JSON.stringify({
    runId,
    source: sourceView(run.receipt!),
    breaches: sourceBreaches(run),
    rejections: [...rejectionViews(run)],
    frozen: run.frozen,
    missed: run.missed,
    targets: Object.fromEntries(targets) as object,
  });
}
