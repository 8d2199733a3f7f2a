import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { courseOf } from './course.ts';
import { bend, requirement } from './figures.ts';
import { HELP, readOptions } from './options.ts';
import { isBusy, machineText, requirementText, resultText, thisMachine, turnsText } from './report.ts';
import { measureTurns } from './turns.ts';
import { HERE, Workplace } from './workplace.ts';
import type { Requirement, Result } from './figures.ts';
import type { Found, Setting } from './measures.ts';
import type { Options, Part } from './options.ts';
import type { Machine } from './report.ts';
import type { Turns } from './turns.ts';

async function measure(setting: Setting, parts: ReadonlySet<Part>): Promise<Result> {
  const { bytes, steps } = await courseOf(setting, parts);
  const found: Found[] = [];
  for (const step of steps) found.push(await step.measure());
  return {
    people: setting.people,
    bytes,
    figures: found.flatMap((one) => one.figures),
    requirements: found.flatMap((one) => one.requirements),
  };
}

/** Of the two that must grow with the people and no faster. */
function growth(results: readonly Result[]): readonly Requirement[] {
  return ['first plan', 'nothing changed, another row order'].flatMap((name) => {
    const found = results.flatMap(({ people, figures }) =>
      figures.filter((figure) => figure.name === name).map(({ seconds }) => ({ people, seconds })),
    );
    const value = bend(
      found.map((one) => one.people),
      found.map((one) => one.seconds),
    );
    return value === undefined
      ? []
      : [requirement(`${name}: a person more, late / early`, value, 'at most', 1.5)];
  });
}

/** Where a run says what it does, and what it found. */
interface Output {
  readonly machine: Machine;
  readonly say: (text: string) => void;
  readonly print: (lines: Iterable<string>) => void;
}

async function bench(options: Options): Promise<void> {
  const machine = thisMachine();
  const { seed, json, quiet } = options;
  const say = (text: string): void => void (quiet || process.stderr.write(`… ${text}\n`));
  const print = (lines: Iterable<string>): void => {
    if (!json) for (const line of lines) process.stdout.write(`${line}\n`);
  };
  print([machineText(machine), `seed ${seed}`]);
  const found = await (options.against === undefined ? alone : inTurns)(options, { machine, say, print });
  if (json) process.stdout.write(`${JSON.stringify({ machine, seed, ...found })}\n`);
}

async function alone(options: Options, { say, print }: Output): Promise<object> {
  const { sizes, seed, parts } = options;
  const results: Result[] = [];
  const place = new Workplace();
  try {
    for (const people of sizes) {
      const samples = options.rounds ?? 3;
      const rounds = people > 200_000 ? (options.rounds ?? 1) : samples;
      const result = await measure({ place, people, seed, rounds, samples, say }, parts);
      results.push(result);
      print(resultText(result));
    }
  } finally {
    place.close();
  }
  const grown = growth(results);
  if (grown.length > 0) print(['', ...grown.map(requirementText)]);
  return { results, growth: grown };
}

async function inTurns(options: Options, { machine, say, print }: Output): Promise<object> {
  const { sizes, seed, parts, rounds = 5 } = options;
  const against = resolve(options.against!);
  const results: Turns[] = [];
  const places = { this: new Workplace(), other: new Workplace(against) };
  const settingOf = (side: keyof typeof places, people: number): Setting => {
    const place = places[side];
    return { place, people, seed, rounds: 1, samples: 1, say: (text) => say(`${side}: ${text}`) };
  };
  try {
    for (const people of sizes) {
      const settings = { this: settingOf('this', people), other: settingOf('other', people) };
      const turns = await measureTurns(settings, { parts, rounds, isBusy: isBusy(machine), say });
      results.push(turns);
      print(turnsText(turns, isBusy(machine)));
    }
  } finally {
    places.this.close();
    places.other.close();
  }
  return { against, results };
}

function checkBuilt(folder: string, where = ''): void {
  if (!existsSync(join(folder, 'dist/main.js')))
    throw new Error(`nothing is built yet${where}: run \`npm run build\`${where && ' there'} first`);
  if (!existsSync(join(folder, 'node_modules')))
    throw new Error(`nothing is installed yet${where}: run \`npm ci\`${where && ' there'} first`);
}

try {
  const options = readOptions(process.argv.slice(2));
  if (options === 'help') process.stdout.write(HELP);
  else {
    checkBuilt(HERE);
    if (options.against !== undefined) checkBuilt(resolve(options.against), ` in ${options.against}`);
    for (const [name, code] of [
      ['SIGINT', 130],
      ['SIGTERM', 143],
      ['SIGHUP', 129],
    ] as const)
      process.once(name, () => process.exit(code));
    await bench(options);
  }
} catch (error) {
  process.stderr.write(`bench: ${(error as Error).message}\n`);
  process.exitCode = 1;
}
