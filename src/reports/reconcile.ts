import { SITUATIONS } from '../model/index.ts';
import type { Drift, Item, ResourceType, Situation } from '../model/index.ts';
import type { MemberName } from '../planning/group-drift.ts';
import type { Reconciled } from '../engine/reconcile.ts';
import type { Run, TargetRun } from '../engine/run.ts';
import { situationsOf } from '../store/stage/situations.ts';
import { notesOf } from '../store/stage/remarks.ts';
import type { ErrorDocument } from './error.ts';
import { reconciledViews } from './reconciled.ts';
import type { GroupsView, ReconciledView } from './reconciled.ts';
import { remedyText } from './standing.ts';
import { count, plain } from './style.ts';
import type { Style } from './style.ts';
import { joined, shortPath, shortValue } from './views.ts';

export interface ReconcileText {
  readonly style: Style;
  /** The most accounts shown of each situation. */
  readonly people: number;
}

const words: Record<
  Situation,
  { readonly word: string; readonly sign: string; readonly colour: Parameters<Style>[0] }
> = {
  inSync: { word: 'in sync', sign: '=', colour: 'green' },
  drifted: { word: 'drifted', sign: '~', colour: 'yellow' },
  missing: { word: 'missing', sign: '×', colour: 'red' },
  disputed: { word: 'disputed', sign: '?', colour: 'yellow' },
  adoptable: { word: 'adoptable', sign: '+', colour: 'cyan' },
  orphan: { word: 'orphan', sign: '!', colour: 'yellow' },
  invited: { word: 'invited', sign: '…', colour: 'cyan' },
  protected: { word: 'protected', sign: '#', colour: 'cyan' },
  unknown: { word: 'unknown', sign: '?', colour: 'red' },
};

/** For people: what is complete or not comes first, then how many stand how, then each that is not in sync. */
export function* reconcileText(found: Reconciled, options: ReconcileText): Generator<string> {
  for (const [index, view] of reconciledViews(found).entries()) {
    if (index > 0) yield '';
    const target = found.run.targets.find(({ configuration }) => configuration.name === view.name);
    yield* targetText(found.run, target, view, options);
  }
}

function* targetText(
  run: Run,
  target: TargetRun | undefined,
  view: ReconciledView,
  options: ReconcileText,
): Generator<string> {
  const { style } = options;
  if (view.error !== undefined || target === undefined) {
    yield `${style('bold', view.name)}  ${style('red', 'failed')}: ${plain(view.error?.message ?? '')}`;
    yield* remedyText(view, style);
    return;
  }
  const whole = view.complete
    ? 'the list is complete'
    : `${style('red', 'NOT COMPLETE')}: ${plain(view.reason!)}`;
  yield `${style('bold', view.name)}  ${target.configuration.baseUrl}, ${count(view.linked, 'account')} linked, ${view.listed.toLocaleString('en-GB')} listed; ${whole}`;
  yield `  ${totalsText(view.counts, style) || 'nobody here, and nobody expected'}`;
  yield* itemsText(run, target, view.counts, options);
  if (view.groups !== undefined) yield* groupsText(run, target, view.groups, options);
  const unsaid = Object.entries(view.notReturned).map(([path, number]) => `${path} (${number})`);
  if (unsaid.length > 0) yield `  not returned, and so not compared: ${plain(unsaid.join(', '))}`;
  for (const { key, rule, text } of notesOf(run.stage, target.index))
    if (rule === 'cannotFollow') yield `  ${plain(key)}  ${plain(text)}`;
  yield* adviceText(view, style);
}

function totalsText(counts: ReconciledView['counts'], style: Style): string {
  const totals = ['inSync' as const, ...SITUATIONS.filter((one) => one !== 'inSync')].filter(
    (one) => counts[one] > 0,
  );
  return totals
    .map((one) => style(words[one].colour, `${words[one].word} ${counts[one].toLocaleString('en-GB')}`))
    .join(' · ');
}

function* groupsText(
  run: Run,
  target: TargetRun,
  view: GroupsView,
  options: ReconcileText,
): Generator<string> {
  const { counts, reason, notReturned } = view;
  const whole = reason === undefined ? '' : `; the list is not complete: ${plain(reason)}`;
  yield `  groups: ${totalsText(counts, options.style) || 'none here, and none expected'}${whole}`;
  yield* itemsText(run, target, counts, options, 'Group');
  const unsaid = Object.entries(notReturned).map(([path, number]) => `${path} (${number})`);
  if (unsaid.length > 0) yield `  not returned of groups, and so not compared: ${plain(unsaid.join(', '))}`;
}

export function* itemsText(
  run: Run,
  target: TargetRun,
  counts: ReconciledView['counts'],
  { style, people }: ReconcileText,
  type: ResourceType = 'User',
): Generator<string> {
  if (people === 0) return;
  for (const situation of SITUATIONS) {
    let number = 0;
    for (const { item } of situationsOf(run.stage, target.index, situation, type)) {
      if (++number > people) break;
      yield* itemText(item, style);
    }
    const more = counts[situation] - people;
    if (situation !== 'inSync' && more > 0)
      yield style(
        'dim',
        `  … and ${more.toLocaleString('en-GB')} more ${words[situation].word} (--all shows ${type === 'User' ? 'everybody' : 'all of them'})`,
      );
  }
}

