import { isMemberKind } from '../model/index.ts';
import type { Breach, Kind, KindTotal, Limit, Limits, Receipt, SourceLimits } from '../model/index.ts';

/** What was released of a kind on a target within the last 24 hours, without what somebody approved. */
export interface Window {
  readonly released: Readonly<Partial<Record<Kind, number>>>;
  /** Accounts that were linked when the window began. */
  readonly linked: number;
  /** Of what a share is taken where a kind is not about accounts of people: memberships, or groups. */
  readonly others?: Readonly<Partial<Record<Kind, number>>>;
}

/**
 * The limits of rule 21, all of them, per kind. A kind is breached when the number of the plan and of the window
 * together is over the floor and over the count or the percentage of the accounts that were linked at the window's
 * start. A create into a target without accounts is limited by count alone: there is nothing to take a share of.
 */
export function guardKinds(
  totals: readonly KindTotal[],
  limits: Limits,
  window: Window,
): ReadonlyMap<Kind, readonly Breach[]> {
  const breaches = new Map<Kind, Breach[]>();
  for (const { kind, count } of totals) {
    const limit = limits[kind];
    if (limit === undefined || count === 0) continue;
    const before = window.released[kind] ?? 0;
    const number = count + before;
    if (number <= limit.floor) continue;
    const found: Breach[] = [];
    const summed =
      before > 0
        ? `${number} ${kind} operations within 24 hours (${before} of them already released)`
        : `${count} ${kind} operations`;
    if (limit.count !== undefined && number > limit.count)
      found.push({
        rule: 'count',
        number,
        limit: limit.count,
        message: `${summed}, and the limit is ${limit.count}`,
      });
    const base = window.others?.[kind];
    const whole = base ?? window.linked;
    if (limit.percent !== undefined && !(kind === 'create' && window.linked === 0)) {
      const percent = whole === 0 ? 100 : (number / whole) * 100;
      if (percent > limit.percent)
        found.push({
          rule: 'percent',
          number: Math.round(percent * 10) / 10,
          limit: limit.percent,
          message: `${summed} are ${percent.toFixed(1)} % of ${base !== undefined ? `${base} ${isMemberKind(kind) ? 'memberships' : 'groups'}` : before > 0 ? `the ${window.linked} accounts linked 24 hours ago` : `${window.linked} linked accounts`}, and the limit is ${limit.percent} %`,
        });
    }
    if (found.length > 0) breaches.set(kind, found);
  }
  return breaches;
}

/** The same limit for each group by itself: half of a group may be few of all memberships. */
export function guardGroups(
  removals: readonly { readonly key: string; readonly count: number; readonly size: number }[],
  limit: Limit | undefined,
): readonly Breach[] {
  if (limit?.percent === undefined) return [];
  const { percent: most, floor } = limit;
  return removals.flatMap(({ key, count, size }): readonly Breach[] => {
    const percent = size === 0 ? 100 : (count / size) * 100;
    if (count <= floor || percent <= most) return [];
    return [
      {
        rule: 'group.percent',
        number: Math.round(percent * 10) / 10,
        limit: most,
        message: `${count} of the ${size} members of the group ${key} are ${percent.toFixed(1)} %, and the limit is ${most} %`,
      },
    ];
  });
}

/** What is known of the last read that was accepted. */
export interface Accepted {
  readonly count: number;
  /** Its last line ended as lines do. */
  readonly endsLine?: boolean;
  /** How many belonged to each part, where parts are told apart. */
  readonly counts?: Readonly<Record<string, number>>;
  readonly sha256?: string;
  readonly writtenAt?: number;
}

/** What is wrong with a read as a whole. It stops every target (law 7). */
export function guardSource(
  receipt: Receipt,
  rejected: number,
  accepted: Accepted | undefined,
  limits: SourceLimits,
): readonly Breach[] {
  const breaches: Breach[] = receipt.reasons.map((reason) => ({
    rule: 'source.incomplete',
    message: reason,
  }));
  if (!receipt.complete && breaches.length === 0)
    breaches.push({ rule: 'source.incomplete', message: 'the read was not complete' });
  if (breaches.length === 0 && accepted?.endsLine === true && receipt.endsLine === false)
    breaches.push({
      rule: 'source.end',
      message: 'the last line does not end, and that of the last accepted read did: the file may be cut',
    });
  const whole = shrinkage(accepted?.count ?? 0, receipt.count, limits);
  if (whole !== undefined)
    breaches.push({ ...whole, message: `${receipt.count} records where ${whole.message}` });
  for (const [part, before] of Object.entries(accepted?.counts ?? {})) {
    const now = receipt.counts?.[part] ?? 0;
    const lost = receipt.counts === undefined ? undefined : shrinkage(before, now, limits);
    if (lost !== undefined)
      breaches.push({ ...lost, message: `${now} records of ${named(part)} where ${lost.message}` });
  }
  if (rejected > limits.floor && (rejected / receipt.count) * 100 > limits.rejected)
    breaches.push({
      rule: 'source.rejected',
      number: Math.round((rejected / receipt.count) * 1000) / 10,
      limit: limits.rejected,
      message: `${rejected} of ${receipt.count} records were rejected: ${((rejected / receipt.count) * 100).toFixed(1)} %, and the limit is ${limits.rejected} %`,
    });
  return breaches;
}

/** A part that an expression told apart; the empty text is those of whom it says nothing. */
function named(part: string): string {
  return part === '' ? 'no part' : `"${part.length > 60 ? `${part.slice(0, 60)}…` : part}"`;
}

function shrinkage(before: number, now: number, { floor, shrunk }: SourceLimits): Breach | undefined {
  const lost = before - now;
  const percent = (lost / before) * 100;
  if (lost <= floor || percent <= shrunk) return undefined;
  return {
    rule: 'source.shrunk',
    number: Math.round(percent * 10) / 10,
    limit: shrunk,
    message: `the last accepted read had ${before}: ${percent.toFixed(1)} % fewer, and the limit is ${shrunk} %`,
  };
}
