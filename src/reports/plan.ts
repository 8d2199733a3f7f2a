import { actOf } from '../model/index.ts';
import type { Kind } from '../model/index.ts';
import type { Run, TargetRun } from '../engine/run.ts';
import type { ErrorDocument } from './error.ts';
import { heldText, standingOf } from './held.ts';
import { haltText, pauseText, remedyText } from './standing.ts';
import { count, plain, seconds, shownPath, when } from './style.ts';
import { leftOutOf, notesOf } from '../store/stage/remarks.ts';
import type { Style } from './style.ts';
import {
  countsOf,
  joined,
  operationViews,
  originView,
  profileDigest,
  rejectionViews,
  rejectionsByRule,
  shortPath,
  shortValue,
  sourceView,
  targetView,
} from './views.ts';
import type { OperationView, TargetView } from './views.ts';

export interface PlanText {
  readonly style: Style;
  /** The most people shown of each kind, and the most notes about them; the rest is a count. */
  readonly people: number;
  /** The most rejections and people left out that are shown. */
  readonly most: number;
}

const marks: Record<Kind, { readonly sign: string; readonly colour: Parameters<Style>[0] }> = {
  create: { sign: '+', colour: 'green' },
  update: { sign: '~', colour: 'yellow' },
  reactivate: { sign: '↑', colour: 'green' },
  deactivate: { sign: '-', colour: 'red' },
  delete: { sign: '×', colour: 'red' },
  link: { sign: '=', colour: 'cyan' },
  createGroup: { sign: '+', colour: 'green' },
  updateGroup: { sign: '~', colour: 'yellow' },
  deleteGroup: { sign: '×', colour: 'red' },
  linkGroup: { sign: '=', colour: 'cyan' },
  memberAdd: { sign: '+', colour: 'green' },
  memberRemove: { sign: '-', colour: 'red' },
};

/** A plan for people, line by line: counts first, then each person with what changes and why. */
export function* planText(run: Run, options: PlanText): Generator<string> {
  yield* sourceText(run, options);
  for (const target of run.targets) {
    yield '';
    yield* targetText(run, target, options);
  }
}

export function* sourceText(run: Run, { style, most }: Omit<PlanText, 'people'>): Generator<string> {
  if (run.undoes !== undefined) {
    const { id, command, actor, startedAt } = run.undoes;
    yield `${style('bold', `undo of run ${id}`)}  rollcall ${plain(command)}, by ${plain(actor)}, started ${when(startedAt)}`;
    return;
  }
  const receipt = run.receipt!;
  const whole = receipt.complete ? 'read to its end' : style('red', 'NOT COMPLETE');
  yield `${style('bold', receipt.source)}  ${shownPath(receipt.file)}: ${count(receipt.count, receipt.isDelta === true ? 'change' : 'record')}, ${whole}, sha256 ${receipt.sha256.slice(0, 12)}`;
  for (const breach of run.sourceBreaches) yield `  ${style('red', '!')} ${plain(breach.message)}`;
  if (run.rejected > 0) {
    yield `  ${style('yellow', count(run.rejected, 'record'))} rejected${rulesText(run)}${frozenText(run)}:`;
    yield* folded(
      rejectionViews(run),
      most,
      (one) =>
        `    ${shownPath(one.file)}:${one.line}  ${plain(one.key ?? '(no key)')}  ${one.rule}: ${plain(one.reason)}`,
    );
  }
  if (run.unknownKeys > 0) {
    const missed =
      run.missed > 0
        ? `; ${count(run.missed, 'person who is in no record keeps the account', 'people who are in no record keep their accounts')}`
        : '';
    yield `  ${style('yellow', 'nobody leaves by absence in this run')}: the key of ${count(run.unknownKeys, 'record')} could not be read, and it could be anybody's${missed}`;
  }
}

/** By which rules, where there are more records than are read at a glance. */
function rulesText(run: Run): string {
  if (run.rejected === 1) return '';
  const rules = Object.entries(rejectionsByRule(run));
  return ` (${rules.map(([rule, number]) => `${rule} ${number.toLocaleString('en-GB')}`).join(', ')})`;
}

