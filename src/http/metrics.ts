import { Counter, Gauge, Registry } from 'prom-client';
import { Budgets } from '../delivery/budgets.ts';
import type { Configuration } from '../model/index.ts';
import { targetRow } from '../store/accounts.ts';
import { spentOf } from '../store/budgets.ts';
import { countAccepted } from '../store/events.ts';
import { accountCounts, doneSince, markOfTrail, openByState, runsSince } from '../store/figures.ts';
import type { Mark } from '../store/figures.ts';
import { haltOf } from '../store/halts.ts';
import { leaverLag } from '../store/lag.ts';
import { pauseOf } from '../store/pauses.ts';
import type { State } from '../store/state.ts';
import { lastRun } from '../store/status.ts';
import { bearerOf } from './keys.ts';
import { requireScope } from './api.ts';
import type { Gate } from './api.ts';
import { overdue } from './health.ts';
import { reading } from './reading.ts';
import type { Part } from './server.ts';

const day = 86_400_000;
const states = ['open', 'leased', 'waiting', 'failed', 'held'] as const;

/**
 * Figures for Prometheus, as OpenMetrics. What is counted is counted from the trail, so that runs of other processes count
 * as well; a counter begins at zero with the daemon. No label names a person.
 */
export function metrics(gate: Gate): Part {
  return (app, world) => {
    const figures = new Figures(world.version);
    // What is done before the first scrape counts, too.
    app.addHook('onReady', async () => {
      await reading(world, (state) => figures.look(state, world.host.configuration, world.now())).catch(
        () => undefined,
      );
    });
    app.get('/metrics', async (request, reply) => {
      const caller = await gate(request, bearerOf(request.headers.authorization));
      request.caller = caller;
      requireScope(caller, 'metrics');
      await reading(world, (state) => figures.look(state, world.host.configuration, world.now()));
      await reply.type(figures.contentType).send(await figures.text());
    });
  };
}

class Figures {
  readonly #registry = new Registry<typeof Registry.OPENMETRICS_CONTENT_TYPE>();
  readonly #gauges = new Map<string, Gauge>();
  readonly #runs = this.#counter('rollcall_runs', 'Runs that have ended.', ['command', 'outcome']);
  readonly #operations = this.#counter('rollcall_operations', 'Operations, by what became of them.', [
    'target',
    'kind',
    'outcome',
  ]);
  readonly #failures = this.#counter('rollcall_failures', 'Operations that failed, by the cause.', [
    'target',
    'code',
  ]);
  #mark: Mark | undefined;

  constructor(version: string) {
    this.#registry.setContentType(Registry.OPENMETRICS_CONTENT_TYPE);
    this.#gauge('rollcall_build_info', 'The version that runs.', { version }, 1);
  }

  get contentType(): string {
    return this.#registry.contentType;
  }

  text(): Promise<string> {
    return this.#registry.metrics();
  }

  look(state: State, configuration: Configuration, now: number): void {
    this.#count(state);
    for (const [name, gauge] of this.#gauges) if (name !== 'rollcall_build_info') gauge.reset();
    const run = lastRun(state);
    if (run?.endedAt !== undefined)
      this.#gauge('rollcall_last_run_timestamp_seconds', 'When the last run ended.', {}, run.endedAt / 1000);
    this.#gauge(
      'rollcall_events_waiting',
      'Events that are accepted and not carried out.',
      {},
      countAccepted(state),
    );
    const late = overdue(state, configuration, now);
    for (const target of configuration.targets) {
      const { name, renamedFrom, pace, authentication } = target;
      const id = targetRow(state, name, renamedFrom)?.id ?? 0;
      const of = { target: name };
      this.#gauge('rollcall_accounts', 'Accounts that are linked.', of, accountCounts(state, id).linked);
      const open = openByState(state, id);
      for (const one of states)
        this.#gauge(
          'rollcall_queue_operations',
          'Operations that are not done.',
          { ...of, state: one },
          open.find((row) => row.state === one)?.count ?? 0,
        );
      this.#gauge(
        'rollcall_target_halted',
        'Whether the target is halted.',
        of,
        haltOf(state, id) === undefined ? 0 : 1,
      );
      this.#gauge(
        'rollcall_target_paused',
        'Whether somebody paused the target.',
        of,
        pauseOf(state, id) === undefined ? 0 : 1,
      );
      this.#gauge(
        'rollcall_target_overdue',
        'Whether its schedule was due twice since its last sync.',
        of,
        late.includes(name) ? 1 : 0,
      );
      const lag = leaverLag(state, id, now - day, now);
      this.#gauge('rollcall_leavers_open', 'People who have left and are not off yet.', of, lag?.open ?? 0);
      this.#gauge(
        'rollcall_leaver_open_seconds',
        'How long the first of them has been waiting.',
        of,
        lag?.oldestOpenSeconds ?? 0,
      );
      if (lag?.medianSeconds !== undefined) {
        const says = 'Of the last 24 hours: from the read that showed it until the target confirmed it.';
        this.#gauge('rollcall_leaver_lag_seconds', says, { ...of, of: 'median' }, lag.medianSeconds);
        this.#gauge('rollcall_leaver_lag_seconds', says, { ...of, of: 'longest' }, lag.longestSeconds!);
      }
      for (const budget of new Budgets(pace, spentOf(state, id)).views(now))
        this.#gauge(
          'rollcall_budget_left',
          'What is left of a budget.',
          { ...of, budget: `${budget.of}/${budget.per}` },
          budget.left,
        );
      if (authentication.kind !== 'none' && authentication.expires !== undefined)
        this.#gauge(
          'rollcall_credential_expires_timestamp_seconds',
          'When the credential ends, as the configuration says.',
          of,
          authentication.expires / 1000,
        );
    }
  }

  /** From the trail since the last look; what was there before the first is not counted. */
  #count(state: State): void {
    const mark = markOfTrail(state);
    const before = (this.#mark ??= mark);
    for (const { command, outcome, count } of runsSince(state, before, mark))
      this.#runs.inc({ command, outcome }, count);
    for (const { target, kind, outcome, code, count } of doneSince(state, before, mark)) {
      this.#operations.inc({ target, kind, outcome }, count);
      if (outcome === 'failed') this.#failures.inc({ target, code: code ?? 'unknown' }, count);
    }
    this.#mark = mark;
  }

  #counter(name: string, help: string, labelNames: string[]): Counter {
    return new Counter({ name, help, labelNames, registers: [this.#registry] });
  }

  #gauge(name: string, help: string, labels: Record<string, string>, value: number): void {
    let gauge = this.#gauges.get(name);
    if (gauge === undefined) {
      gauge = new Gauge({ name, help, labelNames: Object.keys(labels), registers: [this.#registry] });
      this.#gauges.set(name, gauge);
    }
    gauge.set(labels, value);
  }
}
