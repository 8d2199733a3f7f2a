import type { Configuration, PaceRules } from '../model/index.ts';
import { etaSeconds } from '../reports/eta.ts';
import { count, seconds } from '../reports/style.ts';
import type { Step } from '../store/queue/queue.ts';
import type { GlobalOptions } from './terminal.ts';

export interface Progress {
  /** Before anything is sent, people are asked about; what was asked so far is counted elsewhere. */
  ask(requests: () => number): void;
  start(targets: ReadonlyMap<string, number>, configuration: Configuration): void;
  step(target: string, step: Step): void;
  stop(): void;
}

interface Line extends PaceRules {
  readonly total: number;
  done: number;
  failed: number;
}

const silent: Progress = {
  ask: () => undefined,
  start: () => undefined,
  step: () => undefined,
  stop: () => undefined,
};

/** Done, rate and time left, on stderr and only where it is a terminal. The estimate knows the target's own rate. */
export function openProgress(options: GlobalOptions, stream = process.stderr): Progress {
  if (!stream.isTTY || options.quiet || options.json) return silent;
  const lines = new Map<string, Line>();
  let started = 0;
  let timer: NodeJS.Timeout | undefined;
  const draw = (text: string): void => {
    stream.write(`\r\u001b[2K${text.slice(0, (stream.columns || 80) - 1)}`);
  };
  const drawLines = (): void => {
    const elapsed = (performance.now() - started) / 1000;
    draw([...lines].map(([name, line]) => describe(name, line, elapsed)).join('  '));
  };
  return {
    ask(requests) {
      timer ??= setInterval(() => {
        draw(`asking who is there already: ${count(requests(), 'request')}`);
      }, 200);
    },
    start(targets, configuration) {
      for (const [name, total] of targets) {
        const pace = configuration.targets.find((target) => target.name === name)!.pace;
        if (total > 0) lines.set(name, { total, ...pace, done: 0, failed: 0 });
      }
      if (lines.size === 0) return;
      started = performance.now();
      timer = setInterval(drawLines, 200);
    },
    step(target, step) {
      const line = lines.get(target);
      if (line === undefined) return;
      if (step.kind !== 'members') {
        if (step.kind === 'done') line.done++;
        else if (step.kind === 'failed') line.failed++;
        return;
      }
      for (const { become } of step.outcomes) {
        if (become === 'done') line.done++;
        else if (become === 'failed') line.failed++;
      }
    },
    stop() {
      if (timer === undefined) return;
      clearInterval(timer);
      timer = undefined;
      stream.write('\r\u001b[2K');
    },
  };
}

function describe(name: string, line: Line, elapsed: number): string {
  const rate = line.done / Math.max(elapsed, 0.001);
  const left = Math.max(0, line.total - line.done - line.failed);
  const measured = rate > 0 && elapsed > 2 ? Math.ceil(left / rate) : etaSeconds(left, line);
  const floor = line.perSecond === undefined ? 0 : Math.ceil(left / line.perSecond);
  const failed = line.failed > 0 ? `, ${line.failed} failed` : '';
  return `${name}: ${line.done}/${line.total}${failed}, ${rate.toFixed(rate < 10 ? 1 : 0)}/s, ${seconds(Math.max(measured, floor))} left`;
}