/** Whose account stays as it was because their record is rejected (rule 2). */
function frozenText({ rejected, frozen }: Run): string {
  if (frozen === 0) return '';
  if (rejected === 1) return ', and the account stays as it was';
  return `; ${count(frozen, 'of them has an account, which stays as it was', 'of them have accounts, which stay as they were')}`;
}

function* targetText(run: Run, target: TargetRun, options: PlanText): Generator<string> {
  const { style, people, most } = options;
  const view = targetView(run, target);
  yield headline(view, style);
  yield* pauseText(view.name, view.paused, style);
  yield* haltText(view.name, view.halted, style);
  if (view.error !== undefined)
    yield `  ${style('red', view.state === 'failed' ? 'failed' : 'not all could be asked')}: ${plain(view.error.message)}`;
  yield* remedyText(view, style);
  yield* heldText(view.name, view.held, style, standingOf(run, target));
  yield* peopleText(run, target, options);
  if (view.leftOut > 0) {
    yield `  ${style('yellow', count(view.leftOut, 'person', 'people'))} left out, looked at again in each run:`;
    yield* folded(
      leftOutOf(run.stage, target.index),
      most,
      ({ key, rule, reason }) => `    ${plain(key)}  ${rule}: ${plain(reason)}`,
    );
  }
  let notes = 0;
  for (const _ of notesOf(run.stage, target.index)) notes++;
  if (notes === 0) return;
  yield `  ${count(notes, 'note')}${people > 0 ? ':' : ' (--all shows them)'}`;
  if (people === 0) return;
  yield* folded(
    notesOf(run.stage, target.index),
    people,
    ({ key, text }) => `    ${plain(key)}  ${plain(text)}`,
  );
}

function headline(view: TargetView, style: Style): string {
  const totals = view.totals.map(({ kind, count: number }) =>
    style(marks[kind].colour, `${kind} ${number.toLocaleString('en-GB')}`),
  );
  const what =
    totals.length === 0
      ? 'nothing to do'
      : `${totals.join(' · ')}  (${count(view.requests, 'request')}, about ${seconds(view.etaSeconds)})`;
  const mode = view.mode === 'observe' ? ', observed: nothing is sent' : '';
  return `${style('bold', view.name)}  ${view.baseUrl}, ${count(view.linked, 'account')}${mode}\n  ${what}`;
}

function* peopleText(run: Run, target: TargetRun, { style, people }: PlanText): Generator<string> {
  if (people === 0) return;
  const shown = new Map<string, number>();
  const totals = new Map(target.sealed!.totals.map(({ kind, count: number }) => [kind, number]));
  for (const view of operationViews(run, target)) {
    const number = (shown.get(view.kind) ?? 0) + 1;
    shown.set(view.kind, number);
    if (number <= people) yield* personText(view, style);
    else if (number === people + 1)
      yield style(
        'dim',
        `  … and ${(totals.get(view.kind)! - people).toLocaleString('en-GB')} more to ${view.kind} (--all shows everybody)`,
      );
    if ([...totals.keys()].every((kind) => (shown.get(kind) ?? 0) > people)) return;
  }
}

function* personText(view: OperationView, style: Style): Generator<string> {
  const { sign, colour } = marks[view.kind];
  const name =
    view.group === undefined
      ? plain(view.label === view.key ? '' : view.label)
      : `${view.kind === 'memberAdd' ? 'into' : 'out of'} ${plain(view.group)}`;
  const waits = view.invited === true ? style('yellow', '  waits for the invitation to be accepted') : '';
  const what = view.member === undefined ? '' : '(group) ';
  yield `  ${style(colour, `${sign} ${view.kind}`)}  ${style('bold', plain(view.key))}  ${what}${name}  ${style('dim', plain(view.why))}${waits}`;
  if (['deactivate', 'delete', 'deleteGroup'].includes(view.kind)) return;
  for (const { path, before, after } of view.changes) {
    if (view.kind === 'create' && before === undefined && path === 'active' && after === true) continue;
    if (path === 'password') {
      yield '        password: (set anew)';
      continue;
    }
    const value =
      view.kind === 'create' || view.kind === 'createGroup'
        ? plain(shortValue(after))
        : `${plain(shortValue(before))} → ${plain(shortValue(after))}`;
    yield `        ${plain(shortPath(path))}: ${value}`;
  }
}

