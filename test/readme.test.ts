import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, posix } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { describe } from '../src/cli/describe.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
const pages = [
  'README.md',
  'CONTRIBUTING.md',
  'SECURITY.md',
  'CHANGELOG.md',
  ...readdirSync(join(root, 'docs'))
    .filter((name) => name.endsWith('.md'))
    .map((name) => `docs/${name}`),
];
const textOf = (page: string): string => readFileSync(join(root, page), 'utf8');
const readme = textOf('README.md');

function section(title: string, text: string): string {
  const from = text.indexOf(`# ${title}\n`);
  expect(from, title).toBeGreaterThan(0);
  return text.slice(from, text.indexOf('\n## ', from));
}

/** What the program says of itself; of a command, where one is named. */
/** Of a command, or of one behind another word. */
function help(...names: readonly string[]): string {
  let program = describe();
  for (const name of names) {
    const found = program.commands.find((one) => one.name() === name);
    expect(found, names.join(' ')).toBeDefined();
    program = found!;
  }
  return program.helpInformation();
}

test('the table of commands has those that there are', () => {
  const listed = [...section('Commands', readme).matchAll(/^\| `rollcall (\w+)/gm)].map(([, name]) => name);
  const known = describe().commands.map((command) => command.name());
  expect([...new Set(listed)].sort()).toEqual([...known].sort());
});

test('every line to type has options that its command knows', () => {
  const blocks = pages
    .map(textOf)
    .flatMap((text) =>
      [...text.matchAll(/^```(?:sh|crontab)\n([^]*?)^```/gm)].flatMap(([, block]) => block!.split('\n')),
    );
  const units = readdirSync(join(root, 'docs/systemd')).flatMap((name) =>
    readFileSync(join(root, 'docs/systemd', name), 'utf8').split('\n'),
  );
  const lines = [...blocks, ...units].flatMap(
    (line) => /(?:^|npx |bin\/)rollcall ((?:key )?\w+)([^;#]*)/.exec(line) ?? [],
  );
  const known = new Map<string, string>();
  expect(lines.length).toBeGreaterThan(20);
  for (let at = 0; at < lines.length; at += 3) {
    const [line, command, rest] = lines.slice(at, at + 3);
    const options = known.get(command!) ?? help(...command!.split(' '));
    known.set(command!, options);
    for (const [option] of rest!.matchAll(/--[\w-]+/g)) expect(options, line).toContain(`${option} `);
  }
});

test('the table of functions has those that there are', () => {
  const listed = [...section('Expressions', textOf('docs/configuration.md')).matchAll(/`(\w+)\(/g)].map(
    ([, name]) => name!,
  );
  const folder = join(root, 'src/configuration/functions');
  const code = readdirSync(folder).map((name) => readFileSync(join(folder, name), 'utf8'));
  const known = [...code.join('').matchAll(/(?:add|onText|onAttribute)\(\s*'(\w+)/g)].map(
    ([, name]) => name!,
  );
  expect(new Set(listed)).toEqual(new Set(known));
});

test('every link into the repository leads somewhere, and to a heading that is there', () => {
  const headings = new Map(pages.map((page) => [page, anchorsOf(textOf(page))]));
  for (const page of pages) {
    const links = [...textOf(page).matchAll(/\]\(([^)\s]+)\)/g)].map(([, link]) => link!);
    for (const link of links.filter((one) => !/^(https?|mailto):/.test(one))) {
      const [path = '', anchor] = link.split('#');
      const to = path === '' ? page : posix.join(posix.dirname(page), path);
      expect(existsSync(join(root, to)), `${page}: ${link}`).toBe(true);
      if (anchor !== undefined) expect(headings.get(to), `${page}: ${link}`).toContain(anchor);
    }
  }
});

/** As GitHub names a heading in an address: small letters, hyphens between words, and nothing else. */
function anchorsOf(text: string): readonly string[] {
  const spoken = text.replaceAll(/^```[^]*?^```/gm, '');
  return [...spoken.matchAll(/^#+ (.*)$/gm)].map(([, title]) =>
    title!
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N} _-]/gu, '')
      .replaceAll(' ', '-'),
  );
}

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
