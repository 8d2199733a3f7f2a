import { resumeTarget } from '../engine/pause.ts';
import { count, when } from '../reports/style.ts';
import { actor, wire } from './engine.ts';
import { print, styleOf } from './terminal.ts';
import type { GlobalOptions } from './terminal.ts';

export async function run(options: GlobalOptions, target: string): Promise<number> {
  const { engine } = await wire(options, false);
  const resumed = resumeTarget(engine, target, actor());
  if (options.json) {
    await print([JSON.stringify({ target, ...resumed })]);
    return 0;
  }
  const { paused, haltedSince, due } = resumed;
  const ended = [
    ...(paused === undefined ? [] : [`paused since ${when(paused.since)}`]),
    ...(haltedSince === undefined ? [] : [`halted since ${when(haltedSince)}`]),
  ];
  const was = ended.length === 0 ? 'it was neither paused nor halted' : `it was ${ended.join(' and ')}`;
  const waited = due > 0 ? `; ${count(due, 'operation')} that waited for a time is due now` : '';
  const next = `${styleOf(options).commands('rollcall sync')} sends what waits`;
  await print([`${target} goes on: ${was}${waited}. ${next}`]);
  return 0;
}
