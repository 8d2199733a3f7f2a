import { withInput } from '../configuration/index.ts';
import type { Engine } from '../engine/build.ts';
import { actorIn, loadWith, openEngine } from '../wiring/engine.ts';
import type { Loaded, Wired } from '../wiring/engine.ts';
import { RollcallError } from '../model/index.ts';
import { keysOf } from './keys.ts';
import type { Problem } from '../model/index.ts';
import { tellWarning } from './execute.ts';
import { inputOf, labelled, labelledProblem } from './input.ts';
import type { GlobalOptions, InputOptions } from './terminal.ts';

export { sleep } from '../wiring/engine.ts';
export type { Loaded, Telling, Traffic, Wired } from '../wiring/engine.ts';

/** Reads the configuration. Where nothing will be sent, it does not matter whether credentials are set. */
export function load(file: string, sends = true): Promise<Loaded> {
  return loadWith(file, sends ? process.env : undefined);
}

/** Puts the parts together as the options say. A command that sends nothing needs no credentials. */
export async function wire(
  options: GlobalOptions & InputOptions,
  sends = true,
  warn: (problem: Problem) => void = (problem) => tellWarning(options, problem),
  given?: Loaded,
): Promise<Wired> {
  const { configuration: loaded, clock } = given ?? (await load(options.config, sends));
  const input = options.input === undefined ? undefined : await inputOf(options.input);
  const configuration = input === undefined ? loaded : withInput(loaded, input.path, options.source);
  return openEngine(
    { configuration, clock },
    {
      env: process.env,
      sends,
      ...(await whomOf(options)),
      warn: (problem) => warn(input === undefined ? problem : labelledProblem(problem, input)),
      openLog: async () => (await import('./log.ts')).openLog(options.logLevel),
      logsPersonalData: options.logPersonalData === true,
      ...(input && { through: (source) => labelled(source, input) }),
    },
  );
}

/** For whom a command is meant, by its options: keys with commas between them, or a file with one a line. */
async function whomOf({ only, except }: InputOptions): Promise<Pick<Engine, 'whom'>> {
  if (only !== undefined && except !== undefined)
    throw new RollcallError('usage', {
      message: '--only and --except cannot be combined',
      hint: 'one of them: for these people alone, or for everybody but these',
    });
  if (only !== undefined) return { whom: { only: await keysOf(only, '--only') } };
  return except === undefined ? {} : { whom: { except: await keysOf(except, '--except') } };
}

/** Who runs this, for the trail. */
export function actor(): string {
  return actorIn(process.env);
}
