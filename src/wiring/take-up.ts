import { blankFields, fixedNames, spelledAsRead } from '../configuration/index.ts';
import { withoutNames } from '../model/index.ts';
import type { Configuration, SourcePart } from '../model/index.ts';
import type { Run } from '../engine/run.ts';
import { acceptedEvents, barredFromSignIn, isHired, lateness, settleEvent } from '../store/events.ts';
import type { KeptEvent, ToldEvent } from '../store/events.ts';
import { keptOf } from '../store/kept.ts';
import { hasGone, isPresent } from '../store/people.ts';
import { leftOutOf, rejectionsOf } from '../store/stage/remarks.ts';
import type { State } from '../store/state.ts';
import type { Telling } from './engine.ts';

/** As many are carried out by one run. */
const mostAtOnce = 10_000;

/** Why an event is to be ignored when it comes; `written` is when the source was. */
export function whyNotAccepted(
  state: State,
  { kind, key, at }: ToldEvent,
  written: number,
): string | undefined {
  if (kind === 'signIn') return undefined;
  if (at <= written)
    return `late: the source was written after it, at ${new Date(written).toISOString()}, and says how it is`;
  if (kind === 'hire' || isPresent(state, key) !== undefined || isHired(state, key)) return undefined;
  return 'unknown: no record and no hire has this key';
}

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
  const hasLeft = new Map<string, boolean>();
  for (const event of acceptedEvents(state, part.source.name, mostAtOnce)) {
    const { key, kind } = event;
    // Since it was accepted, something else may have been carried out, and something may have come before it.
    const reason = whyIgnored(state, event, hasLeft.get(key));
    if (reason !== undefined) {
      settleEvent(state, event, { state: 'ignored', reason }, now);
      continue;
    }
    if (kind === 'hire' || kind === 'leave') hasLeft.set(key, kind === 'leave');
    events.push(event);
  }
  const settle = (run: Run, runId: number): boolean => {
    const refused = new Map(
      [...rejectionsOf(run.stage)].flatMap(({ key, reason }) => (key === null ? [] : [[key, reason]])),
    );
    const then = run.clock.now();
    const onTheWay = onTheWayIn(run);
    let isAllSettled = onTheWay.size === 0;
    for (const [key, all] of Map.groupBy(events, (event) => event.key)) {
      if (onTheWay.has(key)) continue;
      const reason = refused.get(key);
      const from = reason === undefined ? 0 : firstToBlame(all);
      if (from > 0) isAllSettled = false;
      const became = { state: reason === undefined ? 'delivered' : 'refused', reason, run: runId } as const;
      for (const event of all.slice(from)) settleEvent(run.state, event, became, then);
    }
    return isAllSettled;
  };
  return { told: fieldsOf(state, configuration, part, events), settle };
}

/**
 * From where on a person's events are refused where the record that all of them make is: what came after a leave or a hire is
 * refused alone, and that is carried out without it.
 */
function firstToBlame(events: readonly KeptEvent[]): number {
  return events.slice(0, -1).findLastIndex(({ kind }) => kind === 'leave' || kind === 'hire') + 1;
}

/** What each of them says of a record: of somebody of whom none is there, all that a record has. */
function fieldsOf(
  state: State,
  configuration: Configuration,
  part: SourcePart,
  events: readonly KeptEvent[],
): Telling['told'] {
  const fixed = fixedNames(configuration, part);
  const blank = blankFields(configuration, part);
  const spelled = spelledAsRead(configuration, part);
  const hasRecord = new Map<string, boolean>();
  return events.map(({ key, kind, at, record: given = {} }) => {
    const record = spelled(given);
    const isNew = !(hasRecord.get(key) ?? keptOf(state, key)?.fields !== undefined);
    hasRecord.set(key, kind !== 'leave');
    const said = kind === 'signIn' && !isNew ? withoutNames(record, fixed) : record;
    return { key, kind, at, fields: isNew ? { ...blank, ...said } : said };
  });
}

/** Why an event is not carried out after those before it; `hasLeft` where one of these says whether they have left. */
function whyIgnored(state: State, event: KeptEvent, hasLeft: boolean | undefined): string | undefined {
  const { key, kind } = event;
  if (kind === 'signIn')
    return hasLeft === undefined
      ? barredOf(state, key)
      : (barredFromSignIn(state, key) ?? (hasLeft ? LEFT : undefined));
  const late = lateness(state, event);
  if (late !== undefined || kind !== 'change') return late;
  return (hasLeft ?? hasGone(state, key)) ? BY_A_HIRE : undefined;
}

const LEFT = 'left: the source says that they are not here any more';
const BY_A_HIRE = 'left: whoever has left is brought back by a hire alone';

/** Whom a request is under way for by whoever else delivers: it will be answered, and then there is something to compare with. */
function onTheWayIn({ stage, targets }: Run): ReadonlySet<string> {
  const lent = targets.filter(({ lentSince }) => lentSince !== undefined);
  return new Set(
    lent.flatMap(({ index }) =>
      [...leftOutOf(stage, index)].flatMap(({ rule, key }) => (rule === 'inDoubt' ? [key] : [])),
    ),
  );
}

/** Why a sign-in changes nothing for somebody (rule 7). */
export function barredOf(state: State, key: string): string | undefined {
  return barredFromSignIn(state, key) ?? (isPresent(state, key) === false ? LEFT : undefined);
}
