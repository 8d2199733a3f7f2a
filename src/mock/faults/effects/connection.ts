import type { Sending } from '../../sending/oddly.ts';
import type { Effect } from '../effect.ts';
import * as takes from '../takes.ts';
import { numberOf } from '../words.ts';

const places = takes.oneOf('before', 'after', 'middle', 'end');

/** What becomes of the connection. */
export const connection: Readonly<Record<string, Effect>> = {
  drop: {
    takes: places,
    says: 'the connection is closed: without an answer, before or after the service did what it was asked; in the middle of the answer; or behind it',
    sources: [
      'https://www.rfc-editor.org/rfc/rfc9110#section-9.2.2',
      'https://www.rfc-editor.org/rfc/rfc9112#section-8',
    ],
    when: 'after',
    send: ({ value }) => ended(String(value), false),
  },
  reset: {
    takes: places,
    says: 'the same, with a TCP reset',
    sources: ['https://www.rfc-editor.org/rfc/rfc9112#section-9.6'],
    when: 'after',
    send: ({ value }) => ended(String(value), true),
  },
  slow: {
    takes: takes.milliseconds,
    says: 'the right answer in twenty pieces, over so many milliseconds',
    sources: ['https://github.com/wso2/product-is/issues/10441'],
    when: 'after',
    send: ({ value }) => ({ kind: 'dripped', over: Number(value) }),
  },
  endless: {
    takes: takes.optional(takes.milliseconds),
    says: 'an answer that begins and does not end: white space, byte by byte, until the client goes or after so many milliseconds, by default ten minutes, the connection does',
    // The mock's own: nobody was seen to send it, and a client has to bear it all the same.
    sources: [],
    when: 'after',
    send: ({ value }) => ({ kind: 'endless', lasts: numberOf(value, 600_000) }),
  },
};

function ended(where: string, reset: boolean): Sending {
  return where === 'middle' || where === 'end'
    ? { kind: 'cut', at: where, reset }
    : { kind: 'closed', reset };
}
