import { diff, MANAGER_PATH } from '../planning/diff.ts';
import type { Lint } from '../engine/inspect.ts';
import type { Tried } from '../engine/trial.ts';
import type { Identity, Locus } from '../model/index.ts';
import { count, plain, shownPath } from './style.ts';
import type { Style } from './style.ts';
import { labelOf, shortPath, shortValue } from './views.ts';

/** A record as data: what became of it by itself, and the rule that rejected it. */
export interface TrialView {
  readonly file?: string;
  readonly line?: number;
  readonly key?: string;
  readonly identity?: Identity;
  readonly rejection?: { readonly rule: string; readonly reason: string };
}

export function trialView({ locus, key, identity, refusal }: Tried): TrialView {
  return {
    ...place(locus),
    ...(key !== undefined && { key }),
    ...(identity && { identity }),
    ...(refusal && { rejection: { rule: refusal.rule, reason: refusal.reason } }),
  };
}

/** An identity line by line, as a plan shows what it creates. */
export function* trialText({ locus, key, identity, refusal }: Tried, style: Style): Generator<string> {
  const name = key === undefined ? '(no key)' : style('bold', plain(key));
  const activity = identity && (identity.active ? style('green', 'active') : style('red', 'not active'));
  const label = identity && plain(labelOf(identity.attributes));
  yield `  ${[placeText(locus), name, label, activity].filter((part) => part).join('  ')}`;
  if (refusal) yield `        ${style('yellow', 'rejected')} ${refusal.rule}: ${plain(refusal.reason)}`;
  if (!identity) return;
  for (const { path, after } of diff({}, identity.attributes))
    yield `        ${plain(shortPath(path))}: ${plain(shortValue(after))}`;
  const { manager, groups, previousKey } = identity;
  if (manager !== undefined) yield `        ${shortPath(MANAGER_PATH)}: ${plain(shortValue(manager))}`;
  if (groups.length > 0) yield `        groups: ${plain(shortValue(groups))}`;
  if (previousKey !== undefined) yield `        previousKey: ${plain(shortValue(previousKey))}`;
}

/** What each rule has found, in words: of one, of several, and what follows from it. */
const words: Readonly<Record<Lint['rule'], readonly [one: string, many: string, so: string]>> = {
  keyEmail: [
    'key is an e-mail address',
    'keys are e-mail addresses',
    ': an address changes with a name, and a key never may',
  ],
  keyDn: ['key is a DN', 'keys are DNs', ': a DN changes when an entry is moved, and a key never may'],
  keyCase: ['key differs', 'keys differ', ' from another in case alone: they are taken for different people'],
  groupCase: [
    'group differs',
    'groups differ',
    ' from another in case alone: they are taken for different groups',
  ],
  email: ['e-mail address is', 'e-mail addresses are', ' none that mail can be sent to'],
  managerSelf: ['person is', 'people are', ' named as their own manager, which is left out'],
  manager: ['person has', 'people have', ' a manager who is in no record, and is left out'],
  managerCycle: ['circle', 'circles', ' of managers: one reference of each is sent later'],
};

/** What is odd about the people, rule by rule, with the first few of whom it is true. */
export function* lintText(lints: readonly Lint[], style: Style, most: number): Generator<string> {
  for (const { rule, count: number, examples } of lints) {
    const [one, many, so] = words[rule];
    yield `${style('yellow', 'warning')} ${count(number, one, many)}${so}`;
    const shown = examples.slice(0, most);
    for (const { locus, key, text } of shown)
      yield `    ${[placeText(locus), key && plain(key), plain(text)].filter((part) => part).join('  ')}`;
    const rest = number - shown.length;
    if (rest > 0)
      yield `    … and ${rest.toLocaleString('en-GB')} more${shown.length < examples.length ? ' (--all shows them)' : ''}`;
  }
}

export function lintView({ rule, count: number, examples }: Lint): object {
  return {
    rule,
    count: number,
    examples: examples.map(({ locus, ...example }) => ({ ...place(locus), ...example })),
  };
}

function place(locus: Locus | undefined): Pick<TrialView, 'file' | 'line'> {
  const { file, line = 0 } = locus ?? {};
  return { ...(file !== undefined && { file }), ...(line > 0 && { line }) };
}

/** What was told of somebody, or is kept of them, stands in no line of the file. */
export function placeText(locus: Locus | undefined): string {
  const { file, line } = locus ?? {};
  if (file === undefined) return '';
  return line === 0 ? `as told, for ${shownPath(file)}` : `${shownPath(file)}:${line ?? '?'}`;
}
