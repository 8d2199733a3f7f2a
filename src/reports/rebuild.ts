import type { Rebuilt } from '../engine/rebuild.ts';
import { itemsOf, itemsText } from './reconcile.ts';
import type { ReconcileText } from './reconcile.ts';
import { totalsOf } from './reconciled.ts';
import { count, plain } from './style.ts';
import { joined } from './views.ts';

/** What is linked now, and whom nobody could place, for people. */
export function* rebuildText(rebuilt: Rebuilt, options: ReconcileText): Generator<string> {
  const { run, present, absent, unplaced, unproved } = rebuilt;
  const { style } = options;
  const target = run.targets[0]!;
  const { name, baseUrl } = target.configuration;
  const stock = target.stock!;
  const whole =
    unproved === undefined
      ? 'the list is complete'
      : `${style('yellow', 'not proved to be all')}: ${plain(unproved)}`;
  yield `${style('bold', name)}  ${baseUrl}, ${stock.listing!.count.toLocaleString('en-GB')} listed; ${whole}`;
  yield `  linked by externalId: ${count(present + absent, 'account')}, ${present.toLocaleString('en-GB')} of people in the source`;
  if (absent > 0)
    yield `  ${style('yellow', count(absent, 'account'))} of others: by the next sync they have left, within the limits`;
  if (unplaced > 0) {
    yield `  ${style('yellow', count(unplaced, 'account'))} that nobody could place, left as ${unplaced === 1 ? 'it is' : 'they are'}:`;
    yield* itemsText(run, target, totalsOf(stock).counts, options);
    yield `  to say whose they are, after the next sync: ${style.commands(`rollcall reconcile ${name}`)} --csv > matches.csv, and then ${style.commands('rollcall link')} --from matches.csv`;
  }
  yield `nothing was sent. ${style.commands('rollcall plan')} shows what differs`;
}

/** The same as one JSON document, in pieces. */
export function* rebuildJson({
  run,
  runId,
  present,
  absent,
  unplaced,
  unproved,
}: Rebuilt): Generator<string> {
  const target = run.targets[0]!;
  const head = {
    target: target.configuration.name,
    runId,
    complete: unproved === undefined,
    ...(unproved !== undefined && { reason: unproved }),
    listed: target.stock!.listing!.count,
    linked: { inSource: present, notInSource: absent },
    unplaced,
  };
  yield `${JSON.stringify(head).slice(0, -1)},"items":[`;
  yield* joined(itemsOf(run, target));
  yield ']}\n';
}
