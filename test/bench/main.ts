import { existsSync } from 'node:fs';
import { bend, requirement } from './figures.ts';
import {
  measureChanged,
  measureDelivery,
  measureFill,
  measureFormat,
  measureHelp,
  measureLoad,
  measurePlan,
  measureUnchanged,
  openSite,
  write,
} from './measures.ts';
import { measureMock } from './mock.ts';
import { measurePage } from './page.ts';
import { HELP, readOptions } from './options.ts';
import { machineText, requirementText, resultText, thisMachine } from './report.ts';
import { measureTrail } from './trail.ts';
import { Workplace } from './workplace.ts';
import type { Requirement, Result } from './figures.ts';
import type { Found, Setting } from './measures.ts';
import type { Options, Part } from './options.ts';

/** Some people whom the mock refuses, so that later runs have failed work to look at. */
const mostFailing = 100;

async function measure(setting: Setting, parts: ReadonlySet<Part>): Promise<Result> {
  const { people, place } = setting;
  const found: Found[] = [];
  const isLoaded = ['sync', 'unchanged', 'changed', 'ldif', 'json'].some((part) => parts.has(part as Part));
  let bytes = 0;
  if (isLoaded || parts.has('plan')) {
    const failing = Math.min(mostFailing, Math.ceil(people / 100));
    const site = await openSite(setting, 'company', people, failing);
    bytes = write(setting, site, 1);
    if (parts.has('plan')) found.push(await measurePlan(setting, site));
    // What is only read again needs a state, and not the requests that it comes from.
    const isSent = parts.has('sync') || parts.has('changed');
    if (isLoaded) found.push(await (isSent ? measureLoad(setting, site) : measureFill(setting, site)));
    if (parts.has('unchanged')) found.push(await measureUnchanged(setting, site));
    if (parts.has('changed')) found.push(await measureChanged(setting, site));
    for (const format of ['ldif', 'json'] as const)
      if (parts.has(format)) found.push(await measureFormat(setting, site, format, parts.has('changed')));
    await site.service.stop();
  }
  if (parts.has('sync')) found.push(await measureDelivery(setting));
  if (parts.has('help')) found.push(await measureHelp(setting));
  if (parts.has('mock')) found.push(await measureMock(setting));
  if (parts.has('trail')) found.push(await measureTrail(setting));
  if (parts.has('page')) found.push(await measurePage(setting));
  place.folder('company');
  return {
    people,
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

async function bench(options: Options, place: Workplace): Promise<void> {
  const machine = thisMachine();
  const { sizes, seed, parts, json, quiet } = options;
  const say = (text: string): void => void (quiet || process.stderr.write(`… ${text}\n`));
  const print = (lines: Iterable<string>): void => {
    if (!json) for (const line of lines) process.stdout.write(`${line}\n`);
  };
  print([machineText(machine), `seed ${seed}`]);
  const results: Result[] = [];
  for (const people of sizes) {
    const samples = options.rounds ?? 3;
    const rounds = people > 200_000 ? (options.rounds ?? 1) : samples;
    const result = await measure({ place, people, seed, rounds, samples, say }, parts);
    results.push(result);
    print(resultText(result));
  }
  const grown = growth(results);
  if (grown.length > 0) print(['', ...grown.map(requirementText)]);
  if (json) process.stdout.write(`${JSON.stringify({ machine, seed, results, growth: grown })}\n`);
}

try {
  const options = readOptions(process.argv.slice(2));
  if (options === 'help') process.stdout.write(HELP);
  else {
    if (!existsSync(new URL('../../dist/main.js', import.meta.url)))
      throw new Error('nothing is built yet: run `npm run build` first');
    const place = new Workplace();
    for (const [name, code] of [
      ['SIGINT', 130],
      ['SIGTERM', 143],
      ['SIGHUP', 129],
    ] as const)
      process.once(name, () => process.exit(code));
    try {
      await bench(options, place);
    } finally {
      place.close();
    }
  }
} catch (error) {
  process.stderr.write(`bench: ${(error as Error).message}\n`);
  process.exitCode = 1;
}
