import { execFile } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, onTestFinished, test } from 'vitest';
import { bend, median, requirement } from './bench/figures.ts';
import type { Figure, Requirement, Result } from './bench/figures.ts';
import { attribute } from './bench/formats.ts';
import type { Format } from './bench/formats.ts';
import { PARTS, readOptions } from './bench/options.ts';
import type { Part } from './bench/options.ts';
import { COLUMNS, changesOf, rows, writePopulation } from './bench/population.ts';
import { Scanner } from './bench/scanner.ts';

const run = promisify(execFile);
const main = fileURLToPath(new URL('bench/main.js', import.meta.url));

function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'rollcall-benchtest-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

interface Report {
  readonly machine: { readonly cores: number; readonly node: string };
  readonly results: readonly Result[];
  readonly growth: readonly Requirement[];
}

async function bench(...args: readonly string[]): Promise<Report> {
  const folder = temporaryFolder();
  const env = { PATH: process.env['PATH'] ?? '', TMPDIR: folder };
  const { stdout, stderr } = await run(process.execPath, [main, ...args, '--json', '--quiet'], { env });
  expect(stderr).toBe('');
  expect(readdirSync(folder)).toEqual([]);
  return JSON.parse(stdout) as Report;
}

/** Pages are shown by a real browser, which takes longer than all else. */
function allBut(part: Part): string {
  return PARTS.filter((one) => one !== part).join(',');
}

describe('a small run', () => {
  test(
    'measures everything, counts every request, and leaves nothing behind',
    { timeout: 120_000 },
    async () => {
      const { machine, results } = await bench('300', '--rounds', '1', '--only', allBut('page'));
      expect(machine.cores).toBeGreaterThan(0);
      const [result] = results;
      expect(results).toHaveLength(1);
      expect(result!.people).toBe(300);
      expect(result!.bytes).toBeGreaterThan(300 * 90);
      const figures = new Map<string, Figure>(result!.figures.map((figure) => [figure.name, figure]));
      for (const { seconds, cpuSeconds, peakMegabytes } of figures.values()) {
        expect(seconds).toBeGreaterThan(0);
        expect(cpuSeconds).toBeGreaterThan(0);
        expect(peakMegabytes).toBeGreaterThan(10);
      }
      expect(figures.get('first plan')).toMatchObject({ requests: 1 });
      expect(figures.get('first sync')).toMatchObject({ requests: 301, note: 'the mock refused 3 of them' });
      expect(figures.get('nothing changed, another row order')).toMatchObject({ requests: 0 });
      expect(figures.get('nothing changed, the identical file')).toMatchObject({ requests: 0 });
      expect(figures.get('1 % changed')!.note).toMatch(/^4 titles, 2 leavers, 2 joiners: \d+ operations/);
      for (const name of ['LDIF: bare pass', 'JSON: bare pass'])
        expect(figures.get(name)!.note).toMatch(/^0\.\d MB$/);
      expect(figures.get('bare got loop')).toMatchObject({ requests: 300 });
      const values = Object.fromEntries(result!.requirements.map(({ name, value }) => [name, value]));
      expect(values).toMatchObject({
        'requests per create, first sync': 1,
        'nothing changed, requests': 0,
        '1 % changed, requests per operation': 1,
        'requests per create, sync of 300': 1,
        'LDIF: nothing changed, requests': 0,
        'JSON: nothing changed, requests': 0,
      });
      for (const { value } of result!.requirements) expect(Number.isFinite(value)).toBe(true);
    },
  );

  test('of one part does that alone', { timeout: 60_000 }, async () => {
    const { results } = await bench('200', '--only', 'plan', '--rounds', '1');
    expect(results[0]!.figures.map(({ name }) => name)).toEqual([
      'bare pass, papaparse',
      'bare pass, scanner',
      'first plan',
    ]);
  });

  test('of what is read again fills the state without a request', { timeout: 60_000 }, async () => {
    const { results } = await bench('200', '--only', 'json', '--rounds', '1');
    const [filled, ...others] = results[0]!.figures;
    expect(filled).toMatchObject({
      name: 'state filled without a network',
      note: 'no request: a target in the process took 200',
    });
    expect(others.map(({ name, requests }) => [name, requests])).toEqual([
      ['JSON: bare pass', undefined],
      ['JSON: from CSV to this export', undefined],
      ['JSON: nothing changed, another order', 0],
    ]);
  });

  test('that makes no sense is an error in a sentence', async () => {
    await expect(run(process.execPath, [main, 'many'])).rejects.toMatchObject({
      code: 1,
      stderr: 'bench: PEOPLE has to be a whole number from 100 to 10000000, and not “many”\n',
    });
  });
});

