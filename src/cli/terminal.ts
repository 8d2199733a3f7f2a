import { RollcallError } from '../model/index.ts';
import { styleFor } from '../reports/style.ts';
import type { PlanText } from '../reports/plan.ts';
import type { Style } from '../reports/style.ts';
import { isOutputOver } from './streams.ts';

export const usualConfiguration = 'rollcall.yaml';

export interface GlobalOptions {
  readonly config: string;
  readonly json?: boolean;
  readonly quiet?: boolean;
  readonly color: boolean;
  /** `warn` where it is not said; of the daemon, `info`. */
  readonly logLevel?: 'silent' | 'error' | 'warn' | 'info' | 'debug';
  readonly logPersonalData?: boolean;
}

export function styleOf(options: GlobalOptions, stream: NodeJS.WriteStream = process.stdout): Style {
  const { config } = options;
  return styleFor(hasColour(options, stream), config === usualConfiguration ? undefined : config);
}

export function hasColour(options: GlobalOptions, stream: NodeJS.WriteStream = process.stdout): boolean {
  const wanted = options.color && !process.env['NO_COLOR'];
  return wanted && (stream.isTTY || Boolean(process.env['FORCE_COLOR']));
}

/** How much of a plan is shown. */
/** Changes to be read in the place of the source, and of which source they are; and for whom the run is meant. */
export interface InputOptions {
  readonly only?: string;
  readonly except?: string;
  readonly input?: string;
  readonly source?: string;
}

export interface ShowOptions {
  readonly show: string;
  readonly all?: boolean;
}

export function shownOf({ show, all }: ShowOptions): Pick<PlanText, 'people' | 'most'> {
  if (all) return { people: Infinity, most: Infinity };
  if (/^\d{1,9}$/.test(show)) return { people: Number(show), most: 20 };
  throw new RollcallError('usage', `--show ${show}: so many people are shown of each kind, such as 20, or 0`);
}

/** Writes lines to stdout and waits where the reader is slow, so that a long plan does not pile up in memory. */
export async function print(lines: Iterable<string>, end = '\n'): Promise<void> {
  let chunk = '';
  for (const line of lines) {
    chunk += line + end;
    if (chunk.length > 64 * 1024) {
      await write(chunk);
      if (isOutputOver()) return;
      chunk = '';
    }
  }
  if (chunk) await write(chunk);
}

/** What cannot be written is noted by the guard of the streams, and told at the end. */
function write(text: string): Promise<void> {
  return new Promise((resolve) => process.stdout.write(text, () => resolve()));
}

export function say(options: GlobalOptions, text: string): void {
  if (!options.quiet) process.stderr.write(`${text}\n`);
}
