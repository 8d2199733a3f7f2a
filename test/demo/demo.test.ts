import { cpSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test, vi } from 'vitest';
import { widthOf } from '../../src/cli/demo/page.ts';
import type { Played } from '../../src/cli/demo/tell.ts';
import { temporaryFolder } from '../support/folder.ts';
import type { Ending } from '../support/folder.ts';
import { start } from '../support/rollcall.ts';
import type { Ended, RunOptions, Running } from '../support/rollcall.ts';

// The promise is a minute, and the machine may have other things to do.
vi.setConfig({ testTimeout: 60_000 });

const root = fileURLToPath(new URL('../..', import.meta.url));

interface Document {
  readonly ok: boolean;
  readonly seconds: number;
  readonly steps: readonly Played[];
}

interface Stage {
  start(args: readonly string[], options?: Partial<RunOptions>): Running;
  run(...args: readonly string[]): Promise<Ended>;
  /** What is left in the place for temporary files. */
  left(): readonly string[];
}

function openStage(ending: Ending): Stage {
  const folder = temporaryFolder(ending);
  const tmp = join(folder, 'tmp');
  mkdirSync(tmp);
  const env = { HOME: folder, TMPDIR: tmp };
  const begin: Stage['start'] = (args, options) =>
    start(ending, args, { cwd: folder, ...options, env: { ...env, ...options?.env } });
  return { start: begin, run: (...args) => begin(args).ended, left: () => readdirSync(tmp) };
}

describe('the story', () => {
  test('goes as told, says so in 80 columns without colour, and leaves nothing behind', async (context) => {
    const stage = openStage(context);
    const { code, stdout, stderr } = await stage.run('demo');
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stage.left()).toEqual([]);
    expect(stdout.split('\n').filter((line) => widthOf(line) > 80)).toEqual([]);
    expect(stdout).not.toContain('\u001b');
    expect(stdout).not.toContain('✗');
    for (const words of ['create 292', 'deactivate 9 · reactivate 1', 'sabbatical', 'HELD', 'NOT COMPLETE'])
      expect(stdout).toContain(words);
    for (const line of ['mock --as cosmo --port 4100 --token tour', 'plan --config', 'init'])
      expect(stdout).toContain(`npx rollcall ${line}`);
  });

  test('is one JSON document where that is asked for, with every check and its result', async (context) => {
    const stage = openStage(context);
    const ended = await stage.run('demo', '--json');
    expect({ code: ended.code, stderr: ended.stderr }).toEqual({ code: 0, stderr: '' });
    const { ok, seconds, steps } = ended.json<Document>();
    expect(ok).toBe(true);
    expect(seconds).toBeLessThan(60);
    expect(steps.map(({ step, exitCode }) => [step, exitCode])).toEqual([
      ['day1', 0],
      ['day1-evening', 0],
      ['day2', 4],
      ['day2-again', 4],
      ['day3', 3],
    ]);
    for (const { step, checks } of steps) {
      expect(checks.length, step).toBeGreaterThan(6);
      expect(checks.filter((check) => !check.ok || check.found.length > 0)).toEqual([]);
    }
  });

  test('is coloured where that is forced, is ended by Ctrl-C with 130, and leaves nothing behind', async (context) => {
    const stage = openStage(context);
    const running = stage.start(['demo'], { env: { FORCE_COLOR: '1' } });
    await running.says(/rollcall plan/);
    running.kill('SIGINT');
    const { code, stdout, stderr } = await running.ended;
    expect(code).toBe(130);
    expect(stderr).toContain('stopping');
    expect(stdout).toMatch(/\u001b\[1mDay one/);
    // What a command prints is coloured as well.
    expect(stdout).toMatch(/│ .*\u001b\[32m\+ create/);
    expect(stdout).not.toContain('What to type next');
    expect(stage.left()).toEqual([]);
  });

  test('is told to the end where nobody listens any more, and leaves nothing behind', async (context) => {
    const stage = openStage(context);
    const running = stage.start(['demo']);
    await running.says(/Day one/);
    running.closeStdout();
    const { code, stderr } = await running.ended;
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stage.left()).toEqual([]);
  });

  test('needs a place for temporary files, and says so in a sentence', async (context) => {
    const stage = openStage(context);
    const { code, stderr } = await stage.start(['demo'], { env: { TMPDIR: '/nowhere' } }).ended;
    expect(code).toBe(1);
    expect(stderr).toMatch(/no temporary folder can be made.*\n.*TMPDIR/);
  });
});

