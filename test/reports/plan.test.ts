/**
 * A plan as people and scripts see it. The whole of it stands in golden files: how to write those anew is said in
 * test/golden/golden.ts.
 */
import { describe, expect, test } from 'vitest';
import type { Run } from '../../src/engine/run.ts';
import { ENTERPRISE } from '../../src/model/index.ts';
import { planFile, planJson, planText } from '../../src/reports/plan.ts';
import type { PlanText } from '../../src/reports/plan.ts';
import { styleFor } from '../../src/reports/style.ts';
import { expectGolden } from '../golden/golden.ts';
import { openCompany } from '../engine/company.ts';
import type { Person } from '../engine/company.ts';
import { openStory } from './story.ts';

const plainStyle = styleFor(false);
const everything: PlanText = { style: plainStyle, people: Infinity, most: Infinity };
const textOf = (run: Run, options: PlanText = everything): string =>
  `${[...planText(run, options)].join('\n')}\n`;
const jsonOf = (run: Run): unknown => JSON.parse([...planJson(run)].join(''));

describe('a plan for people', () => {
  test('is as it was read last', async () => {
    const company = await openStory();
    expectGolden('plan.txt', await company.plan((run) => textOf(run)));
  });

  test('shows no more people than were asked for, and how many more there are', async () => {
    const company = await openStory();
    const text = await company.plan((run) => textOf(run, { style: plainStyle, people: 1, most: 1 }));
    expectGolden('plan-folded.txt', text);
  });

  test('shows counts alone, where no people were asked for', async () => {
    const company = await openStory();
    const text = await company.plan((run) => textOf(run, { style: plainStyle, people: 0, most: 1 }));
    expect(text).not.toContain('Radia Perlman');
    expect(text).toContain('create ');
  });

  test('is the same with colours, once they are taken away', async () => {
    const company = await openStory();
    const [plain, coloured] = await company.plan((run) => [
      textOf(run),
      textOf(run, { ...everything, style: styleFor(true) }),
    ]);
    expect(coloured).not.toBe(plain);
    const escape = String.fromCharCode(27);
    expect(coloured.replaceAll(new RegExp(`${escape}\\[\\d+m`, 'g'), '')).toBe(plain);
  });

  test('of nothing to do says so', async () => {
    const company = openCompany([{ id: '1', user: 'ada', status: 'active' }]);
    await company.sync();
    expect(await company.plan((run) => textOf(run))).toContain('  nothing to do\n');
  });

  test('of a target that could not be asked says why', async () => {
    const company = openCompany([{ id: '1', user: 'ada', status: 'active' }]);
    company.directory.trouble = {
      class: 'target',
      code: 'unauthorised',
      message: 'the token was\u001b[2J refused',
    };
    expect(await company.plan((run) => textOf(run))).toContain('  failed: the token was [2J refused\n');
    expect(await company.plan(jsonOf)).toMatchObject({
      targets: { app: { state: 'failed', error: { code: 'unauthorised' } } },
    });
  });

  test('never moves a cursor, turns a line round or begins one that is not ours', async () => {
    const evil = `\u001b[2J\r\n\u0007\u009b31m\u202e\u2066\u200f${'x'}\u0000`;
    const people: readonly Person[] = [
      { id: `a${evil}`, user: `ada${evil}`, name: evil, title: evil, status: 'active', boss: evil },
      { id: `b${evil}`, user: 'bob', status: evil },
      { id: '', user: evil, status: 'active' },
      { id: 'c', user: 'eve', status: 'active', title: evil },
      { id: 'd', user: 'dan', name: evil, status: 'active' },
    ];
    const company = openCompany([people[3]!, people[4]!]);
    await company.sync();
    company.people = [...people.slice(0, 3), { ...people[3]!, title: `${evil}${evil}` }];
    company.receipt = { complete: false, reasons: [`cut ${evil}`] };
    const control = /[\p{Cc}\p{Bidi_Control}]/u;
    await company.plan((run) => {
      for (const line of planText(run, everything)) {
        // The headline of a target is two lines.
        for (const part of line.split('\n')) expect(part).not.toMatch(control);
      }
      expect(textOf(run).split('\n').length).toBeLessThan(40);
    });
  });

  test('shows names of attributes that a target made up as text, too', async () => {
    const company = openCompany([{ id: '1', user: 'ada', status: 'active' }]);
    await company.sync();
    const { state } = await company.plan((run) => ({ state: run.configuration.state }));
    const { openState } = await import('../../src/store/state.ts');
    const opened = openState(state, false);
    opened.db
      .prepare('UPDATE account SET resource = ?')
      .run(JSON.stringify({ active: true, name: { '\u001b[2J': 'x' } }));
    opened.close();
    company.people = [{ id: '1', user: 'ada', status: 'active', title: 'x' }];
    await company.plan((run) => {
      for (const line of planText(run, everything)) expect(line).not.toContain('\u001b');
    });
  });
});

