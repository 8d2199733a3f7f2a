import { RollcallError } from '../../../src/model/index.ts';
import type { Locus } from '../../../src/model/index.ts';
import { findFault, unexpected } from './fault.ts';
import type { Expected } from './fault.ts';
import { nameOf } from './frame.ts';
import { describeFault, kindOf } from './record.ts';
import type { Place, Slice } from './slice.ts';

/** What is said of a document that cannot be read on. */

export function complaint(message: string, locus: Locus, hint: string, cause?: unknown): RollcallError {
  return new RollcallError('source', { message, locus, hint }, { cause });
}

/** A value outside the records, or one without an end, that is not JSON. */
export function notJson(value: Slice, file: string, cause?: unknown): RollcallError {
  const locus = { file, line: value.line, column: value.column };
  if (value.raw !== undefined && findFault(value.text) === undefined)
    return complaint('what begins here is not UTF-8', locus, 'export the file again, as UTF-8', cause);
  return complaint(describeFault(value), locus, 'correct the export, and run again', cause);
}

export function noList(value: unknown, location: string, file: string, line: number): RollcallError {
  const message = `${nameOf(location)} is ${kindOf(value)} and not the list of records, nor an object with it`;
  const hint = 'check `records` in the configuration, and whether the export failed';
  return complaint(message, { file, line }, hint);
}

export function tooLong(what: string, file: string, place: Place): RollcallError {
  const hint = '`records` in the configuration may not lead to the list of people';
  return complaint(`the ${what} that begins here is longer than 16 MiB`, { file, ...place }, hint);
}

export function misplaced(
  rest: string,
  expected: Expected,
  afterComma: boolean,
  locus: Locus,
): RollcallError {
  const { message, hint } = unexpected(rest, expected, afterComma);
  return complaint(`not JSON: ${message}`, locus, hint);
}

export function behindTheEnd(locus: Locus): RollcallError {
  const apart = 'if several files were joined into one, give them apart, as a list of paths';
  const lines = 'if every line is a record, say `format: ndjson`';
  const several = 'records over several lines are a list: put them between [ and ], with commas';
  return complaint(
    'something stands behind the end of the document',
    locus,
    `${apart}; ${lines}; ${several}`,
  );
}
