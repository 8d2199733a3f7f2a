import type { Access } from '../store/access.ts';
import type { Strays } from '../store/strays.ts';
import { csvLine } from './csv.ts';
import { count, iso, plain, when } from './style.ts';
import type { Style } from './style.ts';
import { joined } from './views.ts';

/** Who has access: the accounts, and what is known beside them. */
export interface AccessReport {
  readonly accounts: Iterable<Access>;
  /** The moment of which it tells, where that is not now. */
  readonly at?: number;
  /** Of each target: who is assigned by the configuration, and what the last reconciliation found to be nobody's. */
  readonly targets: readonly AccessTarget[];
  /** The one person whom it is about, and whether a read that was accepted ever had their key. */
  readonly of?: { readonly key: string; readonly isKnown: boolean };
}

export interface AccessTarget {
  readonly name: string;
  /** The expression as it stands there; nothing where everybody is assigned. */
  readonly assign?: string;
  /** A target that is not in the configuration any more. */
  readonly isForgotten?: boolean;
  readonly strays?: Strays;
}

const time = (at: number | undefined): string | undefined => (at === undefined ? undefined : iso(at));

export function accessView(access: Access): object {
  const { target, key, userName, emails, remoteId, state, origin, why, groups, leaves, offboarded } = access;
  // What is undefined is not written; spreading the parts together costs more than all the rest.
  return {
    target,
    key,
    userName,
    emails,
    remoteId,
    state,
    origin,
    since: iso(access.since),
    stateSince: time(access.stateSince),
    why,
    confirmedAt: iso(access.confirmedAt),
    groups,
    leaves,
    offboarded: offboarded && { since: iso(offboarded.since), actor: offboarded.actor },
  };
}

const columns = [
  'target',
  'key',
  'userName',
  'state',
  'since',
  'stateSince',
  'why',
  'confirmedAt',
  'origin',
  'remoteId',
  'groups',
  'leaves',
  'offboarded',
] as const;

export function* accessCsv({ accounts }: AccessReport): Generator<string> {
  yield csvLine(columns);
  for (const {
    target,
    key,
    userName,
    state,
    since,
    stateSince,
    why,
    confirmedAt,
    origin,
    remoteId,
    groups,
    leaves,
    offboarded,
  } of accounts)
    yield csvLine([
      target,
      key,
      userName ?? '',
      state,
      time(since)!,
      time(stateSince) ?? '',
      why ?? '',
      time(confirmedAt)!,
      origin,
      remoteId,
      groups.join('; '),
      leaves === undefined ? '' : [leaves.state, leaves.reason].filter(Boolean).join(': '),
      time(offboarded?.since) ?? '',
    ]);
}

/** The same as one JSON document, in pieces. */
export function* accessJson({ accounts, at, targets }: AccessReport): Generator<string> {
  yield `{${at === undefined ? '' : `"at":${JSON.stringify(time(at))},`}"accounts":[`;
  yield* joined(views(accounts));
  const known = Object.fromEntries(targets.map((target) => [target.name, targetView(target)]));
  yield `],${JSON.stringify({ targets: known }).slice(1)}\n`;
}

function* views(accounts: Iterable<Access>): Generator<object> {
  for (const access of accounts) yield accessView(access);
}

function targetView({ assign, isForgotten, strays }: AccessTarget): object {
  return {
    ...(assign !== undefined && { assign }),
    ...(isForgotten && { configured: false }),
    ...(strays && { orphans: { at: time(strays.at), count: strays.count, items: strays.items } }),
  };
}

const words = {
  active: ['green', 'active'],
  off: ['dim', 'off'],
  invited: ['yellow', 'invited'],
  leaving: ['yellow', 'invited, and off on acceptance'],
} as const;

