import { execFile } from 'node:child_process';
import { appendFile, mkdtemp, readFile, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import Papa from 'papaparse';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';

const run = promisify(execFile);
const root = join(import.meta.dirname, '../..');
const people = join(root, 'config/people');
const script = join(root, 'scripts/company.js');

type Row = Readonly<Record<string, string>>;
type Rows = ReadonlyMap<string, Row>;
interface Change {
  readonly column: string;
  readonly before: string;
  readonly after: string;
}
interface Entry {
  readonly key: string;
  readonly line?: number;
  readonly changes?: readonly Change[];
}
interface Step {
  readonly name: string;
  readonly file: string;
  readonly created: readonly string[];
  readonly updated: readonly Entry[];
  readonly deactivated: readonly Entry[];
  readonly reactivated: readonly Entry[];
  readonly whileInvited: readonly string[];
  readonly rejected: readonly Entry[];
  readonly unchanged: readonly Entry[];
  readonly unknownManagers?: readonly { readonly key: string; readonly manager: string }[];
  readonly invitationsLeftOpen: readonly string[];
  readonly held?: boolean;
  readonly records?: number;
  readonly wholeRecords?: number;
  readonly holds: { readonly accounts: number; readonly switchedOff: number };
}

const ON = ['active', 'on leave'];
const OFF = ['left', 'terminated'];
const UNMAPPED = ['employee_id', 'status', 'groups', 'location'];

async function rowsOf(file: string): Promise<Rows> {
  const text = await readFile(join(people, file), 'utf8');
  const parsed = Papa.parse<Record<string, string>>(text, { header: true, skipEmptyLines: true });
  expect(parsed.errors).toEqual([]);
  return new Map(parsed.data.map((row) => [row.employee_id ?? '', row]));
}

function cell(row: Row | undefined, column: string): string {
  return row?.[column] ?? '';
}

function changesOf(before: Row, after: Row): readonly Change[] {
  return Object.keys(after)
    .filter((column) => before[column] !== after[column])
    .map((column) => ({ column, before: cell(before, column), after: cell(after, column) }));
}

function keys(entries: readonly Entry[]): readonly string[] {
  return entries.map(({ key }) => key);
}

let steps: readonly Step[] = [];
let days: Readonly<Record<string, Rows>> = {};

beforeAll(async () => {
  const story = JSON.parse(await readFile(join(people, 'story.json'), 'utf8')) as { steps: Step[] };
  steps = story.steps;
  const files = ['day1.csv', 'day1-evening.csv', 'day2.csv'];
  days = Object.fromEntries(
    await Promise.all(files.map(async (file) => [file, await rowsOf(file)] as const)),
  );
});

function day(file: string): Rows {
  return days[file] ?? new Map<string, Row>();
}

describe('the generator', () => {
  let folder = '';
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'rollcall-company-'));
    await run(process.execPath, [script, '--to', folder]);
  });
  afterEach(() => rm(folder, { recursive: true }));

  it('makes the committed files, byte for byte, and no others are there', async () => {
    const made = (await readdir(folder)).sort();
    expect((await readdir(people)).sort()).toEqual(made);
    for (const name of made) {
      const [fresh, committed] = await Promise.all([
        readFile(join(folder, name)),
        readFile(join(people, name)),
      ]);
      expect(fresh.equals(committed), name).toBe(true);
    }
  });

  it('tells a changed file from its own', async () => {
    await run(process.execPath, [script, '--check', '--to', folder]);
    await appendFile(join(folder, 'day2.csv'), 'E9999,active\n');
    await expect(run(process.execPath, [script, '--check', '--to', folder])).rejects.toMatchObject({
      code: 1,
      stderr: expect.stringContaining('day2.csv') as string,
    });
  });
});

