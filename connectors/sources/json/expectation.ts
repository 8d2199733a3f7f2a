import type { JsonExpectation } from '../../../src/model/index.ts';
import { formatPointer, parsePointer } from './pointer.ts';

/** What one file says of itself beside its records. */
export interface PageClaims {
  readonly file: string;
  readonly values: ReadonlyMap<string, unknown>;
}

/** Pointers to what is expected beside the records, in one spelling each. */
export interface Claims {
  readonly noMore: string | undefined;
  readonly total: string | undefined;
}

/** Throws where an expectation is no pointer. */
export function claimsOf(expect: JsonExpectation): Claims {
  const settle = (pointer: string | undefined, option: string) =>
    pointer === undefined ? undefined : formatPointer(parsePointer(pointer, option));
  return { noMore: settle(expect.noMore, 'expect.noMore'), total: settle(expect.total, 'expect.total') };
}

/** Why pages may be missing, or belong to different exports. */
export function pageReasons(claims: Claims, pages: readonly PageClaims[], count: number): readonly string[] {
  return [
    ...(claims.noMore === undefined ? [] : noMoreReasons(claims.noMore, pages)),
    ...(claims.total === undefined ? [] : totalReasons(claims.total, pages, count)),
  ];
}

function noMoreReasons(pointer: string, pages: readonly PageClaims[]): readonly string[] {
  return pages.flatMap(({ file, values }, index) => {
    const following = pages[index + 1];
    const says = stands(values.get(pointer));
    if (following === undefined)
      return says ? [`${file} still has a value at ${pointer}, so a page is missing behind it`] : [];
    return says
      ? []
      : [`${file} has nothing at ${pointer}, as the last page has, and ${following.file} follows it`];
  });
}

/** Services leave it out, or say null, false or nothing, where there is no further page. */
function stands(value: unknown): boolean {
  return value !== undefined && value !== null && value !== false && value !== '';
}

function totalReasons(pointer: string, pages: readonly PageClaims[], count: number): readonly string[] {
  const totals = pages.map(({ file, values }) => ({ file, total: numberOf(values.get(pointer)) }));
  const without = totals.find(({ total }) => total === undefined);
  if (without !== undefined) return [`${without.file} has no number at ${pointer}`];
  const [first] = totals;
  const other = totals.find(({ total }) => total !== first?.total);
  if (first !== undefined && other !== undefined) {
    return [
      `${first.file} says ${first.total} at ${pointer} and ${other.file} says ${other.total}: they are not of one export`,
    ];
  }
  if (first?.total === count) return [];
  return [`${pointer} says that there are ${first?.total} records, and ${count} were read`];
}

function numberOf(value: unknown): number | undefined {
  const isNumber = typeof value === 'number' || (typeof value === 'string' && /^\d{1,15}$/.test(value));
  return isNumber ? Number(value) : undefined;
}
