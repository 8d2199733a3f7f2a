import { lift } from '../engine/offboard.ts';
import { offboardNow } from '../engine/offboard-now.ts';
import type { OffEverywhere } from '../engine/offboard-now.ts';
import { RollcallError } from '../model/index.ts';
import { offboardJson, offboardText, offboardingView } from '../reports/offboard.ts';
import { withState } from '../store/state.ts';
import { duration } from './duration.ts';
import { actor, sleep, wire } from './engine.ts';
import { openSignals } from './signals.ts';
import { print, say, styleOf } from './terminal.ts';
import type { GlobalOptions } from './terminal.ts';

interface Options extends GlobalOptions {
  readonly lift?: boolean;
  readonly reason?: string;
  readonly protected?: boolean;
  readonly unknown?: boolean;
  readonly wait: string;
}

/** Longer reasons are cut where they are shown, and belong in a ticket. */
const longest = 500;

export async function run(options: Options, given: string): Promise<number> {
  const key = given.normalize('NFC');
  const wait = duration(options.wait, '--wait');
  const reason = options.reason?.trim();
  if (reason !== undefined && (reason === '' || reason.length > longest))
    throw new RollcallError('usage', `--reason takes a sentence of up to ${longest} characters`);
  if (options.lift) return end(options, key, reason);
  const { engine } = await wire(options);
  const signals = openSignals(() =>
    say(options, 'it is written down, and whoever delivers next switches them off: not waiting any more'),
  );
  try {
    const off = await offboardNow(
      engine,
      {
        key,
        actor: actor(),
        command: `offboard ${key}`,
        ...(reason !== undefined && { reason }),
        isProtectedMeant: options.protected === true,
        isUnknownMeant: options.unknown === true,
      },
      { signal: signals.signal, wait, sleep, random: Math.random },
    );
    if (options.json) await print([JSON.stringify(offboardJson(off))]);
    else await print(offboardText(off, styleOf(options)));
    return signals.exitCode ?? exitCode(off);
  } finally {
    signals.close();
  }
}

/** 0 where each target has confirmed it; 4 where one has not, or has an account beside that could be theirs and is on. */
function exitCode({ targets }: OffEverywhere): number {
  const isOff = targets.every(
    ({ state, matches }) =>
      (state === 'off' || state === 'none') && matches.every(({ active }) => active === false),
  );
  return isOff ? 0 : 4;
}

async function end(options: Options, key: string, reason: string | undefined): Promise<number> {
  const other = reason !== undefined ? '--reason' : options.protected ? '--protected' : undefined;
  if (other !== undefined)
    throw new RollcallError('usage', `${other} is for offboarding somebody, and --lift ends it`);
  const { configuration } = await wire(options, false);
  return withState(configuration.state, false, async (state) => {
    const lifted = lift(state, { key, actor: actor() }, Date.now());
    const { commands } = styleOf(options);
    if (options.json) await print([JSON.stringify({ key, lifted: offboardingView(lifted) })]);
    else
      await print([
        `${key} is not offboarded any more: the next ${commands('rollcall sync')} gives back what the source says, and ${commands('rollcall plan')} shows it`,
      ]);
    return 0;
  });
}
