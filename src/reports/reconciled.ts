import { SITUATIONS } from '../model/index.ts';
import type { Situation } from '../model/index.ts';
import { isContradicted } from '../engine/repair.ts';
import type { Taken } from '../engine/repair.ts';
import type { Reconciled } from '../engine/reconcile.ts';
import type { TargetRun } from '../engine/run.ts';
import { isWhole } from '../engine/stock.ts';
import type { Stock } from '../engine/inventory.ts';
import { count } from './style.ts';
import { shortPath } from './views.ts';

/** What a reconciliation says of one target, but for its items. */
export interface ReconciledView {
  readonly name: string;
  readonly error?: { readonly code: string; readonly message: string };
  /** Whether the list is proved to show everybody. */
  readonly complete: boolean;
  /** Why not. */
  readonly reason?: string;
  /** Whether the list is at odds with itself, so that nothing is repaired by it. */
  readonly isContradicted: boolean;
  readonly linked: number;
  readonly listed: number;
  readonly counts: Readonly<Record<Situation, number>>;
  /** By attribute: of how many accounts it is not returned, and so not compared. */
  readonly notReturned: Readonly<Record<string, number>>;
  readonly taken?: Taken;
  /** The same of its groups, where it is given some. */
  readonly groups?: GroupsView;
}

/** Groups are compared by the list, and those that are ours one by one. */
export type GroupsView = Pick<
  ReconciledView,
  'complete' | 'reason' | 'linked' | 'listed' | 'counts' | 'notReturned'
>;

export function reconciledViews({ run, busy, taken }: Reconciled): readonly ReconciledView[] {
  const views = run.targets.map((target) => viewOf(target, taken.get(target.configuration.name)));
  return [...views, ...busy.map(({ name, error }) => ({ ...nothing(name), ...(error && { error }) }))];
}

function nothing(name: string): ReconciledView {
  const counts = Object.fromEntries(SITUATIONS.map((one) => [one, 0])) as Record<Situation, number>;
  return { name, complete: false, isContradicted: true, linked: 0, listed: 0, counts, notReturned: {} };
}

function viewOf(target: TargetRun, taken: Taken | undefined): ReconciledView {
  const { configuration, failure, accounts } = target;
  const { name } = configuration;
  const stock = target.stock!;
  if (failure !== undefined)
    return {
      ...nothing(name),
      linked: accounts.count,
      error: { code: failure.code, message: failure.message },
    };
  const reason = whyIncomplete(target);
  return {
    name,
    complete: reason === undefined,
    ...(reason !== undefined && { reason }),
    isContradicted: isContradicted(stock),
    linked: accounts.count,
    listed: stock.listing!.count,
    ...totalsOf(stock),
    ...(target.groups && { groups: groupsOf(target) }),
    ...(taken !== undefined && { taken }),
  };
}

export function totalsOf({
  counts,
  notReturned,
}: Pick<Stock, 'counts' | 'notReturned'>): Pick<ReconciledView, 'counts' | 'notReturned'> {
  return {
    counts: Object.fromEntries(SITUATIONS.map((one) => [one, counts.get(one) ?? 0])) as Record<
      Situation,
      number
    >,
    notReturned: Object.fromEntries(
      [...notReturned].map(([path, number]): [string, number] => [shortPath(path), number]).sort(),
    ),
  };
}

function groupsOf({ groups, stock, configuration }: TargetRun): GroupsView {
  const { listing } = stock!.groups;
  const { title, list } = configuration.profile;
  const reason = listing?.complete
    ? list.provesAbsence
      ? undefined
      : `a list of ${title} may leave groups out`
    : (listing?.reason ?? 'it cannot be proved');
  return {
    complete: reason === undefined,
    ...(reason !== undefined && { reason }),
    linked: groups!.reader.accounts.size,
    listed: listing?.count ?? 0,
    ...totalsOf(stock!.groups),
  };
}

function whyIncomplete({ stock, configuration }: TargetRun): string | undefined {
  const { listing, leftOut } = stock!;
  if (!listing!.complete) return listing!.reason ?? 'it cannot be proved';
  const { title, list } = configuration.profile;
  if (!list.provesAbsence) return `a list of ${title} may leave people out`;
  return isWhole(stock!)
    ? undefined
    : `it left out ${count(leftOut, 'account')} that ${leftOut === 1 ? 'is' : 'are'} there`;
}
