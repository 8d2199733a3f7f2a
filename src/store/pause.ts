import { audit } from './audit.ts';
import type { State } from './state.ts';

/**
 * Nothing is to be sent to a target any more until somebody resumes it. Inside of the caller's transaction, so that it holds
 * from the moment on in which its reason is written; a pause that stands already keeps its beginning.
 */
export function pauseTarget(
  state: State,
  { id, name }: { readonly id: number; readonly name: string },
  { at, actor, reason }: { readonly at: number; readonly actor: string; readonly reason: string },
): void {
  state
    .sql(
      `UPDATE target SET paused_since = coalesce(paused_since, ?), paused_by = ?, paused_reason = ? WHERE id = ?`,
    )
    .run(at, actor, reason, id);
  audit(state, [{ at, target: name, event: 'target.paused', detail: { actor, reason } }]);
}

/** Whether somebody has paused a target. */
export function isPaused(state: State, id: number): boolean {
  return state.sql('SELECT paused_since FROM target WHERE id = ?').pluck().get(id) != null;
}