describe('a plan for scripts', () => {
  test('has the shape that scripts rely on', async () => {
    const company = await openStory();
    const json = await company.plan(jsonOf);
    expect(json).toMatchObject({
      source: { count: 12, complete: true, sha256: expect.stringMatching(/^[0-9a-f]{64}$/) as string },
      rejections: [
        { key: '106', line: 7, rule: 'status', file: 'people.csv' },
        { key: '111', line: 12, rule: 'duplicateKey' },
        { key: '111', line: 13, rule: 'duplicateKey' },
      ],
      frozen: 1,
      targets: {
        app: {
          state: 'held',
          held: [
            {
              kind: 'deactivate',
              count: 2,
              checksum: expect.stringMatching(/^[0-9a-f]{64}$/) as string,
              breaches: [{ rule: 'count' }, { rule: 'percent' }],
            },
            { kind: 'link' },
          ],
          counts: { User: { create: 3, update: 2, deactivate: 2, link: 2 }, Group: {} },
          requests: 9,
          etaSeconds: expect.any(Number) as number,
        },
        watched: { state: 'ready', counts: { User: { create: 7 }, Group: {} }, requests: 7, etaSeconds: 14 },
      },
    });
    const { operations } = (json as { targets: { app: { operations: Record<string, unknown>[] } } }).targets
      .app;
    expect(operations).toHaveLength(9);
    for (const operation of operations) {
      expect(Object.keys(operation)).toEqual(
        expect.arrayContaining(['key', 'type', 'kind', 'why', 'changes']),
      );
      expect(operation['type']).toBe('User');
    }
    expect(operations.find(({ key }) => key === '100')).toMatchObject({
      kind: 'update',
      changes: expect.arrayContaining([
        { path: 'title', before: 'Analyst', after: 'Countess' },
        { path: 'name.familyName', before: 'Lovelace', after: 'King' },
      ]) as unknown[],
    });
    expect(operations.find(({ key }) => key === '109')).toMatchObject({
      kind: 'create',
      changes: expect.arrayContaining([{ path: 'displayName', after: '山田 太郎' }]) as unknown[],
    });
  });

  test('is as it was read last', async () => {
    const company = await openStory();
    expectGolden('plan.json.txt', `${JSON.stringify(await company.plan(jsonOf), null, 2)}\n`);
  });

  test('as a file is a header with the checksums, and one operation a line', async () => {
    const company = await openStory();
    const [lines, totals] = await company.plan((run) => [
      [...planFile(run, '1.2.3')].join('').trimEnd().split('\n'),
      run.targets[0]!.sealed!.totals,
    ]);
    const [header, ...operations] = lines.map((line) => JSON.parse(String(line)) as Record<string, unknown>);
    expect(header).toMatchObject({
      rollcall: '1.2.3',
      source: { count: 12 },
      targets: { app: { totals, profile: expect.stringMatching(/^[0-9a-f]{64}$/) as string } },
    });
    expect(operations).toHaveLength(16);
    expect(operations[0]).toMatchObject({ target: 'app', key: '101', kind: 'deactivate' });
    expect(new Set(operations.map(({ target }) => target))).toEqual(new Set(['app', 'watched']));
  });

  test('gives an attribute of the extension its whole name', async () => {
    const company = await openStory();
    const text = JSON.stringify(await company.plan(jsonOf));
    expect(text).toContain(`${ENTERPRISE}:manager`);
  });
});