describe('the command line', () => {
  test('means a hundred thousand people and everything, unless it says otherwise', () => {
    expect(readOptions([])).toMatchObject({ sizes: [100_000], rounds: undefined, json: false });
    expect(readOptions(['1_000,000', '--only', 'plan,unchanged', '--rounds', '2'])).toMatchObject({
      sizes: [1_000_000],
      parts: new Set(['plan', 'unchanged']),
      rounds: 2,
    });
    expect(readOptions(['--scale'])).toMatchObject({ sizes: [10_000, 100_000, 1_000_000] });
    expect(readOptions(['--help'])).toBe('help');
    for (const args of [['--only', 'plans'], ['--rounds', '0'], ['1', '2'], ['--sideways']])
      expect(() => readOptions(args)).toThrow();
  });
});

describe('the people', () => {
  const population = { people: 2000, seed: 5, order: 1, changed: false };
  const sorted = (part: Partial<typeof population>): readonly string[] =>
    [...rows({ ...population, ...part })].sort();

  test('are the same for the same numbers, and in another order the same ones', () => {
    expect([...rows(population)]).toEqual([...rows(population)]);
    expect([...rows({ ...population, order: 2 })]).not.toEqual([...rows(population)]);
    expect(sorted({ order: 2 })).toEqual(sorted({}));
    expect(sorted({ seed: 6 })).not.toEqual(sorted({}));
  });

  test('are the same in every kind of file', () => {
    const folder = temporaryFolder();
    const write = (format: Format): string => {
      const path = join(folder, format);
      const bytes = writePopulation(path, population, format);
      const text = readFileSync(path, 'utf8');
      expect(Buffer.byteLength(text)).toBe(bytes);
      return text;
    };
    const { value } = JSON.parse(write('json')) as { value: Record<string, string>[] };
    const names = Object.fromEntries(COLUMNS.map((name) => [attribute(name), name]));
    const entries = write('ldif')
      .split('\n\n')
      .filter((entry) => entry.startsWith('dn:'))
      .map((entry) => {
        const found = Object.fromEntries(COLUMNS.map((name) => [name, '']));
        for (const [, name = '', sign, text = ''] of entry.matchAll(/^([a-z-]+):(:?) (.*)$/gm))
          if (name in names)
            found[names[name]!] = sign === ':' ? Buffer.from(text, 'base64').toString() : text;
        return found;
      });
    expect(value).toHaveLength(2000);
    expect(entries).toEqual(value);
    expect(write('csv').split('\n')[1]).toContain(value[0]!['email']);
  });

  test('differ on the second day in one of a hundred, as it is said', () => {
    const before = new Set(sorted({}));
    const after = sorted({ changed: true });
    const { titles, left, absent, joined } = changesOf(population.people);
    expect(titles + left + absent + joined).toBe(20);
    const fresh = after.filter((row) => !before.has(row));
    expect(fresh.filter((row) => row.includes(',left,'))).toHaveLength(left);
    expect(fresh.filter((row) => row.includes(',Senior '))).toHaveLength(titles);
    expect(fresh).toHaveLength(titles + left + joined);
    expect(after).toHaveLength(2000 - absent + joined);
  });

  test('are as an export has them: ten columns, quoted cells, names beyond ASCII, managers in a tree and in none', () => {
    const path = join(temporaryFolder(), 'people.csv');
    const bytes = writePopulation(path, population);
    const text = readFileSync(path, 'utf8');
    expect(Buffer.byteLength(text)).toBe(bytes);
    expect(bytes / 2000).toBeGreaterThan(100);
    const scanner = new Scanner();
    scanner.feed(text, true);
    expect(scanner.rows).toBe(2001);
    const all = sorted({});
    expect(all.every((row) => row.includes('@example.com'))).toBe(true);
    expect(all.filter((row) => row.includes('"')).length).toBeGreaterThan(50);
    expect(all.filter((row) => /[^\0-\x7f]/.test(row)).length).toBeGreaterThan(500);
    expect(all.filter((row) => row.includes(',X0')).length).toBeGreaterThan(5);
    expect(all.filter((row) => row.includes(',E00000003,'))).not.toEqual([]);
    expect(new Set(all.map((row) => row.split(',')[0])).size).toBe(2000);
    expect(text.split('\n')[0]).toBe(COLUMNS.join(','));
  });
});

