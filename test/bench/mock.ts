import { readFileSync, writeFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { figureOf, median, requirement } from './figures.ts';
import { limitFor } from './programs.ts';
import { startService } from './service.ts';
import { CONCURRENCY } from './settings.ts';
import { TOKEN } from './workplace.ts';
import type { Readable } from 'node:stream';
import type { Figure, Requirement } from './figures.ts';
import type { Found, Setting } from './measures.ts';
import type { Service } from './service.ts';
import type { Usage, Workplace } from './workplace.ts';

/** Creates that are counted in one round. A third as many go before them, until Node has compiled what is busy. */
const sample = 60_000;
/** People whom the mock holds while it is asked for some of them. */
const most = 200_000;
/** Look-ups of each kind; a small run makes five for each person. */
const lookUps = 5000;

/** What is driven: a URL, and the process behind it. */
type Driven = Pick<Service, 'url' | 'pid' | 'stop'>;

/** The mock's creates beside those of a bare fastify handler, in turns; and its look-ups, few people and many in turns. */
export async function measureMock(setting: Setting): Promise<Found> {
  const rate = await measureCreates(setting);
  const found = await measureLookUps(setting);
  return {
    figures: [...rate.figures, ...found.figures],
    requirements: [...rate.requirements, ...found.requirements],
  };
}

async function measureCreates({ place, people, samples, say }: Setting): Promise<Found> {
  const counted = Math.min(people, sample);
  const warm = Math.ceil(counted / 3);
  const file = place.path('creates.ndjson');
  writeFileSync(file, linesOf(counted + warm, bodyOf));
  const start = {
    mock: () => startService(place, { journal: 100_000, program: place.rollcall }),
    bare: () => startEcho(place),
  };
  const taken: Record<keyof typeof start, Usage[]> = { mock: [], bare: [] };
  for (let round = 0; round < samples; round += 1) {
    for (const name of round % 2 === 0 ? (['mock', 'bare'] as const) : (['bare', 'mock'] as const)) {
      say(`creates, ${name}`);
      const driven = await start[name]();
      taken[name].push(await drive(place, driven, { file, status: 201, warm }));
      await driven.stop();
    }
  }
  const rates = (name: keyof typeof start): readonly number[] =>
    taken[name].map(({ seconds }) => counted / seconds);
  const figure = (title: string, name: keyof typeof start): Figure =>
    figureOf(title, taken[name], {
      requests: counted,
      perSecond: median(rates(name)),
      note: own,
      isBare: name === 'bare',
    });
  const ratios = rates('mock').map((rate, at) => rate / rates('bare')[at]!);
  return {
    figures: [figure('creates, the mock', 'mock'), figure('creates, bare fastify', 'bare')],
    requirements: [requirement('creates: mock / bare fastify', median(ratios), 'at least', 0.6)],
  };
}
const own = 'CPU and memory of the server';

async function measureLookUps(setting: Setting): Promise<Found> {
  const { place, samples, say } = setting;
  const many = Math.min(most, 2 * setting.people);
  const few = Math.max(20, Math.round(many / 100));
  const asking = Math.min(lookUps, 5 * setting.people);
  // Each of the few as often as the others.
  const counted = asking - (asking % few);
  const sites: Site[] = [];
  for (const people of [few, many]) {
    say(`filling the mock with ${count(people)}`);
    sites.push(await fill(place, people, few, counted));
  }
  const figures: Figure[] = [sites[1]!.filled];
  const requirements: Requirement[] = [];
  for (const [at, name] of KINDS.entries()) {
    say(`look-ups by ${name}`);
    const taken: readonly Usage[][] = sites.map(() => []);
    for (let round = 0; round < samples; round += 1)
      for (const [which, site] of sites.entries())
        taken[which]!.push(
          await drive(place, site.service, { ...site.asked[at]!, status: 200, method: 'GET' }),
        );
    const microseconds = taken.map((rounds) => rounds.map(({ seconds }) => (seconds / counted) * 1e6));
    for (const [which, { people }] of sites.entries())
      figures.push(
        figureOf(`by ${name}, of ${count(people)}`, taken[which]!, {
          requests: counted,
          perSecond: 1e6 / median(microseconds[which]!),
          note: `${median(microseconds[which]!).toFixed(0)} µs each`,
        }),
      );
    const ratio = median(microseconds[1]!.map((one, round) => one / microseconds[0]![round]!));
    requirements.push(requirement(`look-up by ${name}: ${count(many)} / ${count(few)}`, ratio, 'at most', 2));
  }
  for (const { service } of sites) await service.stop();
  return { figures, requirements };
}

/** By what somebody is asked for; a member is asked for as a client does that wants the groups of a person. */
const KINDS = ['id', 'userName', 'externalId', 'member'] as const;

interface Site {
  readonly people: number;
  readonly service: Service;
  readonly filled: Figure;
  /** For each of the kinds. */
  readonly asked: readonly { readonly file: string; readonly warm: number }[];
}

/** A mock with so many people, each in one group, and the files of what it is asked: so many look-ups of a few of them. */
async function fill(place: Workplace, people: number, few: number, counted: number): Promise<Site> {
  const service = await startService(place, { journal: 1000, program: place.rollcall });
  const file = place.path(`people-${people}.ndjson`);
  writeFileSync(file, linesOf(people, bodyOf));
  const taken = await drive(place, service, { file, status: 201 });
  const ids = await idsOf(service, people);
  const groups = place.path(`groups-${people}.ndjson`);
  const size = Math.min(100, few);
  writeFileSync(
    groups,
    linesOf(Math.ceil(people / size), (at) => groupOf(at, ids.slice(at * size, (at + 1) * size))),
  );
  await drive(place, service, { file: groups, status: 201, path: '/Groups' });
  const filled = figureOf(`creates of ${count(people)}`, [taken], {
    requests: people,
    perSecond: people / taken.seconds,
    note: `${own}, which then holds them all`,
  });
  const stride = people / few;
  const asked = KINDS.map((kind) => {
    const path = place.path(`${kind}-${people}.txt`);
    const line = (at: number): string => lineOf(kind, Math.floor((at % few) * stride), ids);
    writeFileSync(path, linesOf(counted + few, line));
    return { file: path, warm: few };
  });
  return { people, service, filled, asked };
}

/** The ids in the order of their creation, page by page. */
async function idsOf(service: Service, people: number): Promise<readonly string[]> {
  const ids: string[] = [];
  const numbers = new Map<string, string>();
  while (numbers.size < people) {
    const url = `${service.url}/Users?startIndex=${numbers.size + 1}&count=1000&attributes=externalId`;
    const answer = await fetch(url, { headers: { authorization: `Bearer ${TOKEN}` } });
    const { Resources } = (await answer.json()) as { Resources: { id: string; externalId: string }[] };
    if (Resources.length === 0) throw new Error('the mock lists fewer people than it was given');
    for (const { id, externalId } of Resources) numbers.set(externalId, id);
  }
  for (let at = 0; at < people; at += 1) ids.push(numbers.get(`E${at}`)!);
  return ids;
}

function lineOf(kind: (typeof KINDS)[number], at: number, ids: readonly string[]): string {
  const filter = (text: string): string => `?filter=${encodeURIComponent(text)}`;
  if (kind === 'id') return `/Users/${ids[at]!}`;
  if (kind === 'userName') return `/Users${filter(`userName eq "${nameOf(at)}"`)}`;
  if (kind === 'externalId') return `/Users${filter(`externalId eq "E${at}"`)}`;
  return `/Groups${filter(`members.value eq "${ids[at]!}"`)}&excludedAttributes=members`;
}

function nameOf(at: number): string {
  return `zoe.garcia.${at}@example.com`;
}

/** What Rollcall sends for a person whose row has all that a usual export has. */
function bodyOf(at: number): string {
  return JSON.stringify({
    schemas: [
      'urn:ietf:params:scim:schemas:core:2.0:User',
      'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User',
    ],
    externalId: `E${at}`,
    userName: nameOf(at),
    name: { givenName: 'Zoë', familyName: 'García' },
    displayName: 'Zoë García',
    title: 'Account Executive',
    active: true,
    emails: [{ value: nameOf(at), type: 'work', primary: true }],
    phoneNumbers: [{ value: `+49 30 ${at}`, type: 'work' }],
    'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User': { department: 'Sales' },
  });
}

function groupOf(at: number, ids: readonly string[]): string {
  const members = ids.map((value) => ({ value }));
  return JSON.stringify({
    schemas: ['urn:ietf:params:scim:schemas:core:2.0:Group'],
    displayName: `Group ${at}`,
    members,
  });
}

interface Drive {
  readonly file: string;
  readonly status: number;
  readonly method?: 'POST' | 'GET';
  readonly path?: string;
  readonly warm?: number;
}

/** Sends every line of a file, from a process of its own; the seconds are that one's, the rest is the server's. */
async function drive(place: Workplace, { url, pid }: Driven, how: Drive): Promise<Usage> {
  const { file, status, method = 'POST', path = method === 'POST' ? '/Users' : '', warm = 0 } = how;
  const before = usedBy(pid);
  const args = [method, url + path, file, String(CONCURRENCY), String(status), String(warm)];
  const { stdout } = await place.run([script('drive.ts'), ...args], { limit: limitFor(most, 500) });
  const after = usedBy(pid);
  return {
    seconds: (JSON.parse(stdout) as { seconds: number }).seconds,
    cpuSeconds: after.cpuSeconds - before.cpuSeconds,
    peakMegabytes: after.peakMegabytes,
  };
}

/** What a process that goes on has used so far, as far as Linux says it. */
function usedBy(pid: number): Pick<Usage, 'cpuSeconds' | 'peakMegabytes'> {
  try {
    const times = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]!.split(' ');
    const peak = /^VmHWM:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'));
    // utime and stime, in ticks, of which a second has a hundred.
    return {
      cpuSeconds: (Number(times[11]) + Number(times[12])) / 100,
      peakMegabytes: Number(peak?.[1]) / 1024,
    };
  } catch {
    return { cpuSeconds: NaN, peakMegabytes: NaN };
  }
}

async function startEcho(place: Workplace): Promise<Driven> {
  const child = place.start([script('echo.ts')]);
  const lines = createInterface({ input: child.stdout as Readable });
  const first: unknown[] = await Promise.race([once(lines, 'line'), once(child, 'exit')]);
  if (typeof first[0] !== 'string') throw new Error('the bare service did not start');
  const { url } = JSON.parse(first[0]) as { url: string };
  return { url, pid: child.pid!, stop: () => place.stop(child) };
}

function linesOf(count: number, line: (at: number) => string): string {
  let text = '';
  for (let at = 0; at < count; at += 1) text += `${line(at)}\n`;
  return text;
}

function script(name: string): string {
  return fileURLToPath(new URL(name, import.meta.url));
}

function count(number: number): string {
  return number.toLocaleString('en-GB');
}