describe('the people', () => {
  it('have a key of their own, and an address of their own that leads nowhere', () => {
    for (const [file, rows] of Object.entries(days)) {
      const addresses = [...rows.values()].map((row) => cell(row, 'email').toLowerCase());
      expect(new Set(addresses).size, file).toBe(rows.size);
      for (const address of addresses) expect(address).toMatch(/^[^@\s]+@example\.(com|org)$/);
    }
  });

  it('have telephone numbers that are kept for fiction', () => {
    const fiction =
      /^(\+44 20 7946 0\d{3}|\+49 30 23125 \d{3}|\+1 312-555-01\d\d|\+46 70 174 06 (0[5-9]|[1-9]\d))$/;
    const numbers = [...day('day2.csv').values()].map((row) => cell(row, 'phone')).filter(Boolean);
    for (const number of numbers) expect(number).toMatch(fiction);
    expect(new Set(numbers).size).toBe(numbers.length);
    expect(numbers.length).toBeGreaterThan(200);
  });

  it('answer to one chief executive, without a cycle', () => {
    const rows = day('day1.csv');
    const chiefs = [...rows.values()].filter((row) => cell(row, 'manager_id') === '');
    expect(chiefs.map((row) => cell(row, 'title'))).toEqual(['Chief Executive Officer']);
    for (const rows of Object.values(days)) {
      for (const start of rows.keys()) {
        const seen = new Set<string>();
        for (let at = start; rows.has(at); at = cell(rows.get(at), 'manager_id')) {
          expect(seen.has(at), `a cycle from ${start}`).toBe(false);
          seen.add(at);
        }
      }
    }
  });

  it('write their names in many scripts, with the marks that break careless parsers', () => {
    const all = [...day('day1.csv').values()].map((row) => cell(row, 'display_name'));
    const scripts =
      'Latin Greek Cyrillic Arabic Hebrew Devanagari Tamil Bengali Han Hangul Hiragana Katakana Thai Georgian Armenian Ethiopic';
    for (const name of scripts.split(' ')) {
      const pattern = new RegExp(`\\p{Script=${name}}`, 'u');
      expect(all.filter((text) => pattern.test(text)).length, name).toBeGreaterThan(0);
    }
    for (const mark of [',', '"', "'", '’']) expect(all.some((text) => text.includes(mark))).toBe(true);
    expect(all.filter((text) => text === 'Maria Silva')).toHaveLength(2);
    expect(all.every((text) => text === text.normalize('NFC'))).toBe(true);
    expect([...day('day1.csv').values()].some((row) => cell(row, 'location').includes('\n'))).toBe(true);
  });

  it('never share a name or a key with somebody who left, so that nobody looks like a re-key', () => {
    const [before, after] = [day('day1-evening.csv'), day('day2.csv')];
    const joined = [...after.keys()].filter((key) => !before.has(key));
    const left = [...before.keys()].filter((key) =>
      OFF.includes(cell(after.get(key) ?? { status: 'left' }, 'status')),
    );
    expect(joined).toHaveLength(6);
    const addresses = new Set(left.map((key) => cell(before.get(key), 'email')));
    for (const key of joined) expect(addresses.has(cell(after.get(key), 'email'))).toBe(false);
  });
});

/** What the rules make of the files, found without the generator: the state is who has an account, and how. */
interface World {
  readonly rows: Map<string, Row>;
  readonly on: Set<string>;
  readonly off: Set<string>;
  readonly open: Set<string>;
}

function expectStep(step: Step, world: World): void {
  const rows = day(step.file);
  const created: string[] = [];
  const updated: Entry[] = [];
  const deactivated: string[] = [];
  const reactivated: string[] = [];
  const rejected: string[] = [];
  const unchanged: string[] = [];
  for (const [key, row] of rows) {
    const before = world.rows.get(key);
    const changes = before ? changesOf(before, row) : [];
    const differs = changes.some(({ column }) => !UNMAPPED.includes(column));
    const status = cell(row, 'status');
    const known = world.on.has(key) || world.off.has(key);
    if (![...ON, ...OFF].includes(status)) rejected.push(key);
    else if (!known && ON.includes(status)) created.push(key);
    else if (world.on.has(key) && OFF.includes(status)) deactivated.push(key);
    else if (world.off.has(key) && ON.includes(status)) reactivated.push(key);
    else if (known && differs) updated.push({ key, changes });
    else if (known && changes.length > 0) unchanged.push(key);
    // What was rejected is compared with the last confirmed row again next time.
    if (!rejected.includes(key)) world.rows.set(key, row);
  }
  for (const key of world.on) if (!rows.has(key)) deactivated.push(key);

  expect(step.created, step.name).toEqual(created.sort());
  expect(
    step.updated.map(({ key, changes }) => ({ key, changes })),
    step.name,
  ).toEqual(updated.sort((a, b) => (a.key < b.key ? -1 : 1)));
  expect(keys(step.deactivated), step.name).toEqual(deactivated.sort());
  expect(keys(step.reactivated), step.name).toEqual(reactivated.sort());
  const changed = [...keys(updated), ...deactivated, ...reactivated];
  expect(step.whileInvited, step.name).toEqual(changed.filter((key) => world.open.has(key)).sort());
  expect(keys(step.rejected), step.name).toEqual(rejected.sort());
  expect(keys(step.unchanged), step.name).toEqual(unchanged.sort());
  expect(step.records, step.name).toBe(rows.size);

  for (const key of [...created, ...reactivated]) world.on.add(key);
  for (const key of reactivated) world.off.delete(key);
  for (const key of deactivated) {
    world.on.delete(key);
    world.off.add(key);
  }
  world.open.clear();
  for (const key of step.invitationsLeftOpen) world.open.add(key);
  expect(step.holds, step.name).toEqual({
    accounts: world.on.size + world.off.size,
    switchedOff: world.off.size,
  });
}

