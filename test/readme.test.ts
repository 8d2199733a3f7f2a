import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { describe } from '../src/cli/describe.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
const readme = readFileSync(join(root, 'README.md'), 'utf8');

function section(title: string): string {
  const from = readme.indexOf(`# ${title}\n`);
  expect(from, title).toBeGreaterThan(0);
  return readme.slice(from, readme.indexOf('\n## ', from));
}

/** What the program says of itself; of a command, where one is named. */
function help(command?: string): string {
  const program = describe();
  const found = program.commands.find((one) => one.name() === command);
  expect(command !== undefined && found === undefined, command).toBe(false);
  return (found ?? program).helpInformation();
}

test('the table of commands has those that there are', () => {
  const listed = [...section('Commands').matchAll(/^\| `rollcall (\w+)/gm)].map(([, name]) => name);
  const known = describe().commands.map((command) => command.name());
  expect([...new Set(listed)].sort()).toEqual([...known].sort());
});

test('every line to type has options that its command knows', () => {
  const texts = [readme, readFileSync(join(root, 'docs/running.md'), 'utf8')];
  const blocks = texts.flatMap((text) =>
    [...text.matchAll(/^```(?:sh|crontab)\n([^]*?)^```/gm)].flatMap(([, block]) => block!.split('\n')),
  );
  const units = readdirSync(join(root, 'docs/systemd')).flatMap((name) =>
    readFileSync(join(root, 'docs/systemd', name), 'utf8').split('\n'),
  );
  const lines = [...blocks, ...units].flatMap(
    (line) => /(?:^|npx |bin\/)rollcall (\w+)([^;#]*)/.exec(line) ?? [],
  );
  const known = new Map<string, string>();
  expect(lines.length).toBeGreaterThan(20);
  for (let at = 0; at < lines.length; at += 3) {
    const [line, command, rest] = lines.slice(at, at + 3);
    const options = known.get(command!) ?? help(command);
    known.set(command!, options);
    for (const [option] of rest!.matchAll(/--[\w-]+/g)) expect(options, line).toContain(`${option} `);
  }
});

test('the table of functions has those that there are', () => {
  const listed = [...section('Expressions').matchAll(/`(\w+)\(/g)].map(([, name]) => name!);
  const folder = join(root, 'src/configuration/functions');
  const code = readdirSync(folder).map((name) => readFileSync(join(folder, name), 'utf8'));
  const known = [...code.join('').matchAll(/(?:add|onText|onAttribute)\(\s*'(\w+)/g)].map(
    ([, name]) => name!,
  );
  expect(new Set(listed)).toEqual(new Set(known));
});

test('every link into the repository leads somewhere', () => {
  for (const name of [
    'README.md',
    'CONTRIBUTING.md',
    'SECURITY.md',
    'CHANGELOG.md',
    'docs/running.md',
    'docs/failures.md',
  ]) {
    const text = readFileSync(join(root, name), 'utf8');
    const links = [...text.matchAll(/\]\(([^)#]+)\)/g)].map(([, link]) => link!);
    for (const link of links.filter((one) => !/^https?:/.test(one)))
      expect(existsSync(join(root, dirname(name), link)), `${name}: ${link}`).toBe(true);
  }
});

test('the company has as many people as it is said to have, and the day is cut where it is said to be', () => {
  const story = JSON.parse(readFileSync(join(root, 'config/people/story.json'), 'utf8')) as {
    steps: {
      name: string;
      records: number;
      created: string[];
      withoutAccount?: string[];
      cutOnLine?: number;
    }[];
  };
  const [first, , second] = story.steps;
  expect(readme).toContain(`day1.csv: ${first!.records} records`);
  expect(readme).toContain(`create ${first!.created.length}  (`);
  expect(first!.withoutAccount).toHaveLength(8);
  expect(readme).toContain(`day2.csv: ${second!.records} records`);
  expect(readme).toContain(`the last row, on line ${story.steps.at(-1)!.cutOnLine}, is short`);
});
