import type { Explained, ExplainedTarget } from '../engine/explain.ts';
import { diff } from '../planning/diff.ts';
import type { AttributeChange } from '../model/index.ts';
import { accessView } from './access.ts';
import { adviceOn } from './advice.ts';
import { heldText, standingOf } from './held.ts';
import { eventView, historyText } from './history.ts';
import { plain, when } from './style.ts';
import type { Style } from './style.ts';
import { trialText, trialView } from './trial.ts';
import { verdictOf } from './verdict.ts';
import type { Verdict } from './verdict.ts';
import { shortPath, shortValue } from './views.ts';

/** The whole way of one person, for people: from the record to the last answer, and the rule that decided. */
export function* explainText(person: Explained, style: Style): Generator<string> {
  const { key, records, unread, isAbsent, rejectedSince } = person;
  yield style('bold', plain(key));
  if (unread !== undefined) {
    yield `  ${style('yellow', 'not read')}: ${plain(unread.message)}`;
    yield records.length === 0
      ? '  and nothing is kept of their record'
      : '  so this is the record that was accepted last, as far as it is kept';
  }
  if (records.length > 1) yield `  ${records.length} records have this key:`;
  for (const record of records)
    yield* trialText(unread === undefined ? record : { ...record, locus: {} }, style);
  if (records.length === 0 && unread === undefined)
    yield `  ${isAbsent ? 'in no record of the source any more' : 'in no record of the source'}`;
  if (rejectedSince !== undefined) yield `  rejected since ${when(rejectedSince)}`;
  for (const target of person.targets) yield* targetText(person, target, style);
}

const colours: Readonly<Partial<Record<Verdict['outcome'], Parameters<Style>[0]>>> = {
  inSync: 'green',
  planned: 'cyan',
  pending: 'cyan',
  none: 'dim',
  off: 'dim',
  observed: 'dim',
  failed: 'red',
  held: 'red',
  halted: 'red',
  rejected: 'red',
};

function* targetText(person: Explained, target: ExplainedTarget, style: Style): Generator<string> {
  const { outcome, says, rule, change } = verdictOf(person, target);
  const line = (name: string, text: string): string => `  ${name.padEnd(10)} ${text}`;
  yield '';
  yield `${style('bold', plain(target.name))}  ${style(colours[outcome] ?? 'yellow', outcome)}: ${plain(says)}`;
  yield* stepsText(person, target, line);
  for (const { kind, group, changes, why, after } of target.planned) {
    yield line('next sync', `${kind}${group === undefined ? '' : ` ${plain(group)}`}: ${plain(why)}`);
    for (const one of kind === 'create' && after ? diff({}, after) : changes)
      yield `             ${changeText(one)}`;
  }
  for (const { kind, group, state, why, error, attempts } of target.open) {
    const tried = attempts > 0 ? `, tried ${attempts} times` : '';
    const said = error === undefined ? '' : `: ${plain(error)}`;
    yield line(
      'open',
      `${kind}${group === undefined ? '' : ` ${plain(group)}`} ${state === 'leased' ? 'in doubt' : state}${tried} (${plain(why)})${said}`,
    );
  }
  const held =
    person.unread === undefined ? target.held : target.held.filter(({ kind }) => kind !== 'source');
  yield* heldText(target.name, held, style, standingOf(person.run, target.target));
  for (const { rule: word, text } of target.notes) yield line('note', `${word}: ${plain(text)}`);
  for (const row of historyText(target.last.toReversed(), style)) yield line('trail', row);
  if (rule !== undefined) yield line('decided by', plain(rule));
  if (change !== undefined)
    yield line('to change', style.commands(plain(change)).replaceAll(' TARGET', ` ${target.name}`));
}

function* stepsText(
  { identity }: Explained,
  { assigned, bent, missing, access, desired, deletedAfter }: ExplainedTarget,
  line: (name: string, text: string) => string,
): Generator<string> {
  if (assigned !== undefined) {
    const result =
      typeof assigned.result === 'string' ? plain(assigned.result) : assigned.result ? 'yes' : 'no';
    yield line(
      'assigned',
      `${result}${assigned.expression === undefined ? ', everybody is' : `: ${plain(assigned.expression)}`}`,
    );
  }
  if (identity !== undefined && desired !== undefined && bent.length > 0) {
    const left = bent.filter(({ after }) => after === undefined).map(({ path }) => plain(shortPath(path)));
    if (left.length > 0) yield line('adapted', `not held there: ${left.join(', ')}`);
    for (const one of bent) if (one.after !== undefined) yield line('adapted', changeText(one));
  }
  if (missing.length > 0) yield line('missing', missing.map(plain).join(', '));
  if (access === undefined) return;
  const { state, remoteId, userName, since, stateSince, why, confirmedAt, origin, groups } = access;
  const reason = why === undefined ? '' : `, ${plain(why)}`;
  const member = groups.length === 0 ? '' : `; groups ${plain(groups.join(', '))}`;
  yield line(
    'account',
    `${plain(userName ?? '')} (${plain(remoteId)}) ${state}, ${origin}, since ${when(stateSince ?? since)}${reason}; confirmed ${when(confirmedAt)}${member}`,
  );
  if (deletedAfter !== undefined) yield line('deletion', `by the first sync after ${when(deletedAfter)}`);
}

function changeText({ path, before, after }: AttributeChange): string {
  const name = plain(shortPath(path));
  if (before === undefined) return `${name}: ${plain(shortValue(after))}`;
  return `${name}: ${plain(shortValue(before))} → ${plain(shortValue(after))}`;
}

/** The same for scripts. */
export function explainView(person: Explained): object {
  const { key, records, unread, isAbsent, rejectedSince, targets } = person;
  return {
    key,
    source: {
      read: unread === undefined,
      ...(unread && { error: { code: unread.code, message: unread.message } }),
      absent: isAbsent,
      ...(rejectedSince !== undefined && { rejectedSince: new Date(rejectedSince).toISOString() }),
    },
    records: records.map(trialView),
    targets: Object.fromEntries(targets.map((target) => [target.name, targetView(person, target)])),
  };
}

function targetView(person: Explained, target: ExplainedTarget): object {
  const {
    mode,
    halted,
    assigned,
    standing,
    desired,
    bent,
    missing,
    access,
    deletedAfter,
    confirmed,
    planned,
    held,
    leftOut,
    notes,
    open,
    last,
  } = target;
  return {
    ...verdictOf(person, target),
    mode,
    ...(halted && { halted }),
    ...(assigned && { assigned }),
    ...(standing && { standing }),
    ...(desired && { desired }),
    ...(bent.length > 0 && { adapted: bent }),
    ...(missing.length > 0 && { missing }),
    ...(access && { account: { ...accessView(access), ...(confirmed && { resource: confirmed }) } }),
    ...(deletedAfter !== undefined && { deletedAfter: new Date(deletedAfter).toISOString() }),
    planned: planned.map(({ kind, part, group, why, changes, after }) => ({
      kind,
      ...(part > 0 && { part }),
      ...(group !== undefined && { group }),
      why,
      changes: kind === 'create' && after ? diff({}, after) : changes,
    })),
    held: held.map(({ kind, checksum, count, breaches }) => ({ kind, checksum, count, breaches })),
    ...(leftOut && { leftOut: { ...leftOut, ...adviceOn.cause(leftOut.rule) } }),
    notes: notes.map(({ rule, text }) => ({ rule, text })),
    open,
    last: last.map(eventView),
  };
}
