import { nextSync } from '../daemon/agenda.ts';
import { DAEMON, holds } from '../store/locks.ts';
import { forgottenTargets, frozen, lastRun, targetStatus } from '../store/status.ts';
import { heldKinds, openApprovals } from '../store/approvals.ts';
import { targetRow } from '../store/accounts.ts';
import { openState } from '../store/state.ts';
import { statusText } from '../reports/status.ts';
import type { StatusView } from '../reports/status.ts';
import { configuredWarnings } from './credentials.ts';
import { wire } from './engine.ts';
import { tellWarning } from './execute.ts';
import { print, styleOf } from './terminal.ts';
import type { GlobalOptions } from './terminal.ts';

export async function run(options: GlobalOptions): Promise<number> {
  const { configuration } = await wire(options, false);
  for (const warning of configuredWarnings(configuration, Date.now())) tellWarning(options, warning);
  const state = openState(configuration.state, false);
  try {
    const daemon = holds(state, DAEMON);
    const most = options.json ? 100_000 : 20;
    const view: StatusView = {
      state: configuration.state,
      ...(daemon && { daemon }),
      ...(lastRun(state) && { lastRun: lastRun(state)! }),
      targets: configuration.targets.map((target) => {
        const { name, mode, schedule, renamedFrom } = target;
        const nextRun = nextSync(target, configuration.timeZone, Date.now());
        const row = targetRow(state, name, renamedFrom);
        const id = row?.id ?? 0;
        return {
          mode,
          ...(schedule && { schedule: schedule.text }),
          ...(nextRun !== undefined && { nextRun }),
          held: heldKinds(state, id),
          approvals: openApprovals(state, id, Date.now()),
          ...targetStatus(state, row?.name ?? name, most),
          name,
        };
      }),
      frozen: frozen(state, most),
      forgotten: forgottenTargets(
        state,
        configuration.targets.flatMap(({ name, renamedFrom = name }) => [name, renamedFrom]),
      ),
    };
    if (options.json) await print([JSON.stringify(view)]);
    else await print(statusText(view, styleOf(options)));
    return 0;
  } finally {
    state.close();
  }
}
