import type { Difference } from '../engine/against.ts';
import type { ErrorDocument } from './error.ts';
import { planJson, planText } from './plan.ts';
import type { PlanText } from './plan.ts';
import { count, plain, shownPath } from './style.ts';
import { operationViews } from './views.ts';
import type { OperationView } from './views.ts';

/** What a change of the configuration does by itself: as a plan, and then what is not done any more. */
export function* againstText(
  { run, before, withdrawn, gone }: Difference,
  options: PlanText,
): Generator<string> {
  const { style, people } = options;
  const [now, then] = [run.configuration.file, before.configuration.file].map(shownPath);
  yield `what ${now} does that ${then} would not do today:`;
  yield* planText(run, options);
  for (const [name, target] of withdrawn) {
    const { totals } = target.sealed!;
    if (totals.length === 0) continue;
    yield '';
    const what = totals
      .map(({ kind, count: number }) => `${kind} ${number.toLocaleString('en-GB')}`)
      .join(' · ');
    yield `${style('bold', name)}  no longer, of what ${then} would do: ${what}`;
    const all = totals.reduce((sum, one) => sum + one.count, 0);
    let number = 0;
    for (const view of operationViews(before, target)) {
      if (++number > people) break;
      yield `  ${view.kind}  ${plain(view.key)}${view.group === undefined ? '' : ` (${plain(view.group)})`}  ${style('dim', plain(view.why))}`;
    }
    if (all > people && people > 0)
      yield `  … and ${(all - people).toLocaleString('en-GB')} more (--all shows everybody)`;
  }
  if (gone.length === 0) return;
  yield '';
  yield `${count(gone.length, 'target is', 'targets are')} not named any more: ${gone.map(plain).join(', ')}. The state keeps what it holds of ${gone.length === 1 ? 'it' : 'them'}, and nothing is sent there`;
}

/** As a plan is, with `against`, and under `withdrawn` of each target what is not done any more. */
export function againstJson(
  { run, before, withdrawn, gone }: Difference,
  error?: ErrorDocument,
): Generator<string> {
  const against = { configuration: before.configuration.file, gone };
  const withdrawnOf = function* (name: string): Generator<OperationView> {
    const target = withdrawn.get(name);
    if (target !== undefined) yield* operationViews(before, target);
  };
  return planJson(run, error, { against, withdrawnOf });
}
