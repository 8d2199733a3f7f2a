import { RollcallError } from '../model/index.ts';

/** A filter of RFC 7644 §3.4.2.2 as text, not yet percent-encoded. */
export type Filter = string;

// RFC 7644 §3.4.2.2: ATTRNAME = ALPHA *(nameChar), optionally after a schema's URN and a colon.
const attributePath = /^(urn:[\w.:-]+:)?[a-z][\w-]*(\.[a-z][\w-]*)?$/i;

/**
 * `userName eq "a\"b"`. The value is written as a JSON string (RFC 7644 §3.4.2.2), so that no value, whatever it
 * holds, can end the string and go on as filter.
 */
export function equals(attribute: string, value: string | boolean): Filter {
  if (!attributePath.test(attribute))
    throw new RollcallError('internal', `“${attribute}” is not the path of an attribute`);
  return `${attribute} eq ${JSON.stringify(value)}`;
}

/** All of them. Other operators than `eq` and `and` are not spoken (SCIM 2.0 Interoperability Profile §6.3). */
export function and(...filters: readonly Filter[]): Filter {
  return filters.join(' and ');
}