type Steps = Record<string, unknown>[];

/** The program with a sample company of its own, in which somebody has changed something. */
async function tampered(ending: Ending, change: (people: string) => void, ...args: readonly string[]) {
  const copy = temporaryFolder(ending);
  for (const name of ['bin', 'dist', 'config', 'package.json'])
    cpSync(join(root, name), join(copy, name), { recursive: true });
  symlinkSync(join(root, 'node_modules'), join(copy, 'node_modules'));
  change(join(copy, 'config', 'people'));
  const stage = openStage(ending);
  const shell = `exec "$1" "${join(copy, 'bin', 'rollcall.js')}" demo ${args.join(' ')}`;
  const ended = await stage.start([], { shell }).ended;
  expect(stage.left()).toEqual([]);
  return ended;
}

function retell(change: (steps: Steps) => void) {
  return (people: string): void => {
    const file = join(people, 'story.json');
    const story = JSON.parse(readFileSync(file, 'utf8')) as { steps: Steps };
    change(story.steps);
    writeFileSync(file, JSON.stringify(story));
  };
}

describe('another story than what happens', () => {
  test('with one person more is not as told, and the person is named', async (context) => {
    const change = retell(([first]) => (first!['created'] as string[]).push('E9999'));
    const { code, stdout } = await tampered(context, change);
    expect(code).toBe(1);
    expect(stdout).toMatch(/✗ not as told: Cosmo holds exactly the 292 accounts.*\n +E9999 has no account/);
    expect(stdout).toContain('Not as told, at day1 (day1.csv)');
    expect(stdout).not.toContain('Day two');
    expect(stdout).not.toContain('What to type next');
  });

  test('with one leaver less on day two gets as far as that', async (context) => {
    const change = retell((steps) => (steps[2]!['deactivated'] as unknown[]).pop());
    const { code, stdout, stderr } = await tampered(context, change, '--quiet');
    expect({ code, stderr }).toEqual({ code: 1, stderr: '' });
    expect(stdout).toMatch(/^Not as told, at day2 /);
    expect(stdout).toContain('nobody told of PATCH for E1273');
    expect(stdout).toContain('E1273 is switched off, and should not be');
  });

  test('with a third file that is whole is not held, and the story says that it should be', async (context) => {
    const ended = await tampered(
      context,
      (people) => cpSync(join(people, 'day1-evening.csv'), join(people, 'day3.csv')),
      '--json',
    );
    expect(ended.code).toBe(1);
    const { ok, steps } = ended.json<Document>();
    expect(ok).toBe(false);
    const failed = steps
      .at(-1)!
      .checks.filter((check) => !check.ok)
      .map(({ name }) => name);
    expect(steps.at(-1)!.step).toBe('day3');
    expect(failed).toEqual(expect.arrayContaining(['exit', 'requests', 'off', 'rest']));
  });

  const stories: [string, (people: string) => void, RegExp][] = [
    ['no JSON', (people) => writeFileSync(join(people, 'story.json'), '{'), /cannot be read/],
    ['other JSON', (people) => writeFileSync(join(people, 'story.json'), '{"steps":[{}]}'), /no story/],
    ['a day less', retell((steps) => steps.pop()), /does not tell of day3/],
    ['a file that is not there', retell(([first]) => (first!['file'] = 'day0.csv')), /not whole/],
  ];
  for (const [name, change, sentence] of stories)
    test(`${name} is an error in a sentence`, async (context) => {
      const { code, stderr } = await tampered(context, change);
      expect(code).toBe(1);
      expect(stderr).toMatch(sentence);
      expect(stderr).not.toContain('report it');
    });
});