function* itemText(item: Item, style: Style): Generator<string> {
  const { situation, key, userName, email, displayName, remoteId, active, reason } = item;
  const { changes = [], candidates = [] } = item;
  const { sign, word, colour } = words[situation];
  const name = userName ?? email ?? displayName ?? '';
  const off = active === false ? ', switched off' : '';
  const why = reason === undefined ? '' : `  ${plain(reason)}`;
  yield `  ${style(colour, `${sign} ${word}`)}  ${key === undefined ? '' : `${style('bold', plain(key))}  `}${plain(name)} (${plain(remoteId)}${off})${style('dim', why)}`;
  for (const change of changes)
    yield `        ${changeText(change)}${style('dim', `  ${policyText(change.policy)}`)}`;
  for (const one of candidates) yield `        could be that of ${plain(one.key)}, by ${one.by}`;
}

function changeText(change: Drift): string {
  const { path, confirmed, live } = change;
  if (path === 'members') return membersText(change);
  return `${plain(shortPath(path))}: ${plain(shortValue(confirmed))} → ${plain(shortValue(live))}`;
}

function membersText({ confirmed, live }: Drift): string {
  const who = ((live ?? confirmed) as readonly MemberName[]).map((name) =>
    plain(typeof name === 'string' ? name : `${name.value} (group)`),
  );
  const some =
    who.length > mostNamed
      ? `${who.slice(0, mostNamed).join(', ')} and ${who.length - mostNamed} more`
      : who.join(', ');
  return `${live === undefined ? 'not in it any more' : 'in it as well'}: ${some}`;
}

const mostNamed = 10;

function policyText(policy: Drift['policy']): string {
  return policy === 'fix' ? 'to be put right' : policy === 'report' ? 'only told' : 'cannot follow';
}

function* adviceText(view: ReconciledView, style: Style): Generator<string> {
  const { name, counts, taken } = view;
  const held = taken?.held ?? [];
  if (held.length > 0) {
    yield `  ${style('red', 'HELD')} missing ${counts.missing.toLocaleString('en-GB')}: ${held.map(({ message }) => plain(message)).join('; ')}`;
    yield `       if they are gone indeed: ${style.commands(`rollcall reconcile ${name} --repair --missing ${counts.missing}`)}`;
  }
  for (const { message } of taken?.groups?.held ?? [])
    yield `  ${style('red', 'HELD')} groups: ${plain(message)}`;
  if (taken !== undefined) {
    const { groups } = taken;
    const more = groups === undefined ? '' : `; of groups: ${groups.read}; links closed: ${groups.closed}`;
    yield `  taken over as it is: ${count(taken.read, 'account')}; links closed: ${taken.closed}${more}`;
    return;
  }
  const ofGroups = (view.groups?.counts.drifted ?? 0) + (view.groups?.counts.missing ?? 0);
  if (counts.drifted + counts.missing + ofGroups > 0)
    yield `  ${view.isContradicted ? 'nothing is repaired by a list that contradicts itself' : `to put it right: ${style.commands(`rollcall reconcile ${name} --repair`)}`}`;
  if (counts.adoptable + counts.disputed + counts.orphan > 0)
    yield `  to say whose they are: ${style.commands(`rollcall reconcile ${name} --csv`)} > matches.csv, and then ${style.commands('rollcall link')} --from matches.csv`;
}

/** The same as one JSON document, in pieces, without its end: a repair adds what became of its sync. */
export function* reconcileJson(found: Reconciled, error?: ErrorDocument): Generator<string> {
  yield `{${error === undefined ? '' : `"error":${JSON.stringify(error)},`}"targets":{`;
  for (const [index, view] of reconciledViews(found).entries()) {
    const { name, isContradicted: _, groups, ...rest } = view;
    const target = found.run.targets.find(({ configuration }) => configuration.name === name);
    yield `${index > 0 ? ',' : ''}${JSON.stringify(name)}:${JSON.stringify(rest).slice(0, -1)},"items":[`;
    if (target !== undefined && view.error === undefined) yield* joined(itemsOf(found.run, target));
    if (target !== undefined && view.error === undefined && groups !== undefined) {
      yield `],"groups":${JSON.stringify(groups).slice(0, -1)},"items":[`;
      yield* joined(itemsOf(found.run, target, 'Group'));
      yield ']},"notes":[';
    } else yield '],"notes":[';
    if (target !== undefined && view.error === undefined) yield* joined(cannotFollow(found.run, target));
    yield ']}';
  }
  yield '}';
}

export function* itemsOf(run: Run, target: TargetRun, type: ResourceType = 'User'): Generator<Item> {
  for (const { item } of situationsOf(run.stage, target.index, undefined, type)) yield item;
}

function* cannotFollow(run: Run, target: TargetRun): Generator<object> {
  for (const { slot: _, ...note } of notesOf(run.stage, target.index))
    if (note.rule === 'cannotFollow') yield note;
}
