import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { figureOf, median, requirement } from './figures.ts';
import { writingOf } from './formats.ts';
import { changesOf, writePopulation } from './population.ts';
import { PARSERS, fill, loop, pass, plan, sync } from './programs.ts';
import { configure } from './settings.ts';
import { startService } from './service.ts';
import type { Figure, Requirement } from './figures.ts';
import type { Parser, Synced } from './programs.ts';
import type { Service } from './service.ts';
import type { Usage, Workplace } from './workplace.ts';

export interface Setting {
  readonly place: Workplace;
  readonly people: number;
  readonly seed: number;
  /** How often what is compared is measured, in turns. */
  readonly rounds: number;
  /** The same for what is measured on a sample, which costs as much for a million people as for a few. */
  readonly samples: number;
  readonly say: (text: string) => void;
}

export interface Found {
  readonly figures: readonly Figure[];
  readonly requirements: readonly Requirement[];
}

/** Where one company is kept: a folder with a configuration, a file of people and a state, and the mock it goes to. */
export interface Site {
  readonly folder: string;
  readonly service: Service;
}

/** The bodies that the bare loop posts: no more than these are needed to know its rate. */
const sample = 20_000;
const peak = 300;

export async function openSite(setting: Setting, name: string, people: number, failing = 0): Promise<Site> {
  const share = Math.min(1, (4 * failing) / people);
  const service = await startService(setting.place, { journal: sample + 1000, failing, share });
  const folder = setting.place.folder(name);
  configure(folder, service.url);
  return { folder, service };
}

export function write(
  setting: Setting,
  site: Site,
  order: number,
  more: { people?: number; changed?: boolean } = {},
): number {
  const { people, seed } = setting;
  return writePopulation(join(site.folder, 'people.csv'), { people, seed, order, changed: false, ...more });
}

/** The first plan, and the bare pass before and after each. */
export async function measurePlan(setting: Setting, site: Site): Promise<Found> {
  const { place, people, rounds, say } = setting;
  const passes = new Passes(setting, site);
  const plans: Usage[] = [];
  const before = await site.service.requests();
  await passes.take();
  for (let round = 0; round < rounds; round += 1) {
    say('first plan');
    plans.push(await plan(place, site.folder, people));
    await passes.take();
  }
  const requests = ((await site.service.requests()) - before) / rounds;
  const first = figureOf('first plan', plans, { requests });
  return {
    figures: [...passes.figures(), first],
    requirements: [
      requirement('first plan / bare pass', first.seconds / passes.seconds(), 'at most', 15),
      requirement('first plan, peak memory', first.peakMegabytes!, 'at most', peak, ' MB'),
    ],
  };
}

/** The first sync of everybody. */
export async function measureLoad(setting: Setting, site: Site): Promise<Found> {
  const { place, people, say } = setting;
  say('first sync');
  const synced = await sync(place, site.folder, site.service, people);
  await site.service.behave();
  const sent = synced.requests - synced.reads;
  return {
    figures: [
      figureOf('first sync', [synced], {
        requests: synced.requests,
        perSecond: sent / synced.sendingSeconds,
        note: `the mock refused ${count(synced.failed)} of them`,
      }),
    ],
    requirements: [perOperation('requests per create, first sync', synced, synced.failed)],
  };
}

/**
 * A state in which everybody has an account, without so many requests: the first sync, to a target in the same process.
 * What is measured after it is measured as after a first sync over HTTP, the mock being asked nothing.
 */
export async function measureFill(setting: Setting, site: Site): Promise<Found> {
  const { place, people, say } = setting;
  say('a state is filled without a network');
  const { done, ...usage } = await fill(place, site.folder, people);
  if (done !== people) throw new Error(`${done} of ${people} accounts are in the state`);
  const note = `no request: a target in the process took ${count(done)}`;
  return { figures: [figureOf('state filled without a network', [usage], { note })], requirements: [] };
}

