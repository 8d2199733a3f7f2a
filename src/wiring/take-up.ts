import { blankFields, fixedNames, spelledAsRead } from '../configuration/index.ts';
import type { Configuration, SourcePart } from '../model/index.ts';
import type { Run } from '../engine/run.ts';
import { acceptedEvents, barredFromSignIn, settleEvent } from '../store/events.ts';
import type { KeptEvent } from '../store/events.ts';
import { keptOf } from '../store/kept.ts';
import { isPresent } from '../store/people.ts';
import { leftOutOf, rejectionsOf } from '../store/stage/remarks.ts';
import type { State } from '../store/state.ts';
import type { Telling } from './engine.ts';

/** As many are carried out by one run. */
const mostAtOnce = 10_000;

/**
 * What was told of the people of one source, as it is carried out, and what is to be noted when it was released; false where
 * something of it is to be taken up again.
 */
export function takeUp(
  state: State,
  configuration: Configuration,
  part: SourcePart,
  now: number,
): { readonly told: Telling['told']; readonly settle: (run: Run, runId: number) => boolean } {
  const events: KeptEvent[] = [];
  for (const event of acceptedEvents(state, mostAtOnce)) {
    if (event.source !== part.source.name) continue;
    // Since it was accepted, somebody may have left, or may wait for an approval.
    const barred = event.kind === 'signIn' ? barredOf(state, event.key) : undefined;
    if (barred === undefined) events.push(event);
    else settleEvent(state, event, { state: 'ignored', reason: barred }, now);
  }
  const fixed = fixedNames(configuration, part);
  const blank = blankFields(configuration, part);
  const gone = new Set<string>();
  const spelled = spelledAsRead(configuration, part);
  const told = events.map(({ key, kind, at, record: given = {} }) => {
    const record = spelled(given);
    const isNew = gone.has(key) || keptOf(state, key)?.fields === undefined;
    if (kind === 'leave') gone.add(key);
    else gone.delete(key);
    const fields =
      kind === 'signIn' && !isNew
        ? Object.fromEntries(Object.entries(record).filter(([name]) => !fixed.has(name)))
        : isNew
          ? { ...blank, ...record }
          : record;
    return { key, kind, at, fields };
  });
  const settle = (run: Run, runId: number): boolean => {
    const refused = new Map(
      [...rejectionsOf(run.stage)].flatMap(({ key, reason }) => (key === null ? [] : [[key, reason]])),
    );
    const then = run.clock.now();
    const onTheWay = onTheWayIn(run);
    for (const event of events) {
      if (onTheWay.has(event.key)) continue;
      const reason = refused.get(event.key);
      const became = reason === undefined ? { state: 'delivered' as const } : refusedFor(reason);
      settleEvent(run.state, event, { ...became, run: runId }, then);
    }
    return onTheWay.size === 0;
  };
  return { told, settle };
}

/** Whom a request is under way for by whoever else delivers: it will be answered, and then there is something to compare with. */
function onTheWayIn({ stage, targets }: Run): ReadonlySet<string> {
  const lent = targets.filter(({ lentSince }) => lentSince !== undefined);
  return new Set(
    lent.flatMap(({ index }) =>
      [...leftOutOf(stage, index)].flatMap(({ rule, key }) => (rule === 'inDoubt' ? [key] : [])),
    ),
  );
}

function refusedFor(reason: string): { readonly state: 'refused'; readonly reason: string } {
  return { state: 'refused', reason };
}

/** Why a sign-in changes nothing for somebody (rule 7). */
export function barredOf(state: State, key: string): string | undefined {
  const barred = barredFromSignIn(state, key);
  if (barred !== undefined) return barred;
  return isPresent(state, key) === false
    ? 'left: the source says that they are not here any more'
    : undefined;
}
