import { execFile } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, onTestFinished, test } from 'vitest';
import { compare, judge } from './bench/compare.ts';
import type { Round } from './bench/compare.ts';
import { bend, median, requirement } from './bench/figures.ts';
import type { Figure, Requirement, Result } from './bench/figures.ts';
import { attribute } from './bench/formats.ts';
import type { Format } from './bench/formats.ts';
import { PARTS, readOptions } from './bench/options.ts';
import type { Part } from './bench/options.ts';
import { COLUMNS, changesOf, rows, writePopulation } from './bench/population.ts';
import { Scanner } from './bench/scanner.ts';
import type { Turns } from './bench/turns.ts';

const run = promisify(execFile);
const main = fileURLToPath(new URL('bench/main.js', import.meta.url));

function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'rollcall-benchtest-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

interface Report<Of> {
  readonly machine: { readonly cores: number; readonly node: string };
  readonly results: readonly Of[];
  readonly growth: readonly Requirement[];
}

async function bench<Of = Result>(...args: readonly string[]): Promise<Report<Of>> {
  const folder = temporaryFolder();
  const env = { PATH: process.env['PATH'] ?? '', TMPDIR: folder };
  const { stdout, stderr } = await run(process.execPath, [main, ...args, '--json', '--quiet'], { env });
  expect(stderr).toBe('');
  expect(readdirSync(folder)).toEqual([]);
  return JSON.parse(stdout) as Report<Of>;
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

describe('in turns with another checkout', () => {
  const rounds = (...ratios: readonly number[]): { this: number; other: number }[] =>
    ratios.map((ratio) => ({ this: 2 * ratio, other: 2 }));
  const cost = { must: 'at most', bound: 1.1 } as const;
  const rate = { must: 'at least', bound: 0.9 } as const;

  test('what most rounds agree on is decided, and what they contradict each other about is not', () => {
    expect(judge(rounds(1, 1.02, 0.98, 1.04, 1.01), cost).verdict).toBe('met');
    expect(judge(rounds(1.2, 1.22, 1.25, 1.21, 1.18), cost).verdict).toBe('MISSED');
    // One round that was struck by something else changes nothing.
    expect(judge(rounds(1, 1.02, 3, 1.04, 1.01), cost).verdict).toBe('met');
    expect(judge(rounds(1.2, 1.22, 0.4, 1.21, 1.18), cost).verdict).toBe('MISSED');
    // Wider than the bound allows, on whichever side of it.
    expect(judge(rounds(0.7, 0.8, 0.9, 1, 1.05), cost).verdict).toBe('not decided');
    expect(judge(rounds(1.12, 1.2, 1.4, 1.5, 1.6), cost).verdict).toBe('not decided');
    // As wide, and further away than that.
    expect(judge(rounds(0.3, 0.4, 0.5, 0.6, 0.7), cost).verdict).toBe('met');
    expect(judge(rounds(1.8, 2, 2.3, 2.5, 2.9), cost).verdict).toBe('MISSED');
    // On both sides of it, however narrow.
    expect(judge(rounds(1.07, 1.08, 1.09, 1.12, 1.13), cost).verdict).toBe('not decided');
    expect(judge(rounds(1, 1), cost).verdict).toBe('not decided');
    // More rounds bring the spread together, though some lie far away.
    const wide = [0.85, 0.98, 1, 1.02, 1.04, 1.09, 1.2];
    expect(judge(rounds(0.85, 1, 1.02, 1.09), cost).verdict).toBe('not decided');
    expect(judge(rounds(...wide), cost)).toMatchObject({ spread: [1, 1.04], verdict: 'met' });
    expect(judge(rounds(1, 1, 1), cost).verdict).toBe('met');
  });

  test('a rate may not fall, and a cost may', () => {
    const halved = rounds(0.5, 0.51, 0.52, 0.5, 0.5);
    expect(judge(halved, cost).verdict).toBe('met');
    expect(judge(halved, rate).verdict).toBe('MISSED');
    expect(judge(rounds(2, 2.01, 2.02, 2, 2), rate).verdict).toBe('met');
  });

  test('the ratio is that of rounds, and not of medians', () => {
    const found = judge(
      [
        { this: 1, other: 1 },
        { this: 4, other: 2 },
        { this: 2, other: 4 },
      ],
      cost,
    );
    expect(found).toMatchObject({ this: 2, other: 2, ratio: 1, spread: [0.5, 2], ratios: [1, 2, 0.5] });
  });

  test('nothing on both sides is the same, and something beside nothing is missed', () => {
    const nothing = { this: 0, other: 0 };
    expect(judge([nothing, nothing, nothing], cost)).toMatchObject({ ratio: 1, verdict: 'met' });
    const one = { this: 1, other: 0 };
    expect(judge([one, one, one], cost).verdict).toBe('MISSED');
  });

  const figure = (name: string, more: Partial<Figure> = {}): Figure => ({
    name,
    seconds: 2,
    cpuSeconds: 1,
    peakMegabytes: 100,
    ...more,
  });
  const thrice = (round: Round): readonly Round[] => [round, round, round];
  const verdictsOf = (round: Round, isBusy: boolean): readonly string[] =>
    compare(thrice(round), isBusy).comparisons.map(
      ({ name, unit, verdict }) => `${name}, ${unit}: ${verdict}`,
    );

  test('CPU seconds decide on a busy machine, and the clock on the wall where there are none', () => {
    const both = [figure('plan', { perSecond: 5 }), { name: 'page', seconds: 1 }];
    const round = { this: both, other: both };
    expect(verdictsOf(round, true)).toEqual([
      'plan, CPU s: met',
      'plan, seconds: told',
      'plan, a second: told',
      'plan, peak MB: met',
      'page, seconds: met',
    ]);
    expect(verdictsOf(round, false)).toContain('plan, a second: met');
  });

  test('nothing is asked of what is not ours, and what only one of them has is named', () => {
    const round = {
      this: [figure('bare', { isBare: true }), figure('new'), figure('slow', { cpuSeconds: NaN })],
      other: [figure('bare', { isBare: true, cpuSeconds: 9 }), figure('old'), figure('slow')],
    };
    expect(compare(thrice(round), false).alone).toEqual(['new', 'old']);
    expect(verdictsOf(round, false)).toEqual([
      'bare, CPU s: told',
      'slow, seconds: met',
      'slow, peak MB: met',
    ]);
  });

  test('both are measured, and what the other one cannot do is left out', { timeout: 60_000 }, async () => {
    const other = temporaryFolder();
    for (const folder of ['bin', 'dist']) mkdirSync(join(other, folder));
    writeFileSync(join(other, 'dist', 'main.js'), '');
    symlinkSync(fileURLToPath(new URL('../node_modules', import.meta.url)), join(other, 'node_modules'));
    writeFileSync(
      join(other, 'bin', 'rollcall.js'),
      `if (process.argv[2] !== '--help') { console.error("error: unknown command 'plan'"); process.exit(2); }\n`,
    );
    const parts = ['--only', 'plan,help', '--rounds', '1'];
    const { results } = await bench<Turns>('100', ...parts, '--against', other);
    const [{ comparisons, leftOut }] = results as [Turns];
    expect(leftOut).toEqual([{ name: 'plan', why: "error: unknown command 'plan'" }]);
    const names = new Set(comparisons.map(({ name }) => name));
    expect([...names]).toEqual(['rollcall --help', 'node -e 0']);
    const [cpu] = comparisons;
    expect(cpu).toMatchObject({ unit: 'CPU s', must: 'at most', bound: 1.1, verdict: 'not decided' });
    expect(cpu!.ratio).toBeCloseTo(cpu!.this / cpu!.other);
  });

  test('one that is not built is an error in a sentence', async () => {
    const folder = temporaryFolder();
    await expect(run(process.execPath, [main, '--against', folder])).rejects.toMatchObject({
      code: 1,
      stderr: `bench: nothing is built yet in ${folder}: run \`npm run build\` there first\n`,
    });
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
