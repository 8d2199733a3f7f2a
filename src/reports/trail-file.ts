import { canonical, isObject } from '../model/index.ts';
import type { Json } from '../model/index.ts';
import type { TrailRow } from '../store/trail/rows.ts';
import { Verifier } from '../store/trail/verify.ts';
import type { Verdict } from '../store/trail/verify.ts';
import type { Head } from '../store/audit.ts';

const names = ['seq', 'at', 'run', 'target', 'key', 'event', 'detail', 'previous', 'hash'];

/**
 * A row of an export; undefined where a line is none. A name too many is one that no hash covers, so that it could say
 * anything: such a line is none.
 */
export function rowIn(line: string): TrailRow | undefined {
  let row: unknown;
  try {
    row = JSON.parse(line);
  } catch {
    return undefined;
  }
  if (!isObject(row) || Object.keys(row).length !== names.length) return undefined;
  const { seq, at, run, target, key, event, detail, previous, hash } = row;
  const isText = (value: unknown): value is string => typeof value === 'string';
  const isTextOrNull = (value: unknown): value is string | null => value === null || isText(value);
  if (!Number.isSafeInteger(seq) || !isText(at) || !isText(event) || !isText(previous) || !isText(hash))
    return undefined;
  if (!isTextOrNull(target) || !isTextOrNull(key) || !(run === null || Number.isSafeInteger(run)))
    return undefined;
  const time = Date.parse(at);
  if (detail === undefined || Number.isNaN(time) || new Date(time).toISOString() !== at) return undefined;
  return {
    seq: seq as number,
    at: time,
    run: run as number | null,
    target,
    key,
    event,
    detail: canonical(detail as Json),
    previous,
    hash,
  };
}

/** Looks at an exported trail line by line, with nothing but what stands in it, and a head that was kept elsewhere. */
export async function verifyLines(lines: AsyncIterable<string>, head?: Head): Promise<Verdict> {
  const verifier = new Verifier({ head });
  let number = 0;
  let last = 0;
  for await (const line of lines) {
    number++;
    if (line.trim() === '') continue;
    const row = rowIn(number === 1 ? line.replace(/^\uFEFF/, '') : line);
    if (row === undefined) verifier.fault(last + 1, 'changed', `line ${number} is no row of a trail`);
    else verifier.take(row);
    last = row?.seq ?? last + 1;
  }
  return verifier.end();
}
