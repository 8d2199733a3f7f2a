import type { Pause } from '../store/pauses.ts';
import type { Halt } from '../store/halts.ts';
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
}
