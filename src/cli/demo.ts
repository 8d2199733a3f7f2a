import { join, relative } from 'node:path';
import type { Style } from '../reports/style.ts';
import { opening } from './demo/chapters.ts';
import { checkLines, narrator } from './demo/narrator.ts';
import type { Narrator } from './demo/narrator.ts';
import { isAsTold, tell } from './demo/tell.ts';
import type { Played } from './demo/tell.ts';
import { openSignals } from './signals.ts';
import { hasColour, print, say, styleOf } from './terminal.ts';
import type { GlobalOptions } from './terminal.ts';
import { root } from '../wiring/version.ts';

/** Tells the story of three days on a mock Cosmo. 1 where anything went otherwise than it is told. */
export async function run(options: GlobalOptions): Promise<number> {
  const style = styleOf(options);
  const isTold = !options.json && !options.quiet;
  const voice = narrator(isTold ? (text) => void process.stdout.write(text) : () => undefined, style);
  const signals = openSignals(() => say(options, 'stopping, and tidying up'));
  const started = performance.now();
  try {
    voice.say(opening);
    const colour = isTold && hasColour(options);
    const people = join(root, 'config', 'people');
    const told = await tell({ people, narrator: voice, colour, signal: signals.signal });
    const seconds = Number(((performance.now() - started) / 1000).toFixed(1));
    const ok = signals.exitCode === undefined && told.every(isAsTold);
    if (options.json) await print([JSON.stringify({ ok, seconds, steps: told })]);
    if (signals.exitCode !== undefined) return signals.exitCode;
    if (ok) end(voice, told, seconds);
    else if (!options.json) await print(complaint(told, isTold, style));
    return ok ? 0 : 1;
  } finally {
    signals.close();
  }
}

function end(voice: Narrator, told: readonly Played[], seconds: number): void {
  const checks = told.reduce((sum, one) => sum + one.checks.length, 0);
  const configuration = relative(process.cwd(), join(root, 'config', 'rollcall.yaml'));
  voice.title('What to type next');
  voice.say(`
    All ${checks} checks hold, after ${seconds} seconds. Cosmo, the state and the files of this demonstration are gone again.
    To do the same by hand, start a mock in a second terminal:`);
  voice.lines(['npx rollcall mock --as cosmo --port 4100 --token tour']);
  voice.say('and, in this one, tell Rollcall the key, and look before you leap:');
  voice.lines([
    'export COSMO_API_KEY=tour',
    `npx rollcall check --config ${configuration}`,
    `npx rollcall plan --config ${configuration}`,
    `npx rollcall sync --config ${configuration}`,
  ]);
  voice.say('README.md goes on from there. To begin with a file of your own:');
  voice.lines(['npx rollcall init']);
}

/** Where the checks were not shown as they were made, they are shown here. */
function complaint(told: readonly Played[], isTold: boolean, style: Style): readonly string[] {
  const { step, file, checks } = told.at(-1)!;
  return [
    `${style('red', 'Not as told')}, at ${step} (${file}). The later days build on this one, so the story ends here.`,
    ...(isTold ? [] : checks.filter(({ ok }) => !ok).flatMap((check) => checkLines(check, style))),
  ];
}
