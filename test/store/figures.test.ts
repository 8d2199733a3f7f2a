import { join } from 'node:path';
import { expect, test } from 'vitest';
import { markOfTrail, runsSince } from '../../src/store/figures.ts';
import { endRun, startRun } from '../../src/store/runs.ts';
import { openState } from '../../src/store/state.ts';
import { temporaryFolder } from './released.ts';

test('a run that ends after one which began later is counted when it ends, and once', () => {
  const state = openState(join(temporaryFolder(), 'state.db'), true);
  const begin = (command: string): number => startRun(state, { command, actor: 'ada', now: 1 });
  const first = markOfTrail(state);
  const [slow, quick] = [begin('sync slow'), begin('sync quick')];
  endRun(state, quick, { targets: [{ name: 'quick', state: 'done' }] }, 2);
  const second = markOfTrail(state);
  expect(runsSince(state, first, second)).toEqual([{ command: 'sync', outcome: 'done', count: 1 }]);
  endRun(state, slow, { targets: [{ name: 'slow', state: 'partial' }] }, 3);
  const third = markOfTrail(state);
  expect(runsSince(state, second, third)).toEqual([{ command: 'sync', outcome: 'trouble', count: 1 }]);
  expect(runsSince(state, third, markOfTrail(state))).toEqual([]);
  state.close();
});