/** The first sync of some people, and in turns with it the bare loop that posts the same bodies, each to a mock of its own. */
export async function measureDelivery(setting: Setting): Promise<Found> {
  const { place, samples: rounds, say } = setting;
  const people = Math.min(setting.people, sample);
  const file = place.path('bodies.ndjson');
  const syncs: Synced[] = [];
  const loops: Usage[] = [];
  for (let round = 0; round < rounds; round += 1) {
    say(`sync of ${count(people)}`);
    const site = await openSite(setting, 'sample', people);
    write(setting, site, 1, { people });
    syncs.push(await sync(place, site.folder, site.service, people));
    if (round === 0) writeFileSync(file, await bodiesOf(site.service));
    await site.service.stop();
    say(`bare loop of ${count(people)}`);
    const other = await openSite(setting, 'loop', people);
    loops.push(await loop(place, other.service, file, people));
    await other.service.stop();
  }
  const rates = syncs.map(({ requests, reads, sendingSeconds }) => (requests - reads) / sendingSeconds);
  const bare = loops.map(({ seconds }) => people / seconds);
  return {
    figures: [
      figureOf(`sync of ${count(people)}`, syncs, { requests: syncs[0]!.requests, perSecond: median(rates) }),
      figureOf('bare got loop', loops, {
        requests: people,
        perSecond: median(bare),
        note: 'the same bodies; its own clock',
        isBare: true,
      }),
    ],
    requirements: [
      requirement(
        'delivery rate / bare got loop',
        median(rates.map((rate, at) => rate / bare[at]!)),
        'at least',
        0.7,
      ),
      perOperation(`requests per create, sync of ${count(people)}`, syncs[0]!),
    ],
  };
}

async function bodiesOf(service: Service): Promise<string> {
  const posts = (await service.journal()).filter(({ method }) => method === 'POST');
  return posts.map(({ body }) => `${JSON.stringify(body)}\n`).join('');
}

/** The same people in another order, and then the very same file; the bare pass before and after each. */
export async function measureUnchanged(setting: Setting, site: Site): Promise<Found> {
  const { place, people, rounds, say } = setting;
  const passes = new Passes(setting, site);
  const others: Synced[] = [];
  const same: Synced[] = [];
  await site.service.refuse();
  await passes.take();
  for (let round = 0; round < rounds; round += 1) {
    write(setting, site, 2 + round);
    say('nothing changed, another row order');
    others.push(await sync(place, site.folder, site.service, people));
    say('nothing changed, the identical file');
    same.push(await sync(place, site.folder, site.service, people));
    await passes.take();
  }
  const requests = Math.max(...others.map((one) => one.requests));
  const { failed, waiting } = others[0]!;
  const other = figureOf('nothing changed, another row order', others, {
    requests,
    note: `${count(failed)} failed, ${count(waiting)} wait`,
  });
  return {
    figures: [
      ...passes.figures('bare pass again'),
      other,
      figureOf('nothing changed, the identical file', same, {
        requests: Math.max(...same.map((one) => one.requests)),
      }),
    ],
    requirements: [
      requirement('nothing changed / bare pass', other.seconds / passes.seconds(), 'at most', 4),
      requirement('nothing changed, peak memory', other.peakMegabytes!, 'at most', peak, ' MB'),
      requirement('nothing changed, requests', requests, 'exactly', 0, ''),
    ],
  };
}

/**
 * The same people from an export of another kind: it is read once, which finds that every record is another and nobody
 * has changed, and then in another order, with the bare pass before and after each.
 */
export async function measureFormat(
  setting: Setting,
  site: Site,
  format: 'ldif' | 'json',
  changed: boolean,
): Promise<Found> {
  const { place, people, seed, rounds, say } = setting;
  const file = join(site.folder, writingOf(format, []).file);
  const writeAs = (order: number): number => writePopulation(file, { people, seed, order, changed }, format);
  const name = format.toUpperCase();
  configure(site.folder, site.service.url, format);
  await site.service.refuse();
  const bytes = writeAs(1);
  say(`${name}: the same people, from another export`);
  const taken = await sync(place, site.folder, site.service, people);
  const passes: Usage[] = [];
  const syncs: Synced[] = [];
  const counted = new Set<string>();
  const take = async (): Promise<void> => {
    say(`${name}: bare pass`);
    const measured = await pass(place, format, file, people);
    passes.push(measured);
    counted.add(String((JSON.parse(measured.stdout) as { rows: number }).rows));
  };
  await take();
  for (let round = 0; round < rounds; round += 1) {
    writeAs(2 + round);
    say(`${name}: nothing changed, another order`);
    syncs.push(await sync(place, site.folder, site.service, people));
    await take();
  }
  const expected = people + (changed ? changesOf(people).joined - changesOf(people).absent : 0);
  if (counted.size !== 1 || !counted.has(String(expected)))
    throw new Error(`the bare pass found ${[...counted].join(', ')} entries in ${file}`);
  const bare = figureOf(`${name}: bare pass`, passes, {
    note: `${(bytes / 1e6).toFixed(1)} MB`,
    isBare: true,
  });
  const requests = Math.max(taken.done, ...syncs.map((one) => one.requests));
  const other = figureOf(`${name}: nothing changed, another order`, syncs, { requests });
  return {
    figures: [bare, figureOf(`${name}: from CSV to this export`, [taken]), other],
    requirements: [
      requirement(`${name}: nothing changed / bare pass`, other.seconds / bare.seconds, 'at most', 8),
      requirement(`${name}: nothing changed, peak memory`, other.peakMegabytes!, 'at most', peak, ' MB'),
      requirement(`${name}: nothing changed, requests`, requests, 'exactly', 0, ''),
    ],
  };
}

