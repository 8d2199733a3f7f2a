import { meta, setMeta } from './state.ts';
import type { State } from './state.ts';

/** How often a plan was released, or made void: a plan is made from one generation and may replace only that. */
export function generation(state: State): number {
  return Number(meta(state.db, 'generation') ?? 0);
}

/** Whatever plan is being made just now is void, and is made anew. In the caller's transaction. */
export function voidPlans(state: State): void {
  setMeta(state.db, 'generation', generation(state) + 1);
}
