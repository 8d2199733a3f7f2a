import { build } from '../engine/build.ts';
import type { Engine } from '../engine/build.ts';
import type { Run } from '../engine/run.ts';
import { openState } from '../store/state.ts';

/** Reads and maps everybody. Without targets and without a state, a plan is the source and its mapping alone. */
export async function readAlone<T>(engine: Engine, use: (run: Run) => Promise<T>): Promise<T> {
  const state = openState(':memory:', false);
  try {
    const run = await build(engine, state, [], { version: 1, isKept: false }, new Map());
    try {
      return await use(run);
    } finally {
      run.stage.close();
    }
  } finally {
    state.close();
  }
}
