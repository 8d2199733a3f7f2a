import { fold } from '../planning/map.ts';
import type { Access } from '../store/access.ts';
import type { Listed } from '../store/listed.ts';
import { csvLine } from './csv.ts';
import { plain } from './style.ts';
import type { Style } from './style.ts';
import { joined } from './views.ts';

/** Somebody whom one side has assigned and the other has not. */
export type Difference =
  /** An account that is on, or an open invitation, of somebody who is not in the list. */
  | { readonly side: 'here'; readonly access: Access }
  /** In the list; the account is off. */
  | { readonly side: 'off'; readonly access: Access }
  /** In the list, and there is no account that has such a name. */
  | { readonly side: 'there'; readonly line: number; readonly shown: string };

export interface Tally {
  here: number;
  off: number;
  there: number;
  both: number;
}

/**
 * The differences between the accounts of a target and a list from the side of the sign-on. People are found by userName,
 * e-mail, id or key, without regard to case. `tally` is complete when the last was given.
 */
export function* compared(accounts: Iterable<Access>, listed: Listed, tally: Tally): Generator<Difference> {
  for (const access of accounts) {
    const { userName, emails = [], remoteId, key, state } = access;
    const names = [userName, ...emails, remoteId, key].filter((name) => name !== undefined && name !== '');
    const isListed = listed.meet([...new Set(names.map((name) => fold(name!)))]);
    const isOff = state === 'off';
    if (isListed && !isOff) tally.both++;
    if (isListed && isOff) {
      tally.off++;
      yield { side: 'off', access };
    }
    if (!isListed && !isOff) {
      tally.here++;
      yield { side: 'here', access };
    }
  }
  for (const { line, shown } of listed.rest()) {
    tally.there++;
    yield { side: 'there', line, shown };
  }
}

const words = {
  here: 'account here, not in the list',
  off: 'in the list, account is off',
  there: 'in the list, no account',
} as const;

export function* comparedText(
  target: string,
  differences: Iterable<Difference>,
  tally: Tally,
  style: Style,
): Generator<string> {
  for (const difference of differences) {
    const { side } = difference;
    const what = style(side === 'here' ? 'yellow' : 'red', words[side]);
    if (side === 'there') yield `${what}  ${plain(difference.shown)}  line ${difference.line}`;
    else {
      const { key, userName, remoteId, state } = difference.access;
      yield `${what}  ${plain(key)}  ${plain(userName ?? remoteId)}  ${state}`;
    }
  }
  const { here, off, there, both } = tally;
  yield `${style('bold', target)}  on both sides ${both}; only here ${here}; only in the list ${there}; in the list, and off here ${off}`;
}

export function* comparedJson(
  target: string,
  differences: Iterable<Difference>,
  tally: Tally,
): Generator<string> {
  yield `{"target":${JSON.stringify(target)},"differences":[`;
  yield* joined(views(differences));
  const { here, off, there, both } = tally;
  yield `],"counts":${JSON.stringify({ both, onlyHere: here, onlyListed: there, offHere: off })}}\n`;
}

function* views(differences: Iterable<Difference>): Generator<object> {
  for (const difference of differences) {
    if (difference.side === 'there')
      yield { is: 'onlyListed', line: difference.line, value: difference.shown };
    else {
      const { key, userName, remoteId, state } = difference.access;
      const is = difference.side === 'here' ? 'onlyHere' : 'offHere';
      yield { is, key, ...(userName !== undefined && { userName }), remoteId, state };
    }
  }
}

export function* comparedCsv(differences: Iterable<Difference>): Generator<string> {
  yield csvLine(['is', 'key', 'userName', 'remoteId', 'state', 'value', 'line']);
  for (const difference of differences)
    if (difference.side === 'there')
      yield csvLine(['onlyListed', '', '', '', '', difference.shown, String(difference.line)]);
    else {
      const { key, userName = '', remoteId, state } = difference.access;
      yield csvLine([
        difference.side === 'here' ? 'onlyHere' : 'offHere',
        key,
        userName,
        remoteId,
        state,
        '',
        '',
      ]);
    }
}
