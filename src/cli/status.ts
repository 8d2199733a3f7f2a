import { nextSync } from '../daemon/agenda.ts';
import type { Configuration } from '../model/index.ts';
import { offboardings } from '../store/offboardings.ts';
import { DAEMON, holds } from '../store/locks.ts';
import type { Holder } from '../store/locks.ts';
import { forgottenTargets, frozen, lastRun, targetStatus } from '../store/status.ts';
import { heldKinds, openApprovals } from '../store/approvals.ts';
import { targetRow } from '../store/accounts.ts';
import { deletionsAhead } from '../store/deletions.ts';
import type { Ledger } from '../store/ledger.ts';
import { loadLedger, withState } from '../store/state.ts';
import type { State } from '../store/state.ts';
import { leaverLag } from '../store/lag.ts';
import { Budgets } from '../delivery/budgets.ts';
import { restOf, spentOf } from '../store/budgets.ts';
import { statusText } from '../reports/status.ts';
import type { StatusView } from '../reports/status.ts';
import { configuredWarnings } from '../wiring/credentials.ts';
import { wire } from './engine.ts';
import { tellWarning } from './execute.ts';
import { print, styleOf } from './terminal.ts';
import type { GlobalOptions } from './terminal.ts';

export async function run(options: GlobalOptions): Promise<number> {
  const { configuration } = await wire(options, false);
  for (const warning of configuredWarnings(configuration, Date.now())) tellWarning(options, warning);
  return withState(configuration.state, false, async (state) => {
    const daemon = holds(state, DAEMON);
    const most = options.json ? 100_000 : 20;
    const view = statusOf(state, configuration, { daemon, most, now: Date.now(), isWhole: true });
    if (options.json) await print([JSON.stringify(view)]);
    else await print(statusText(view, styleOf(options)));
    return 0;
  });
}

/** How all targets stand. `isWhole`: with what all accounts have to be looked at for, which a page that is asked often does without. */
export function statusOf(
  state: State,
  configuration: Configuration,
  {
    daemon,
    most,
    now,
    isWhole = false,
  }: {
    readonly daemon: Holder | undefined;
    readonly most: number;
    readonly now: number;
    readonly isWhole?: boolean;
  },
): StatusView {
  let ledger: Ledger | undefined;
  const people = (): Ledger => (ledger ??= loadLedger(state));
  return {
    state: configuration.state,
    ...(daemon && { daemon }),
    ...(lastRun(state) && { lastRun: lastRun(state)! }),
    targets: configuration.targets.map((target) => {
      const { name, mode, schedule, renamedFrom, pace } = target;
      const nextRun = nextSync(target, configuration.timeZone, now);
      const row = targetRow(state, name, renamedFrom);
      const id = row?.id ?? 0;
      const lag = leaverLag(state, id, now - 86_400_000, now);
      const budgets = new Budgets(pace, spentOf(state, id)).views(now);
      const restUntil = restOf(state, id);
      const deletions = isWhole && id > 0 ? deletionsAhead(state, id, target, people) : undefined;
      return {
        mode,
        ...(budgets.length > 0 && { budgets }),
        ...(restUntil > now && { restUntil }),
        ...(lag !== undefined && { leaverLag: lag }),
        ...(deletions !== undefined && { deletions }),
        ...(schedule !== undefined && { schedule: schedule.text }),
        ...(nextRun !== undefined && { nextRun }),
        held: heldKinds(state, id),
        approvals: openApprovals(state, id, now),
        ...targetStatus(state, row?.name ?? name, most),
        name,
      };
    }),
    frozen: frozen(state, most),
    offboarded: offboardings(state),
    forgotten: forgottenTargets(
      state,
      configuration.targets.flatMap(({ name, renamedFrom = name }) => [name, renamedFrom]),
    ),
  };
}
