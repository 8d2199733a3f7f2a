import { createHash, randomBytes } from 'node:crypto';
import { appendFileSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { ChildProcess } from 'node:child_process';
import type { Readable } from 'node:stream';
import { median, requirement } from './figures.ts';
import { openSite, write } from './measures.ts';
import { fill, limitFor } from './programs.ts';
import type { Found, Setting } from './measures.ts';
import type { Workplace } from './workplace.ts';

type Taken = Readonly<Record<string, readonly { readonly paint: number; readonly answer: number }[]>>;

const smallest = 'sign-in';
const chromium = ['/usr/bin/chromium', '/usr/bin/chromium-browser'].find((path) => existsSync(path));
const key = `rollcall_${randomBytes(32).toString('base64url')}`;

/** First paint of every page in a real browser, against the smallest of them: the daemon serves a company that has been at work for a year. */
export async function measurePage(setting: Setting): Promise<Found> {
  const { place, people, samples, say } = setting;
  if (chromium === undefined) {
    say('the page is left out: there is no Chromium here (apt-get install chromium)');
    return { figures: [], requirements: [] };
  }
  const year = place.script('page-state.ts');
  const site = await openSite(setting, 'page', people);
  const [file, state] = [join(site.folder, 'people.csv'), join(site.folder, 'rollcall.db')];
  say('a state is filled for the page');
  write(setting, site, 1);
  await fill(place, site.folder, people);
  const person = nextDay(file);
  await fill(place, site.folder, people, ['--refusing']);
  await place.run([year, state, String(Date.now())], {
    limit: limitFor(10 * people, 1000),
  });
  const hash = createHash('sha256').update(key).digest('hex');
  appendFileSync(
    join(site.folder, 'rollcall.yaml'),
    `http:\n  port: 0\n  keys: [{ name: bench, hash: ${hash}, scopes: [read, approve, operate] }]\n`,
  );
  const daemon = place.start([place.rollcall, 'daemon'], site.folder, ['ignore', 'pipe']);
  try {
    say('first paint of every page');
    const url = await addressOf(daemon);
    // Many rounds of little: a paint waits for the next frame, and frames are 17 ms.
    const rounds = 3 * samples + 4;
    const taken = await paints(place, [url, key, person, String(rounds)]);
    return foundIn(taken);
  } finally {
    await place.stop(daemon);
    await site.service.stop();
    place.folder('page');
  }
}

function foundIn(taken: Taken): Found {
  const of = (name: string): number => median(taken[name]!.map(({ paint }) => paint));
  const others = Object.keys(taken).filter((name) => name !== smallest);
  return {
    figures: Object.entries(taken).map(([name, all]) => ({
      name: `page: ${name}`,
      seconds: of(name) / 1000,
      note: `answered after ${median(all.map(({ answer }) => answer)).toFixed(0)} ms`,
    })),
    requirements: others.map((name) =>
      requirement(`first paint of ${name} / ${smallest}`, of(name) / of(smallest), 'at most', 2),
    ),
  };
}

async function paints(place: Workplace, args: readonly string[]): Promise<Taken> {
  const { stdout } = await place.run([script('page-loop.ts'), ...args, chromium!], { limit: 300 });
  return JSON.parse(stdout) as Taken;
}

/** Of every eight people one has left, which a limit holds; of every 150 one has a title that the target refuses. Gives somebody's key. */
function nextDay(file: string): string {
  const [head, ...rows] = readFileSync(file, 'utf8').trimEnd().split('\n');
  const changed = rows.map((row, index) =>
    index % 8 === 1
      ? row.replace(/,(active|on leave),/, ',left,')
      : index % 150 === 2
        ? row.replace(/,(Engineer|Designer|Analyst|Recruiter),/, ',Captain,')
        : row,
  );
  writeFileSync(file, `${[head, ...changed].join('\n')}\n`);
  return rows[0]!.split(',', 1)[0]!;
}

async function addressOf(daemon: ChildProcess): Promise<string> {
  const lines = createInterface({ input: daemon.stdio[2] as Readable });
  const ended = once(daemon, 'exit').then(() => {
    throw new Error('the daemon has ended before it listened');
  });
  const said = (async () => {
    for await (const line of lines) {
      const { address } = JSON.parse(line) as { address?: string };
      if (address !== undefined) return address;
    }
    return ended;
  })();
  const address = await Promise.race([said, ended]);
  ended.catch(() => undefined);
  return address;
}

function script(name: string): string {
  return fileURLToPath(new URL(name, import.meta.url));
}