export function* accessText({ accounts, at, targets, of }: AccessReport, style: Style): Generator<string> {
  if (at !== undefined) yield `who had access at ${when(at)}`;
  const counts = new Map<string, { all: number; active: number }>();
  for (const access of accounts) {
    const { target, state } = access;
    const counted = counts.get(target) ?? { all: 0, active: 0 };
    counted.all++;
    if (state === 'active') counted.active++;
    counts.set(target, counted);
    yield accessLine(access, style);
  }
  if (of !== undefined) {
    if (counts.size === 0) yield* noAccountText(of);
    return;
  }
  if (counts.size === 0) yield 'nobody has an account';
  for (const target of targets) {
    const { all, active } = counts.get(target.name) ?? { all: 0, active: 0 };
    yield `${style('bold', target.name)}  ${count(all, 'account')}, ${active.toLocaleString('en-GB')} active; ${assignText(target)}`;
    if (at === undefined) yield* straysText(target, style);
  }
}

/** A key that is mistyped has no account either, which is no answer about the person who was meant. */
function* noAccountText({ key, isKnown }: NonNullable<AccessReport['of']>): Generator<string> {
  const shown = plain(key);
  yield isKnown
    ? `${shown} has no account`
    : `${shown} has no account, and no accepted read has ever had this key`;
  if (!isKnown) yield `  rollcall explain ${shown} looks whether the source has it by now`;
}

function assignText({ assign, isForgotten }: AccessTarget): string {
  if (isForgotten) return 'not in the configuration any more, and left alone';
  return assign === undefined ? 'everybody who is active is assigned' : `assigned by ${plain(assign)}`;
}

function accessLine(access: Access, style: Style): string {
  const {
    target,
    key,
    userName,
    remoteId,
    state,
    origin,
    since,
    stateSince,
    why,
    confirmedAt,
    groups,
    leaves,
    offboarded,
  } = access;
  const [colour, word] = words[state];
  const is = style(colour, origin === 'adopted' ? `${word} (adopted)` : word);
  const parts = [
    `since ${when(stateSince ?? since)}`,
    why === undefined ? '' : plain(why),
    `confirmed ${when(confirmedAt)}`,
    groups.length === 0 ? '' : `groups ${plain(groups.join(', '))}`,
    leaves === undefined || state === 'leaving'
      ? ''
      : style(
          'red',
          `is to be switched off: ${leaves.state}${leaves.reason === undefined ? '' : `, ${plain(leaves.reason)}`}`,
        ),
    offboarded === undefined
      ? ''
      : style('yellow', `offboarded by ${plain(offboarded.actor)} ${when(offboarded.since)}`),
  ].filter((part) => part !== '');
  return `${style('bold', plain(target))}  ${plain(key)}  ${plain(userName ?? remoteId)}  ${is}  ${parts.join('; ')}`;
}

const mostStrays = 20;

function* straysText({ name, strays, isForgotten }: AccessTarget, style: Style): Generator<string> {
  if (isForgotten) return;
  if (strays === undefined) {
    yield `  whether it has accounts that are nobody's is not known: ${style.commands('rollcall reconcile')} ${name} looks`;
    return;
  }
  if (strays.count === 0) {
    yield `  no account there was nobody's at ${when(strays.at)}, when it was last reconciled`;
    return;
  }
  yield `  ${style('yellow', count(strays.count, 'account'))} that ${strays.count === 1 ? 'is' : 'are'} nobody's, by the last reconciliation at ${when(strays.at)}`;
  for (const { remoteId, situation, userName, email, active, reason } of strays.items.slice(0, mostStrays)) {
    const who = [userName ?? email, remoteId].filter((part) => part !== undefined).map(plain);
    const is = active === undefined ? [] : [active ? 'on' : 'off'];
    yield `    ${situation}  ${[...who, ...is, ...(reason === undefined ? [] : [plain(reason)])].join('  ')}`;
  }
  if (strays.count > mostStrays)
    yield `    … and ${(strays.count - mostStrays).toLocaleString('en-GB')} more (--json names up to a thousand)`;
}