describe('the story', () => {
  it('says of each file what an independent comparison finds', () => {
    const world: World = { rows: new Map(), on: new Set(), off: new Set(), open: new Set() };
    const whole = steps.filter(({ held }) => !held);
    expect(whole.map(({ name }) => name)).toEqual(['day1', 'day1-evening', 'day2', 'day2-again']);
    for (const step of whole) expectStep(step, world);
  });

  it('has one of everything that a tour should show', () => {
    const second = steps.find(({ name }) => name === 'day2');
    expect(second?.reactivated).toHaveLength(1);
    expect(second?.rejected).toHaveLength(1);
    expect(second?.whileInvited).toHaveLength(2);
    expect(keys(second?.updated ?? []).filter((key) => second?.whileInvited.includes(key))).toHaveLength(1);
    const columns = second?.updated.flatMap(({ changes = [] }) => changes.map(({ column }) => column));
    expect(columns).toEqual(
      expect.arrayContaining(['title', 'department', 'manager_id', 'phone', 'last_name', 'email']),
    );
  });

  it('stays below the limit of leavers that holds a plan: a tenth of the accounts, over both days', () => {
    const accounts = steps[0]?.created.length ?? 0;
    const leavers = steps.flatMap(({ deactivated }) => deactivated).length;
    expect(leavers).toBeGreaterThan(5);
    expect(leavers).toBeLessThan(accounts * 0.1);
  });

  it('names everybody whose manager is not in the file', () => {
    for (const step of steps.filter(({ held }) => !held)) {
      const rows = day(step.file);
      const unknown = [...rows.values()].filter(
        (row) => cell(row, 'manager_id') !== '' && !rows.has(cell(row, 'manager_id')),
      );
      expect(step.unknownManagers).toEqual(
        unknown.map((row) => ({ key: cell(row, 'employee_id'), manager: cell(row, 'manager_id') })),
      );
      expect(unknown.length).toBeGreaterThan(0);
    }
  });

  it('gives the line on which a rejected row begins', async () => {
    const lines = (await readFile(join(people, 'day2.csv'), 'utf8')).split('\n');
    for (const { key, line = 0 } of steps.flatMap(({ rejected }) => rejected)) {
      expect(lines[line - 1]?.startsWith(`${key},sabbatical,`)).toBe(true);
    }
  });

  it('ends with day two again, cut off inside a row', async () => {
    const [second, third] = await Promise.all([
      readFile(join(people, 'day2.csv')),
      readFile(join(people, 'day3.csv')),
    ]);
    expect(second.subarray(0, third.length).equals(third)).toBe(true);
    expect(third.length / second.length).toBeGreaterThan(0.5);
    expect(third.length / second.length).toBeLessThan(0.7);
    const parsed = Papa.parse<string[]>(third.toString('utf8'));
    const width = parsed.data[0]?.length ?? 0;
    expect(parsed.data.at(-1)?.length).toBeLessThan(width);
    expect(parsed.data.length - 2).toBe(steps.at(-1)?.wholeRecords);
  });
});