describe('the scanner', () => {
  const scan = (text: string, size = text.length): number => {
    const scanner = new Scanner();
    for (let at = 0; at < text.length; at += size) scanner.feed(text.slice(at, at + size), false);
    scanner.feed('', true);
    return scanner.rows;
  };
  const good = 'a,b\r\n"x, ""y""",2\r\n3,"four\nlines"\n"",\n5,6';

  test.each([1, 2, 3, 5, 8, 100])('reads rows in pieces of %i characters', (size) => {
    expect(scan(good, size)).toBe(5);
  });

  test.each([
    ['a,b\n1\n', 'row 2 has 1 cells'],
    ['a,b\n1,2,3\n', 'row 2 has 3 cells'],
    ['a,b\n1,"2" x\n', 'row 2 has text after a quote'],
    ['a,b\n1,x"2"\n', 'row 2 has a quote inside a bare cell'],
    ['a,b\n1,"2\n', 'row 2 is cut inside quotes'],
  ])('refuses %j', (text, message) => {
    for (const size of [1, 3, 100]) expect(() => scan(text, size)).toThrow(message);
  });
});

describe('figures', () => {
  test('medians, bounds, and how straight a line is', () => {
    expect(median([3])).toBe(3);
    expect(median([4, 1, 3])).toBe(3);
    expect(median([4, 1, 3, 2])).toBe(2.5);
    expect(requirement('x', 3, 'at most', 3).met).toBe(true);
    expect(requirement('x', 0.69, 'at least', 0.7).met).toBe(false);
    expect(requirement('x', 1.001, 'exactly', 1).met).toBe(false);
    expect(bend([10, 100, 1000], [1, 1.9, 10.9])).toBeCloseTo(1);
    expect(bend([10, 100, 1000], [1, 1.9, 28.9])).toBeCloseTo(3);
    expect(bend([10, 100], [1, 2])).toBeUndefined();
  });
});

test('being interrupted ends what it started and leaves nothing behind', { timeout: 60_000 }, async () => {
  const folder = temporaryFolder();
  const env = { PATH: process.env['PATH'] ?? '', TMPDIR: folder };
  const child = execFile(process.execPath, [main, '20000', '--only', 'sync'], { env });
  const ended = new Promise<number | null>((resolve) => child.once('exit', (code) => resolve(code)));
  await new Promise<void>((resolve) => {
    child.stderr!.on('data', (text: string) => text.includes('first sync') && resolve());
  });
  const [place] = readdirSync(folder);
  expect(existsSync(join(folder, place!, 'company', 'rollcall.yaml'))).toBe(true);
  child.kill('SIGINT');
  expect(await ended).toBe(130);
  expect(readdirSync(folder)).toEqual([]);
});
