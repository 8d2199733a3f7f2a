import { availableParallelism, cpus, loadavg } from 'node:os';
import type { Comparison } from './compare.ts';
import type { Figure, Requirement, Result } from './figures.ts';
import type { Turns } from './turns.ts';

export interface Machine {
  readonly cores: number;
  readonly processor: string;
  readonly node: string;
  readonly platform: string;
  /** Processes that wanted to run, on average over the minute before. */
  readonly load: number;
}

export function thisMachine(): Machine {
  return {
    cores: availableParallelism(),
    processor: cpus()[0]?.model ?? 'unknown',
    node: process.versions.node,
    platform: `${process.platform} ${process.arch}`,
    load: loadavg()[0]!,
  };
}

/** Whether others want more than half of it: then a clock on the wall measures them as well. */
export function isBusy({ load, cores }: Machine): boolean {
  return load > cores / 2;
}

export function machineText({ cores, processor, node, platform, load }: Machine): string {
  return `${cores} cores (${processor}), ${platform}, Node ${node}, load ${load.toFixed(1)} when it began`;
}

export function* resultText({ people, bytes, figures, requirements }: Result): Generator<string> {
  yield '';
  yield peopleText(people, bytes);
  yield '';
  yield row('', 'seconds', 'CPU s', 'peak MB', 'requests', 'a second');
  for (const figure of figures) yield figureText(figure);
  yield '';
  for (const one of requirements) yield requirementText(one);
  if (people < 1_000_000)
    yield 'What is asked of time is asked of a million people: below, starting the program weighs more than they do.';
}

/** One line for each measure; the spread is where the true ratio lies more often than not. Requests are shown where they are more. */
export function* turnsText(
  { people, bytes, comparisons, leftOut }: Turns,
  isBusyHere: boolean,
): Generator<string> {
  yield '';
  yield peopleText(people, bytes);
  yield '';
  yield row('', '', 'this', 'other', 'ratio', 'spread'.padStart(14));
  for (const one of comparisons)
    if (one.unit !== 'requests' || one.verdict !== 'met') yield comparisonText(one);
  if (leftOut.length > 0) yield '';
  for (const { name, why } of leftOut) yield `left out  ${name}: ${why}`;
  if (isBusyHere)
    yield 'The machine was busy when this began: CPU seconds decide, and what the clock on the wall says is told.';
}

function comparisonText({
  name,
  unit,
  this: one,
  other,
  ratio,
  spread,
  must,
  bound,
  verdict,
}: Comparison): string {
  const cells = [
    number(one),
    number(other),
    ratio.toFixed(2),
    spread
      .map((end) => end.toFixed(2))
      .join('–')
      .padStart(14),
  ];
  const asked = verdict === 'told' ? '' : `${must} ${bound.toFixed(2)}`;
  return `${row(name, unit, ...cells)}   ${verdict.padEnd(11)}  ${asked}`.trimEnd();
}

/** Three figures of it, or all that stand before the point. */
function number(value: number): string {
  return value >= 100 ? Math.round(value).toLocaleString('en-GB') : value.toPrecision(3);
}

function peopleText(people: number, bytes: number): string {
  return `${people.toLocaleString('en-GB')} people, ${(bytes / 1e6).toFixed(bytes < 1e6 ? 2 : 1)} MB`;
}

function figureText({ name, seconds, cpuSeconds, peakMegabytes, requests, perSecond, note }: Figure): string {
  const line = row(
    name,
    decimal(seconds),
    decimal(cpuSeconds),
    peakMegabytes?.toFixed(0) ?? '',
    requests?.toLocaleString('en-GB') ?? '',
    perSecond === undefined ? '' : Math.round(perSecond).toLocaleString('en-GB'),
  );
  return note === undefined ? line.trimEnd() : `${line}  ${note}`;
}

export function requirementText({ name, must, bound, unit, value, met }: Requirement): string {
  const reached =
    unit === ' MB' ? value.toFixed(0) : must === 'exactly' ? String(round(value)) : value.toFixed(2);
  return `${met ? 'met   ' : 'MISSED'}  ${name.padEnd(46)} ${`${reached}${unit}`.padStart(8)}   ${must} ${bound}${unit}`;
}

function row(name: string, ...cells: readonly string[]): string {
  return name.padEnd(38) + cells.map((cell) => cell.padStart(10)).join('');
}

function decimal(seconds: number | undefined): string {
  return seconds === undefined ? '' : seconds.toFixed(seconds < 1 ? 3 : 2);
}

function round(value: number): number {
  return Math.round(value * 1e6) / 1e6;
}
