import { SITUATIONS } from '../model/index.ts';
import type { Drift, Item, Situation } from '../model/index.ts';
import { isContradicted } from '../engine/repair.ts';
import type { Taken } from '../engine/repair.ts';
import type { Reconciled } from '../engine/reconcile.ts';
import type { Run, TargetRun } from '../engine/run.ts';
import { isWhole } from '../engine/stock.ts';
import { situationsOf } from '../store/stage/situations.ts';
import { notesOf } from '../store/stage/remarks.ts';
import type { ErrorDocument } from './error.ts';
import { count, plain } from './style.ts';
import type { Style } from './style.ts';
import { joined, shortPath, shortValue } from './views.ts';

/** What a reconciliation says of one target, but for its items. */
export interface ReconciledView {
  readonly name: string;
  readonly error?: { readonly code: string; readonly message: string };
  /** Whether the list is proved to show everybody. */
  readonly complete: boolean;
  /** Why not. */
  readonly reason?: string;
  /** Whether the list is at odds with itself, so that nothing is repaired by it. */
  readonly isContradicted: boolean;
  readonly linked: number;
  readonly listed: number;
  readonly counts: Readonly<Record<Situation, number>>;
  /** By attribute: of how many accounts it is not returned, and so not compared. */
  readonly notReturned: Readonly<Record<string, number>>;
  readonly taken?: Taken;
}

export function reconciledViews({ run, busy, taken }: Reconciled): readonly ReconciledView[] {
  const views = run.targets.map((target) => viewOf(target, taken.get(target.configuration.name)));
  return [...views, ...busy.map(({ name, error }) => ({ ...nothing(name), ...(error && { error }) }))];
}

function nothing(name: string): ReconciledView {
  const counts = Object.fromEntries(SITUATIONS.map((one) => [one, 0])) as Record<Situation, number>;
  return { name, complete: false, isContradicted: true, linked: 0, listed: 0, counts, notReturned: {} };
}

function viewOf(target: TargetRun, taken: Taken | undefined): ReconciledView {
  const { configuration, failure, accounts } = target;
  const { name } = configuration;
  const stock = target.stock!;
  if (failure !== undefined)
    return {
      ...nothing(name),
      linked: accounts.count,
      error: { code: failure.code, message: failure.message },
    };
  const reason = whyIncomplete(target);
  return {
    name,
    complete: reason === undefined,
    ...(reason !== undefined && { reason }),
    isContradicted: isContradicted(stock),
    linked: accounts.count,
    listed: stock.listing!.count,
    counts: Object.fromEntries(SITUATIONS.map((one) => [one, stock.counts.get(one) ?? 0])) as Record<
      Situation,
      number
    >,
    notReturned: Object.fromEntries(
      [...stock.notReturned].map(([path, number]): [string, number] => [shortPath(path), number]).sort(),
    ),
    ...(taken !== undefined && { taken }),
  };
}

function whyIncomplete({ stock, configuration }: TargetRun): string | undefined {
  const { listing, leftOut } = stock!;
  if (!listing!.complete) return listing!.reason ?? 'it cannot be proved';
  const { title, list } = configuration.profile;
  if (!list.provesAbsence) return `a list of ${title} may leave people out`;
  return isWhole(stock!)
    ? undefined
    : `it left out ${count(leftOut, 'account')} that ${leftOut === 1 ? 'is' : 'are'} there`;
}

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
    return;
  }
  const whole = view.complete
    ? 'the list is complete'
    : `${style('red', 'NOT COMPLETE')}: ${plain(view.reason!)}`;
  yield `${style('bold', view.name)}  ${target.configuration.baseUrl}, ${count(view.linked, 'account')} linked, ${view.listed.toLocaleString('en-GB')} listed; ${whole}`;
  const totals = ['inSync' as const, ...SITUATIONS.filter((one) => one !== 'inSync')].filter(
    (one) => view.counts[one] > 0,
  );
  yield `  ${totals.map((one) => style(words[one].colour, `${words[one].word} ${view.counts[one].toLocaleString('en-GB')}`)).join(' · ') || 'nobody here, and nobody expected'}`;
  yield* itemsText(run, target, view, options);
  const unsaid = Object.entries(view.notReturned).map(([path, number]) => `${path} (${number})`);
  if (unsaid.length > 0) yield `  not returned, and so not compared: ${plain(unsaid.join(', '))}`;
  for (const { key, rule, text } of notesOf(run.stage, target.index))
    if (rule === 'cannotFollow') yield `  ${plain(key)}  ${plain(text)}`;
  yield* adviceText(view, style);
}

