import type { OffEverywhere, TargetOff, UnlinkedMatch } from '../engine/offboard-now.ts';
import type { Offboarding } from '../store/offboardings.ts';
import { count, plain, when } from './style.ts';
import type { Style } from './style.ts';

const time = (at: number): string => new Date(at).toISOString();

/** Since when somebody is offboarded, by whom and why. */
export function offboardingView({ since, actor, reason, isProtectedMeant }: Offboarding): object {
  return {
    since: time(since),
    actor,
    ...(reason !== undefined && { reason }),
    ...(isProtectedMeant && { protected: true }),
  };
}

/** The same as a line. */
export function offboardingText({ key, since, actor, reason }: Offboarding, style: Style): string {
  const why = reason === undefined ? '' : `: ${plain(reason)}`;
  return `${style('bold', plain(key))}  ${style('yellow', 'offboarded')} since ${when(since)} by ${plain(actor)}${why}`;
}

export function offboardJson({ offboarding, runId, targets }: OffEverywhere): object {
  return {
    key: offboarding.key,
    runId,
    offboarded: offboardingView(offboarding),
    targets: Object.fromEntries(targets.map((target) => [target.name, targetJson(target)])),
  };
}

function targetJson({ name: _, confirmedAt, ...target }: TargetOff): object {
  return { ...target, ...(confirmedAt !== undefined && { confirmedAt: time(confirmedAt) }) };
}

const words: Readonly<Record<TargetOff['state'], readonly [Parameters<Style>[0], string]>> = {
  off: ['green', 'off'],
  none: ['green', 'no account'],
  waiting: ['yellow', 'waits'],
  protected: ['red', 'still on'],
  notAllowed: ['red', 'still on'],
  unconfigured: ['red', 'still on'],
};

/** What became of it on each target, for people. */
export function* offboardText({ offboarding, targets }: OffEverywhere, style: Style): Generator<string> {
  yield offboardingText(offboarding, style);
  for (const target of targets) {
    const { name, state, confirmedAt, reason, matches, unasked } = target;
    const [colour, word] = words[state];
    const when_ = confirmedAt === undefined ? '' : ` (confirmed ${when(confirmedAt)})`;
    yield `  ${style('bold', name)}  ${style(colour, word)}${when_}${reason === undefined ? '' : `: ${plain(style.commands(reason))}`}`;
    if (matches.length > 0)
      yield `    ${style('yellow', count(matches.length, 'account'))} there could be theirs, and ${matches.length === 1 ? 'is' : 'are'} nobody's: not touched`;
    for (const match of matches) yield `      ${matchText(match)}`;
    if (unasked !== undefined)
      yield `    ${style('yellow', 'not known')} whether another account there could be theirs: ${plain(unasked)}`;
  }
  yield `  nobody gives it back until the source says that they left, or ${style.commands(`rollcall offboard ${offboarding.key} --lift`)}`;
}

function matchText({ remoteId, by, userName, active }: UnlinkedMatch): string {
  const is = active === undefined ? '' : active ? ', on' : ', off';
  return `${plain(userName ?? remoteId)} (${plain(remoteId)})${is}, by ${by}`;
}
