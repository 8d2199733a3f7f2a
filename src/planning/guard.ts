import { isMemberKind } from '../model/index.ts';
import type { Breach, Kind, KindTotal, Limit, Limits, Receipt, SourceLimits } from '../model/index.ts';

/** What was released of a kind on a target within the last 24 hours, without what somebody approved. */
export interface Window {
  readonly released: Readonly<Partial<Record<Kind | 'missing', number>>>;
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
  const breaches = new Map<Kind, readonly Breach[]>();
  for (const { kind, count } of totals) {
    const limit = limits[kind];
    if (limit === undefined || count === 0) continue;
    const before = window.released[kind] ?? 0;
    const found = breachesOf(limit, {
      count,
      before,
      what: `${kind} operation`,
      released: 'released',
      linked: window.linked,
      of: wholeOf(kind, window),
      isShared: !(kind === 'create' && window.linked === 0),
    });
    if (found.length > 0) breaches.set(kind, found);
  }
  return breaches;
}

function wholeOf(kind: Kind, { others }: Window): Counted['of'] {
  const whole = others?.[kind];
  return whole === undefined ? undefined : { whole, called: isMemberKind(kind) ? 'memberships' : 'groups' };
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

interface Counted {
  readonly count: number;
  /** Within the last 24 hours. */
  readonly before: number;
  /** Of one. */
  readonly what: string;
  readonly released: string;
  readonly linked: number;
  /** Of what a share is taken, where it is not of linked accounts, and what that is called. */
  readonly of?: { readonly whole: number; readonly called: string } | undefined;
  /** Whether there is something to take a share of. */
  readonly isShared: boolean;
}

function breachesOf(limit: Limit, counted: Counted): readonly Breach[] {
  const { count, before, what, linked, of } = counted;
  const number = count + before;
  if (number <= limit.floor) return [];
  const found: Breach[] = [];
  const amount = `${number} ${what}${number === 1 ? '' : 's'}`;
  const summed =
    before > 0 ? `${amount} within 24 hours (${before} of them already ${counted.released})` : amount;
  if (limit.count !== undefined && number > limit.count)
    found.push({
      rule: 'count',
      number,
      limit: limit.count,
      message: `${summed}, and the limit is ${limit.count}`,
    });
  if (limit.percent === undefined || !counted.isShared) return found;
  const whole = of?.whole ?? linked;
  const percent = whole === 0 ? 100 : (number / whole) * 100;
  if (percent > limit.percent)
    found.push({
      rule: 'percent',
      number: Math.round(percent * 10) / 10,
      limit: limit.percent,
      message: `${summed} ${number === 1 ? 'is' : 'are'} ${percent.toFixed(1)} % of ${wholeText(counted)}, and the limit is ${limit.percent} %`,
    });
  return found;
}

function wholeText({ before, linked, of }: Counted): string {
  if (of !== undefined) return `${of.whole} ${of.called}`;
  return before > 0 ? `the ${linked} accounts linked 24 hours ago` : `${linked} linked accounts`;
}

/**
 * Whether so many accounts may be taken to be gone. Who loses an account is off, so that the limit is that of switching
 * off; and where none of ours was seen at all, there may be another service behind the address.
 */
export function guardMissing(
  missing: { readonly count: number; readonly isAnySeen: boolean },
  limits: Limits,
  window: Window,
): readonly Breach[] {
  const { count, isAnySeen } = missing;
  if (count === 0) return [];
  const before = window.released.missing ?? 0;
  const counted = { count, before, released: 'closed', linked: window.linked, isShared: true };
  const found =
    limits.deactivate === undefined
      ? []
      : breachesOf(limits.deactivate, { ...counted, what: 'missing account' });
  if (isAnySeen) return found;
  const message = `none of the accounts that are linked is there (${count}): it may be another service`;
  return [{ rule: 'missing.all', number: count, message }, ...found];
}

/** What is known of the last read that was accepted. */
export interface Accepted {
  readonly count: number;
  /** Its last line ended as lines do, or its last entry as entries do. */
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
      message:
        'the last line does not end (in LDIF, the last entry with a blank line), and that of the last accepted read did: the file may be cut',
    });
  const whole = shrinkage(accepted?.count ?? 0, receipt.count, limits);
  if (whole !== undefined)
    breaches.push({ ...whole, message: `${recordsIn(receipt.count)} where ${whole.message}` });
  for (const [part, before] of Object.entries(accepted?.counts ?? {})) {
    const now = receipt.counts?.[part] ?? 0;
    const lost = receipt.counts === undefined ? undefined : shrinkage(before, now, limits);
    if (lost !== undefined)
      breaches.push({ ...lost, message: `${recordsIn(now)} of ${named(part)} where ${lost.message}` });
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

function recordsIn(count: number): string {
  return `${count} ${count === 1 ? 'record' : 'records'}`;
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
