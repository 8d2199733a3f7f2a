import { findPages } from '../../connectors/sources/pages.ts';
import { Daemon, hasWork, nothingToDo } from '../daemon/daemon.ts';
import type { Service } from '../daemon/contract.ts';
import { Bell, keepAtWork } from '../daemon/keep.ts';
import { RollcallError } from '../model/index.ts';
import type { Configuration } from '../model/index.ts';
import { PHASE } from '../planning/judge.ts';
import { approvalsIn } from '../store/approvals.ts';
import { duesIn } from '../store/due.ts';
import { DAEMON, lock } from '../store/locks.ts';
import type { Holder } from '../store/locks.ts';
import { openState } from '../store/state.ts';
import type { State } from '../store/state.ts';
import { noteTick, tickOf } from '../store/ticks.ts';
import { duration } from './duration.ts';
import { load, sleep } from './engine.ts';
import type { Loaded } from './engine.ts';
import { openSecrets } from '../wiring/credentials.ts';
import { openLog } from './log.ts';
import type { Logger } from './log.ts';
import { memoryGivenBack } from './memory.ts';
import { programOf } from './program.ts';
import type { ProgramOptions } from './program.ts';
import { openSignals } from './signals.ts';
import type { GlobalOptions } from './terminal.ts';
import { version } from '../wiring/version.ts';

interface Options extends GlobalOptions {
  readonly grace: string;
  readonly wait: string;
  readonly standby?: boolean;
}

/** How often one that stands by looks whether the other has gone. */
const standbyEvery = 1000;
/** Whoever asks whether there is a daemon holds its lock for a moment, too: so often it is tried again at once. */
const moments = 3;

export async function run(options: Options): Promise<number> {
  const grace = duration(options.grace, '--grace');
  const wait = duration(options.wait, '--wait');
  const log = openLog(options.logLevel ?? (options.quiet ? 'warn' : 'info'));
  const around: ProgramOptions = {
    options: { ...options, logLevel: options.logLevel ?? 'warn' },
    wait,
    log,
    giveBackMemory: memoryGivenBack(() => performance.now()),
  };
  const first = await loadWithWork(options.config);
  // Each run has a file for itself, which is put away also where the process ends in the middle.
  process.setMaxListeners(0);
  const signals = openSignals(() =>
    log.info('stopping: what is in flight is finished, the rest is left to the next run'),
  );
  let hangUp = (): void => undefined;
  const onHangUp = (): void => hangUp();
  process.on('SIGHUP', onHangUp);
  const state = openState(first.configuration.state, true);
  try {
    const standsBy = options.standby === true;
    const release = await take(state, first.configuration, standsBy, signals.signal, (holder) =>
      log.info({ holder }, 'another daemon runs on this state: standing by'),
    );
    if (release === undefined) return signals.exitCode ?? 0;
    try {
      // Whoever has stood by for long knows an old one.
      const loaded = standsBy ? await loadWithWork(options.config) : first;
      const bell = new Bell();
      const daemon = new Daemon(programOf(loaded, around), {
        now: () => Date.now(),
        log,
        load: async () => programOf(await load(options.config), around),
        approved: approvalsIn(state),
        due: duesIn(state, PHASE.offboard),
        ticks: {
          of: (target, work) => tickOf(state, target, work),
          note: (target, work, at) => noteTick(state, target, work, at),
        },
        lookAt,
        signal: signals.signal,
        wake: () => bell.ring(),
      });
      hangUp = () => void daemon.reload('SIGHUP').then(() => bell.ring());
      const { state: path, targets } = loaded.configuration;
      log.info({ state: path, targets: targets.map(({ name }) => name) }, 'the daemon runs');
      const services = loaded.configuration.http === undefined ? [] : [await httpSide(log)];
      const keeping = { now: () => Date.now(), sleep, signal: signals.signal, grace, log, services };
      const isOver = await keepAtWork(daemon, bell, keeping);
      log.info('the daemon has ended');
      if (!isOver) process.exit(signals.exitCode);
      return signals.exitCode ?? 0;
    } finally {
      release();
    }
  } finally {
    state.close();
    process.off('SIGHUP', onHangUp);
    signals.close();
  }
}

/** What runs beside the schedules; its libraries are loaded where the configuration asks for it. */
async function httpSide(log: Logger): Promise<Service> {
  const { httpService } = await import('../http/service.ts');
  const secrets = openSecrets(process.env);
  return httpService({
    now: () => Date.now(),
    log,
    version,
    sleep,
    secretOf: (reference) => secrets.read(reference),
  });
}

async function loadWithWork(file: string): Promise<Loaded> {
  const loaded = await load(file);
  if (hasWork(loaded.configuration)) return loaded;
  throw new RollcallError('configuration', {
    message: nothingToDo,
    locus: { file },
    hint: 'schedule: "*/15 * * * *" under a target, or watch: true under the source',
  });
}

/** One daemon for a state: the others are refused, or stand by until it has gone. Nothing where the signal comes first. */
async function take(
  state: State,
  { state: path }: Configuration,
  standsBy: boolean,
  signal: AbortSignal,
  onStandby: (holder: Holder | undefined) => void,
): Promise<(() => void) | undefined> {
  for (let count = 0; !signal.aborted; count++) {
    const attempt = lock(state, DAEMON, 'daemon', Date.now());
    if (attempt.held) return attempt.release;
    const { holder } = attempt;
    if (!standsBy && count >= moments)
      throw new RollcallError('locked', {
        message: `a daemon runs on ${path} already${holder === undefined ? '' : `: process ${holder.pid} on ${holder.host}, since ${new Date(holder.since).toISOString()}`}`,
        hint: '--standby waits until it has gone',
      });
    if (count === moments) onStandby(holder);
    await sleep(count < moments ? 100 : standbyEvery, signal);
  }
  return undefined;
}

/** The files with their sizes, times and numbers; empty where one of them, or the folder of a pattern, is not there. */
async function lookAt(paths: readonly string[]): Promise<string> {
  const pages = await findPages(paths).catch(() => []);
  if (pages.length === 0 || pages.some((page) => page.state === '')) return '';
  return pages.map((page) => `${page.path} ${page.state}`).join('\n');
}