function* itemsText(
  run: Run,
  target: TargetRun,
  view: ReconciledView,
  { style, people }: ReconcileText,
): Generator<string> {
  if (people === 0) return;
  for (const situation of SITUATIONS) {
    let number = 0;
    for (const { item } of situationsOf(run.stage, target.index, situation)) {
      if (++number > people) break;
      yield* itemText(item, style);
    }
    const more = view.counts[situation] - people;
    if (situation !== 'inSync' && more > 0)
      yield style(
        'dim',
        `  … and ${more.toLocaleString('en-GB')} more ${words[situation].word} (--all shows everybody)`,
      );
  }
}

function* itemText(item: Item, style: Style): Generator<string> {
  const { situation, key, userName, email, remoteId, active, reason, changes = [], candidates = [] } = item;
  const { sign, word, colour } = words[situation];
  const name = userName ?? email ?? '';
  const off = active === false ? ', switched off' : '';
  const why = reason === undefined ? '' : `  ${plain(reason)}`;
  yield `  ${style(colour, `${sign} ${word}`)}  ${key === undefined ? '' : `${style('bold', plain(key))}  `}${plain(name)} (${plain(remoteId)}${off})${style('dim', why)}`;
  for (const { path, confirmed, live, policy } of changes)
    yield `        ${plain(shortPath(path))}: ${plain(shortValue(confirmed))} → ${plain(shortValue(live))}${style('dim', `  ${policyText(policy)}`)}`;
  for (const one of candidates) yield `        could be that of ${plain(one.key)}, by ${one.by}`;
}

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
  if (taken !== undefined) {
    yield `  taken over as it is: ${count(taken.read, 'account')}; links closed: ${taken.closed}`;
    return;
  }
  if (counts.drifted + counts.missing > 0)
    yield `  ${view.isContradicted ? 'nothing is repaired by a list that contradicts itself' : `to put it right: ${style.commands(`rollcall reconcile ${name} --repair`)}`}`;
  if (counts.adoptable + counts.disputed + counts.orphan > 0)
    yield `  to say whose they are: ${style.commands(`rollcall reconcile ${name} --csv`)} > matches.csv, and then ${style.commands('rollcall link')} --from matches.csv`;
}

/** The same as one JSON document, in pieces, without its end: a repair adds what became of its sync. */
export function* reconcileJson(found: Reconciled, error?: ErrorDocument): Generator<string> {
  yield `{${error === undefined ? '' : `"error":${JSON.stringify(error)},`}"targets":{`;
  for (const [index, view] of reconciledViews(found).entries()) {
    const { name, isContradicted: _, ...rest } = view;
    const target = found.run.targets.find(({ configuration }) => configuration.name === name);
    yield `${index > 0 ? ',' : ''}${JSON.stringify(name)}:${JSON.stringify(rest).slice(0, -1)},"items":[`;
    if (target !== undefined && view.error === undefined) yield* joined(itemsOf(found.run, target));
    yield '],"notes":[';
    if (target !== undefined && view.error === undefined) yield* joined(cannotFollow(found.run, target));
    yield ']}';
  }
  yield '}';
}

function* itemsOf(run: Run, target: TargetRun): Generator<Item> {
  for (const { item } of situationsOf(run.stage, target.index)) yield item;
}

function* cannotFollow(run: Run, target: TargetRun): Generator<object> {
  for (const { slot: _, ...note } of notesOf(run.stage, target.index))
    if (note.rule === 'cannotFollow') yield note;
}
