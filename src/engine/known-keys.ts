import { nearest } from '../model/nearest.ts';
import type { Resource } from '../model/index.ts';
import { keysLike, resourceOf } from '../store/links.ts';
import type { State } from '../store/state.ts';
import { keysNamed } from '../store/story.ts';

const most = 3;

/** Who may have been meant by a key that nobody has: whoever has it as a name, or else whose key is near to it. */
export function hintFor(state: State, key: string): string | undefined {
  return namedHint(state, key) ?? nearHint(state, key);
}

/** Where it is no key, and what the account of somebody is called on some target. */
export function namedHint(state: State, name: string): string | undefined {
  const keys = keysNamed(state, name, most);
  return keys.length === 0 ? undefined : `that is a name of ${keys.join(', ')}: give the key`;
}

/** Where it is nearly the key of somebody whom the state knows, or one of these. */
export function nearHint(state: State, key: string, besides: readonly string[] = []): string | undefined {
  const left = new Set([...keysLike(state, key), ...besides]);
  const near: string[] = [];
  while (near.length < most) {
    const found = nearest(key, left);
    if (found === undefined) break;
    near.push(found);
    left.delete(found);
  }
  return near.length === 0 ? undefined : `did you mean ${near.join(', or ')}?`;
}

/** What somebody's account on a target was last confirmed to hold. */
export function accountIn(state: State, target: number, key: string): Resource | undefined {
  const text = resourceOf(state, target, key);
  return text === undefined ? undefined : (JSON.parse(text) as Resource);
}
