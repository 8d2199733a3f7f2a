import { describe, expect, test } from 'vitest';
import type { TargetResult } from '../../src/engine/contract.ts';
import type { Run } from '../../src/engine/run.ts';
import { styleFor } from '../../src/reports/style.ts';
import { syncJson, syncText } from '../../src/reports/sync.ts';
import { expectGolden } from '../golden/golden.ts';
import { openStory } from './story.ts';

const results: readonly TargetResult[] = [
  {
    name: 'app',
    state: 'done',
    held: [],
    counts: { create: 1200, update: 3 },
    failed: 0,
    waiting: 0,
    seconds: 4.25,
  },
  {
    name: 'held',
    state: 'held',
    held: [
      {
        kind: 'deactivate',
        checksum: 'abcdef0123456789'.repeat(4),
        count: 1500,
        breaches: [{ rule: 'count', message: '1500 deactivate operations, and the limit is 20' }],
      },
    ],
    counts: {},
    failed: 2,
    waiting: 3,
    seconds: 0.01,
  },
  {
    name: 'moved',
    state: 'held',
    held: [
      {
        kind: 'target',
        checksum: '1'.repeat(64),
        count: 1,
        breaches: [{ rule: 'target.baseUrl', message: 'another base URL' }],
      },
      {
        kind: 'create',
        checksum: '2'.repeat(64),
        count: 7,
        breaches: [{ rule: 'target.baseUrl', message: 'another base URL' }],
      },
    ],
    counts: {},
    failed: 0,
    waiting: 0,
    seconds: 0,
  },
  {
    name: 'broken',
    state: 'failed',
    error: { code: 'unauthorised', message: 'the token was\u001b[31m refused\nand a second line' },
    held: [],
    counts: { deactivate: 1 },
    failed: 0,
    waiting: 1,
    seconds: 60,
  },
];
const traffic = new Map([
  ['app', { requests: 1204, writes: 1203 }],
  ['broken', { requests: 1, writes: 1 }],
]);

describe('what became of a run', () => {
  test('for people is as it was read last', () => {
    expectGolden('sync.txt', `${[...syncText(results, traffic, styleFor(false))].join('\n')}\n`);
  });

  test('for scripts has the shape that they rely on', async () => {
    const company = await openStory();
    let json: Record<string, unknown> = {};
    await company.sync({
      onPlan: (run: Run) => {
        json = JSON.parse([...syncJson(run, results, 17, traffic)].join('')) as Record<string, unknown>;
      },
    });
    expect(json).toMatchObject({
      runId: 17,
      source: { count: 12, complete: true },
      rejections: [{ rule: 'status' }, { rule: 'duplicateKey' }, { rule: 'duplicateKey' }],
      targets: {
        app: {
          state: 'done',
          held: [],
          counts: { User: { create: 1200, update: 3 }, Group: {} },
          failed: 0,
          waiting: 0,
          requests: 1204,
          seconds: 4.25,
        },
        held: { state: 'held', held: [{ kind: 'deactivate', count: 1500 }], requests: 0 },
        broken: { state: 'failed', error: { code: 'unauthorised' } },
      },
    });
  });
});