function* folded<T>(items: Iterable<T>, most: number, line: (item: T) => string): Generator<string> {
  let number = 0;
  for (const item of items) if (++number <= most) yield line(item);
  if (number > most) yield `    … and ${(number - most).toLocaleString('en-GB')} more (--all shows them)`;
}

/** What a plan is the difference from, and what of that is not done any more, by target. */
interface Compared {
  readonly against: object;
  readonly withdrawnOf: (name: string) => Iterable<OperationView>;
}

/** The plan as one JSON document, in pieces: a million operations are never in memory at once. */
export function* planJson(run: Run, error?: ErrorDocument, compared?: Compared): Generator<string> {
  const against = compared && { against: compared.against };
  const head = {
    ...(error && { error }),
    ...against,
    ...originView(run),
    breaches: run.sourceBreaches,
  };
  yield `${JSON.stringify(head).slice(0, -1)},"rejections":[`;
  yield* joined(rejectionViews(run));
  yield `],"frozen":${run.frozen},"missed":${run.missed},"targets":{`;
  for (const [index, target] of run.targets.entries()) {
    const view = targetView(run, target);
    const { others } = standingOf(run, target);
    const counts = countsOf(view.totals);
    const { name, state, error, halted, held, requests, etaSeconds } = view;
    const head = { state, ...(error && { error }), ...(halted && { halted }), held };
    const body = {
      ...head,
      ...(others.length > 0 && { otherApprovals: others }),
      counts,
      requests,
      etaSeconds,
    };
    yield `${index > 0 ? ',' : ''}${JSON.stringify(name)}:${JSON.stringify(body).slice(0, -1)},"operations":[`;
    yield* joined(map(operationViews(run, target), forScripts));
    if (compared !== undefined) {
      yield '],"withdrawn":[';
      yield* joined(map(compared.withdrawnOf(name), forScripts));
    }
    yield '],"leftOut":[';
    yield* joined(map(leftOutOf(run.stage, target.index), ({ slot: _, ...one }) => one));
    yield '],"notes":[';
    yield* joined(map(notesOf(run.stage, target.index), ({ slot: _, ...one }) => one));
    yield ']}';
  }
  yield '}}\n';
}

/** A plan as a file: a header, then the sorted operations, one a line. `sync --plan` reads the checksums. */
export function* planFile(run: Run, version: string): Generator<string> {
  const targets = Object.fromEntries(
    run.targets.map((target) => [
      target.configuration.name,
      {
        totals: target.sealed!.totals,
        held: target.sealed!.held,
        profile: profileDigest(target.configuration),
      },
    ]),
  );
  yield `${JSON.stringify({ rollcall: version, source: sourceView(run.receipt!), targets })}\n`;
  for (const target of run.targets)
    for (const view of operationViews(run, target))
      yield `${JSON.stringify({ target: target.configuration.name, ...forScripts(view) })}\n`;
}

/** Of a membership the key is the group's, and the person, or the group within, stands among its members, as a request says it. */
export function forScripts({ label: _, group, member, ...view }: OperationView): object {
  const { key, kind } = view;
  if (group === undefined) return { ...view, kind: actOf(kind) };
  const side = kind === 'memberAdd' ? 'after' : 'before';
  return {
    ...view,
    key: group,
    changes: [{ path: 'members', [side]: member === undefined ? key : { value: key, type: member } }],
  };
}

function* map<T, U>(items: Iterable<T>, change: (item: T) => U): Generator<U> {
  for (const item of items) yield change(item);
}
