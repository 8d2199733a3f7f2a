import type { Held } from '../model/index.ts';
import { isApprovalOf } from '../store/approvals.ts';
import type { Offboarding } from '../store/offboardings.ts';
import type { Holder } from '../store/locks.ts';
import type { Approval } from '../store/approvals.ts';
import type { BudgetView } from '../delivery/budgets.ts';
import type { Deletions } from '../store/deletions.ts';
import type { LeaverLag } from '../store/lag.ts';
import type { LastRun, TargetStatus } from '../store/status.ts';
import { heldText } from './held.ts';
import { offboardingText } from './offboard.ts';
import { budgetText, haltText, lagText, pauseText } from './standing.ts';
import { count, plain, when } from './style.ts';
import type { Style } from './style.ts';

export interface StatusView {
  readonly state: string;
  readonly lastRun?: LastRun;
  /** Absent where none runs. */
  readonly daemon?: Holder;
  readonly targets: readonly (Partial<TargetStatus> & {
    readonly name: string;
    readonly mode: string;
    readonly budgets?: readonly BudgetView[];
    /** It has asked for a rest until then. */
    readonly restUntil?: number;
    /** Of the last 24 hours. */
    readonly leaverLag?: LeaverLag;
    /** Accounts that are off, and that are deleted when they have been so for long enough. */
    readonly deletions?: Deletions;
    readonly schedule?: string;
    /** By the schedule; it takes a daemon that runs. */
    readonly nextRun?: number;
    readonly held: readonly (Held & { readonly since: number })[];
    /** Given, and neither used nor expired. */
    readonly approvals: readonly Approval[];
  })[];
  readonly frozen: readonly {
    readonly key: string;
    readonly since: number;
    readonly rule: string;
    readonly reason: string;
  }[];
  readonly forgotten: readonly { readonly name: string; readonly linked: number }[];
  /** Who is off everywhere by a person's word, the oldest first. */
  readonly offboarded?: readonly Offboarding[];
}

const mostOffboarded = 20;

/** Where everything stands, for people. */
export function* statusText(view: StatusView, style: Style): Generator<string> {
  const { lastRun: last } = view;
  if (last === undefined) yield 'nothing was ever synced with this state';
  else {
    const end =
      last.endedAt === undefined
        ? style('yellow', 'has not ended (it runs, or it was killed)')
        : `ended ${when(last.endedAt)}`;
    yield `last run: ${last.id}, rollcall ${plain(last.command)}, by ${plain(last.actor)}, started ${when(last.startedAt)}, ${end}`;
  }
  const { daemon } = view;
  if (daemon !== undefined)
    yield `daemon: process ${daemon.pid} on ${plain(daemon.host)}, since ${when(daemon.since)}`;
  for (const target of view.targets) {
    yield '';
    yield* targetText(target, style);
    yield* nextText(target, daemon !== undefined, style);
  }
  if (view.frozen.length > 0) {
    yield '';
    yield `${style('yellow', 'frozen')}: the record is rejected, the account stays as it was`;
    for (const { key, since, rule, reason } of view.frozen)
      yield `  ${plain(key)}  since ${when(since)}  ${rule}: ${plain(reason)}`;
  }
  const { offboarded = [] } = view;
  if (offboarded.length > 0) yield '';
  for (const one of offboarded.slice(0, mostOffboarded)) yield offboardingText(one, style);
  if (offboarded.length > mostOffboarded)
    yield `… and ${(offboarded.length - mostOffboarded).toLocaleString('en-GB')} more offboarded (--json names them)`;
  for (const { name, linked } of view.forgotten)
    yield `\n${style('yellow', name)}: ${count(linked, 'account')} in the state, and not in the configuration; left alone (renamedFrom: ${name} under another target takes them over)`;
}

function* targetText(target: StatusView['targets'][number], style: Style): Generator<string> {
  if (target.backlog === undefined) {
    yield `${style('bold', target.name)}  never synced`;
    return;
  }
  const { pending, failed, waiting, held } = target.backlog;
  const invited = target.invited! > 0 ? `, ${target.invited} invited` : '';
  yield `${style('bold', target.name)}  ${count(target.linked!, 'account')} linked, ${target.active} active${invited}; pending ${pending}, failed ${failed}, waiting ${waiting}, held ${held}`;
  yield* pauseText(target.name, target.paused, style);
  yield* haltText(target.name, target.halted, style);
  yield* budgetText(target, style);
  yield* lagText(target.leaverLag, ' in 24 hours', style);
  if (target.deletions !== undefined) yield `  ${deletionsText(target.deletions)}`;
  yield* heldText(target.name, target.held, style);
  for (const approval of target.approvals) yield approvalText(approval, target.held, style);
  const { troubles = [], pending: next = [] } = target;
  const late = troubles.filter(({ state }) => state === 'pending').length;
  for (const { key, state, kind, rule, reason, again } of troubles)
    yield `  ${style(state === 'failed' ? 'red' : 'yellow', state)}  ${plain(key)}  ${kind ?? rule ?? ''}: ${plain(reason)}${again === undefined ? '' : ` (sent again by the first run after ${when(again)})`}`;
  yield* moreText(failed + waiting - (troubles.length - late), 'failed or waiting');
  if (failed + waiting > 0)
    yield `  ${style('dim', style.commands(`rollcall failures ${target.name} says what to do about it`))}`;
  for (const { key, kind, why } of next) yield `  pending  ${plain(key)}  ${kind}: ${plain(why)}`;
  yield* moreText(pending - late - next.length, 'pending');
}

function deletionsText({ count: number, firstAfter }: Deletions): string {
  const first = `the first sync after ${when(firstAfter)}`;
  return number === 1
    ? `1 account is off and waits to be deleted, by ${first}`
    : `${count(number, 'account')} are off and wait to be deleted, the first by ${first}`;
}

function* nextText(
  { schedule, nextRun }: StatusView['targets'][number],
  isRunning: boolean,
  style: Style,
): Generator<string> {
  if (schedule === undefined || nextRun === undefined) return;
  if (isRunning) yield `  next run: ${when(nextRun)}, by its schedule ${plain(schedule)}`;
  else
    yield `  ${style('yellow', 'no daemon runs')}: by its schedule ${plain(schedule)}, the next run would be ${when(nextRun)}`;
}

function* moreText(number: number, state: string): Generator<string> {
  if (number > 0) yield `  … and ${number.toLocaleString('en-GB')} more ${state} (--json names them)`;
}

function approvalText(approval: Approval, held: readonly Held[], style: Style): string {
  const { checksum, kinds, keys, actor, at, expires } = approval;
  const given = `${checksum.slice(0, 16)} by ${plain(actor)} at ${when(at)}, until ${when(expires)}`;
  const only = kinds === undefined ? '' : `, ${kinds.join(', ')} alone`;
  const whom = keys === undefined ? '' : `, ${count(keys.length, 'person', 'people')} alone`;
  const through = held.filter((one) => isApprovalOf(approval, one)).map(({ kind }) => kind);
  const effect =
    through.length > 0
      ? `${through.join(', ')}, with the next sync if its plan is still the same`
      : 'nothing that is held has this checksum; it counts if a plan has it again';
  return `  ${style('green', 'approved')}  ${given}${only}${whom}: ${effect}`;
}
