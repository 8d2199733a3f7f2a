import { provision } from '../engine/provision.ts';
import type { Provisioned } from '../engine/provision.ts';
import { provisionJson, provisionText } from '../reports/provision.ts';
import { duration } from './duration.ts';
import { actor, sleep, wire } from './engine.ts';
import { newPassword } from '../wiring/new-password.ts';
import { openSignals } from './signals.ts';
import { print, say, styleOf } from './terminal.ts';
import type { GlobalOptions } from './terminal.ts';

interface Options extends GlobalOptions {
  readonly wait: string;
}

export async function run(options: Options, given: string, names: readonly string[]): Promise<number> {
  const key = given.trim().normalize('NFC');
  const wait = duration(options.wait, '--wait');
  const { engine } = await wire(options);
  const signals = openSignals(() =>
    say(options, 'stopping: what is in flight is finished, the rest is left to the next run'),
  );
  try {
    const command = ['provision', key, ...names].join(' ');
    const provisioned = await provision(
      engine,
      { key, names, command, actor: actor() },
      { signal: signals.signal, wait, sleep, random: Math.random, newPassword },
    );
    if (options.json) await print([JSON.stringify(provisionJson(provisioned))]);
    else await print(provisionText(provisioned, styleOf(options)));
    return signals.exitCode ?? exitCode(provisioned);
  } finally {
    signals.close();
  }
}

/** 1 where nothing could be done for them, 3 where something or somebody holds it, 4 where something waits or failed. */
function exitCode({ standing, targets }: Provisioned): number {
  if (standing === 'rejected' || targets.every(({ state }) => state === 'failed')) return 1;
  if (standing === 'offboarded' || targets.some(({ state }) => state === 'held')) return 3;
  return targets.some(({ state }) => state === 'waiting' || state === 'failed') ? 4 : 0;
}
