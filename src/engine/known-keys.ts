import { nearest } from '../model/nearest.ts';
import type { Resource } from '../model/index.ts';
import { keysLike, resourceOf } from '../store/links.ts';
import type { State } from '../store/state.ts';

/** What a key may have been meant to be that nobody has: of the people whom the state knows, whoever is nearest. */
export function hintFor(state: State, key: string): string | undefined {
  const near: string[] = [];
  const left = new Set(keysLike(state, key));
  for (let number = 0; number < most; number++) {
    const found = nearest(key, left);
    if (found === undefined) break;
    near.push(found);
    left.delete(found);
  }
  if (near.length === 0) return undefined;
  return `did you mean ${near.join(', or ')}?`;
}

const most = 3;

/** What somebody's account on a target was last confirmed to hold. */
export function accountIn(state: State, target: number, key: string): Resource | undefined {
  const text = resourceOf(state, target, key);
  return text === undefined ? undefined : (JSON.parse(text) as Resource);
}
