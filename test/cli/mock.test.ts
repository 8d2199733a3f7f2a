import { expect, test } from 'vitest';
import { services } from '../../connectors/targets/services.ts';
import { shownServices } from '../../src/cli/mock.ts';

test('mock --list shows every service with its title, and where it was read about', async () => {
  const lines = await shownServices(false);
  for (const load of Object.values(services)) {
    const { name, title, sources } = await load();
    const at = lines.findIndex((line) => line.startsWith(`${name} `));
    expect(lines[at], name).toMatch(new RegExp(`^${name} {2,}\\S`));
    expect(lines[at]!.endsWith(title), name).toBe(true);
    expect(lines.slice(at + 1, at + 1 + sources.length).map((line) => line.trim())).toEqual(sources);
  }
});

test('mock --list --json is one array of the same', async () => {
  const [line, ...more] = await shownServices(true);
  expect(more).toEqual([]);
  const list = JSON.parse(line!) as { name: string; title: string; sources: string[] }[];
  expect(list.map(({ name }) => name)).toEqual(Object.keys(services));
  for (const { title, sources } of list) {
    expect(title).toMatch(/\S/);
    expect(sources.length).toBeGreaterThan(0);
    // An address that can be opened, for whoever doubts.
    for (const source of sources) expect(source).toMatch(/^https:\/\//);
  }
});
