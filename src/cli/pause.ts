import { pauseTarget } from '../engine/pause.ts';
import { RollcallError } from '../model/index.ts';
import { pauseText } from '../reports/standing.ts';
import { actor, wire } from './engine.ts';
import { print, styleOf } from './terminal.ts';
import type { GlobalOptions } from './terminal.ts';

interface Options extends GlobalOptions {
  readonly reason?: string;
}

/** Longer reasons are cut where they are shown, and belong in a ticket. */
const longest = 500;

export async function run(options: Options, target: string): Promise<number> {
  const reason = options.reason?.trim();
  if (reason !== undefined && (reason === '' || reason.length > longest))
    throw new RollcallError('usage', `--reason takes a sentence of up to ${longest} characters`);
  const { engine } = await wire(options, false);
  const paused = pauseTarget(engine, target, { actor: actor(), ...(reason !== undefined && { reason }) });
  if (options.json) await print([JSON.stringify({ target, paused })]);
  else await print(pauseText(target, paused, styleOf(options)));
  return 0;
}
