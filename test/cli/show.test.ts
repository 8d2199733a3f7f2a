import { expect, test } from 'vitest';
import { people, person } from '../support/company.ts';
import { openPlaceWithService } from '../support/place.ts';

test('a plan shows so many people of each kind, and counts the others', async (context) => {
  const place = await openPlaceWithService(context);
  place.people([...people(29), person(30, { manager: 'nobody' }), person(31, { manager: 'nobody' })]);
  const shown = async (...args: string[]) => {
    const { stdout } = await place.run('plan', ...args);
    return { people: stdout.match(/^ {2}\+ create {2}P\d+/gm)?.length ?? 0, stdout };
  };
  const three = await shown('--show', '3');
  expect(three.people).toBe(3);
  expect(three.stdout).toContain('… and 28 more to create (--all shows everybody)');
  expect(three.stdout).toContain('create 31');

  expect((await shown()).people).toBe(20);
  expect((await shown('--all')).people).toBe(31);
  expect((await shown('--show', '31')).stdout).not.toContain('more to create');

  const none = await shown('--show', '0');
  expect(none.people).toBe(0);
  expect(none.stdout).toContain('create 31');
  expect(none.stdout).toContain('2 notes (--all shows them)');
});

test('a rejection is shown, however few people are', async (context) => {
  const place = await openPlaceWithService(context);
  place.people([...people(2), person(3, { status: 'sabbatical' })]);
  const { stdout } = await place.run('plan', '--show', '0');
  expect(stdout).toMatch(/1 record rejected:\n +people\.csv:4 {2}P0003 {2}status: /);
});

test.each(['-1', '1.5', 'all', ''])('--show %j is an error, and nothing is read', async (value) => {
  const { shownOf } = await import('../../src/cli/terminal.ts');
  expect(() => shownOf({ show: value })).toThrow(/--show .*: so many people/);
});
