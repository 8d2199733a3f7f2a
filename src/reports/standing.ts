import { CAUSES, causeOf, remedyFor } from '../model/index.ts';
import type { Pause } from '../store/pauses.ts';
import type { Halt } from '../store/halts.ts';
import type { BudgetView } from '../delivery/budgets.ts';
import type { LeaverLag } from '../store/lag.ts';
import { count, plain, seconds, when } from './style.ts';
import type { Style } from './style.ts';

/** That a person has paused a target, since when, who and why. */
export function* pauseText(name: string, paused: Pause | undefined, style: Style): Generator<string> {
  if (paused === undefined) return;
  const why = paused.reason === undefined ? '' : `: ${plain(paused.reason)}`;
  yield `  ${style('yellow', 'PAUSED')} since ${when(paused.since)} by ${plain(paused.actor)}${why}`;
  yield `       nothing is sent to it until ${style.commands(`rollcall resume ${name}`)}; plans go on, and the newest counts`;
}

const counted: Readonly<Record<BudgetView['of'], string>> = {
  requests: 'requests',
  writes: 'requests that write',
  reads: 'requests that read',
  create: 'people created',
  memberAdd: 'people added to a group',
};

/** Until when a target rests, and what its budgets have left, where something of them is spent. */
export function* budgetText(
  { restUntil, budgets = [] }: { readonly restUntil?: number; readonly budgets?: readonly BudgetView[] },
  style: Style,
): Generator<string> {
  if (restUntil !== undefined)
    yield `  ${style('yellow', 'rests')} until ${when(restUntil)}, as it has asked for`;
  for (const { of, per, count: most, left, reserve, reserveLeft, freeAt } of budgets) {
    if (left === most - reserve) continue;
    const number = reserveLeft === 0 ? 'none' : reserveLeft.toLocaleString('en-GB');
    const kept = reserve > 0 ? `, and ${number} for those who leave` : '';
    const again = freeAt === undefined ? '' : `; more from ${when(freeAt)} on`;
    yield `  ${left.toLocaleString('en-GB')} of ${most.toLocaleString('en-GB')} ${counted[of]} left in ${per === 'hour' ? 'an' : 'a'} ${per}${kept}${again}`;
  }
}

/** How long it took until whoever left was off, and who is not yet. */
export function* lagText(lag: LeaverLag | undefined, within: string, style: Style): Generator<string> {
  if (lag === undefined) return;
  const { count: number, medianSeconds, longestSeconds, open, oldestOpenSeconds } = lag;
  if (longestSeconds !== undefined)
    yield `  ${count(number, 'leaver')} off${within}, ${seconds(medianSeconds!)} after the read began, ${seconds(longestSeconds)} at the most`;
  if (oldestOpenSeconds !== undefined)
    yield `  ${style('yellow', count(open, 'leaver'))} not off yet, known for ${seconds(oldestOpenSeconds)}`;
}

/** A target that failed as a whole: nothing but a sync finds out whether it answers again. */
export function* haltText(name: string, halted: Halt | undefined, style: Style): Generator<string> {
  if (halted === undefined) return;
  yield `  ${style('red', 'HALTED')} since ${when(halted.since)}: ${plain(halted.reason)}`;
  const { probeAt } = halted;
  yield probeAt === undefined
    ? `       the next sync tries it again`
    : `       the first sync after ${when(probeAt)} tries it again, and at once where somebody leaves, its key is another, or after ${style.commands(`rollcall resume ${name}`)}`;
  yield `       what to do: ${style.commands(remedyFor(causeOf(halted.code), name))}`;
}

interface Troubled {
  readonly name: string;
  readonly error?: { readonly code: string } | undefined;
  /** One that is halted says so itself. */
  readonly halted?: Halt | undefined;
}

/** What to do about a target that could not be asked; nothing where its code is that of no cause. */
export function remedyOf({ name, error, halted }: Troubled): string | undefined {
  const cause = halted === undefined ? CAUSES.find(({ code }) => code === error?.code) : undefined;
  return cause && remedyFor(cause, name);
}

export function* remedyText(target: Troubled, style: Style): Generator<string> {
  const remedy = remedyOf(target);
  if (remedy !== undefined) yield `       what to do: ${style.commands(remedy)}`;
}
