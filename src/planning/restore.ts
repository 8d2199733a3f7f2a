import type { AttributeChange, Resource } from '../model/index.ts';
import { diff } from './diff.ts';
import { atPath, valueAt } from './drift.ts';
import { withValueOf } from './judge.ts';

/** What an account shall hold when some changes are taken back. */
export interface Restored {
  readonly resource: Resource;
  /** Change paths at which it holds something else by now than what the change has put there: they stay. */
  readonly changedSince: readonly string[];
  /** Change paths whose former value nobody knows: a password. */
  readonly unknown: readonly string[];
}

/**
 * Takes changes back from what an account is known to hold, the newest first. What somebody has changed once more since is
 * theirs, and stays: taken back is what was done, and not all that has become of it.
 */
export function restore(resource: Resource, changes: Iterable<AttributeChange>): Restored {
  const changedSince: string[] = [];
  const unknown: string[] = [];
  let restored = resource;
  for (const { path, before, after } of changes) {
    if (path === 'password') {
      unknown.push(path);
      continue;
    }
    const now = valueAt(restored, path);
    const is = (value: typeof now): Resource => (value === undefined ? {} : atPath(path, value));
    if (diff(is(now), is(after)).length > 0) {
      if (diff(is(now), is(before)).length > 0) changedSince.push(path);
      continue;
    }
    restored = withValueOf(restored, is(before), path);
  }
  return { resource: restored, changedSince, unknown };
}