/** One in a hundred has changed, and whoever was refused before is not refused any more. */
export async function measureChanged(setting: Setting, site: Site): Promise<Found> {
  const { place, people, say } = setting;
  const { titles, left, absent, joined } = changesOf(people);
  write(setting, site, 100, { changed: true });
  await site.service.behave();
  say('1 % changed');
  const synced = await sync(place, site.folder, site.service, people);
  const changes = `${titles} titles, ${left + absent} leavers, ${joined} joiners`;
  const note = `${changes}: ${count(synced.done)} operations; ${count(synced.reads)} requests only read`;
  return {
    figures: [figureOf('1 % changed', [synced], { requests: synced.requests, note })],
    requirements: [perOperation('1 % changed, requests per operation', synced)],
  };
}

/** The start of the program beside that of Node alone, in turns. */
export async function measureHelp({ place, samples, say }: Setting): Promise<Found> {
  say('rollcall --help');
  const help: Usage[] = [];
  const node: Usage[] = [];
  // Starts are short and differ much: eleven of them where the rest is measured three times.
  for (let run = 0; run < 4 * samples - 1; run += 1) {
    help.push(await place.run([place.rollcall, '--help'], { limit: 60 }));
    node.push(await place.run(['-e', '0'], { limit: 60 }));
  }
  const [one, other] = [figureOf('rollcall --help', help), figureOf('node -e 0', node, { isBare: true })];
  return {
    figures: [one, other],
    requirements: [requirement('rollcall --help / node -e 0', one.seconds / other.seconds, 'at most', 3)],
  };
}

/** Everything that may write, against what was carried out, and what was refused: one request each. */
function perOperation(name: string, { requests, reads, done }: Synced, refused = 0): Requirement {
  return requirement(name, (requests - reads) / (done + refused), 'exactly', 1, '');
}

function count(number: number): string {
  return number.toLocaleString('en-GB');
}

/** Bare passes over a site's file, by both parsers; the quicker one is what counts. */
class Passes {
  readonly #setting: Setting;
  readonly #site: Site;
  readonly #taken = new Map<Parser, Usage[]>(PARSERS.map((parser) => [parser, []]));

  constructor(setting: Setting, site: Site) {
    this.#setting = setting;
    this.#site = site;
  }

  async take(): Promise<void> {
    const { place, people } = this.#setting;
    const found = new Set<string>();
    this.#setting.say('bare pass');
    for (const [parser, taken] of this.#taken) {
      const measured = await pass(place, parser, join(this.#site.folder, 'people.csv'), people);
      taken.push(measured);
      found.add(measured.stdout);
    }
    if (found.size > 1) throw new Error(`the parsers read another file each: ${[...found].join(' ')}`);
  }

  figures(name = 'bare pass'): readonly Figure[] {
    const figures = [...this.#taken].map(([parser, taken]) =>
      figureOf(`${name}, ${parser}`, taken, { isBare: true }),
    );
    const quickest = Math.min(...figures.map(({ seconds }) => seconds));
    return figures.map((one) =>
      one.seconds === quickest ? { ...one, note: 'the quicker one counts' } : one,
    );
  }

  seconds(): number {
    return Math.min(...this.figures().map(({ seconds }) => seconds));
  }
}
