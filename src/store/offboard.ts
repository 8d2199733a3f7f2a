import { audit } from './audit.ts';
import { brake, forgetBrake } from './brake.ts';
import type { LeaveRule } from './brake.ts';
import { voidPlans } from './generation.ts';
import { personOf } from './links.ts';
import { offboardingOf } from './offboardings.ts';
import type { Offboarding } from './offboardings.ts';
import { currentRun } from './runs.ts';
import type { State } from './state.ts';

/** What is said of somebody who is to be off. */
export interface OffboardRequest {
  readonly key: string;
  readonly actor: string;
  readonly reason?: string;
  readonly isProtectedMeant?: boolean;
  readonly run: number;
  readonly now: number;
}

/**
 * Writes down that somebody is off everywhere, and what switches them off on each target: one short transaction beside
 * whoever delivers, who takes it up before anything else (rule 26). One that stands already goes on, and what it waits for
 * is due at once.
 */
export function beginOffboarding(
  state: State,
  request: OffboardRequest,
  targets: readonly LeaveRule[],
): Offboarding {
  const { key, actor, reason, isProtectedMeant = false, run, now } = request;
  return state.db
    .transaction(() => {
      state
        .sql(
          `INSERT INTO offboarding (key, since, actor, reason, protected) VALUES (:key, :now, :actor, :reason, :protected)
           ON CONFLICT (key) WHERE ended_at IS NULL DO UPDATE SET reason = coalesce(excluded.reason, reason),
             protected = max(protected, excluded.protected)`,
        )
        .run({ key, now, actor, reason: reason ?? null, protected: isProtectedMeant ? 1 : 0 });
      const offboarding = offboardingOf(state, key)!;
      const detail = {
        actor,
        ...(reason !== undefined && { reason }),
        ...(isProtectedMeant && { protected: true }),
      };
      audit(state, [{ at: now, run, key, event: 'person.offboarded', detail }]);
      for (const target of targets) brake(state, offboarding, target, { run, now, isAgain: true });
      return offboarding;
    })
    .immediate();
}

/**
 * Ends one: by a person's word, whom the next plan then gives back what the source says, or since the source agrees.
 * What was not sent yet of it is not sent any more where it is `lifted`. In the caller's transaction, or one of its own.
 */
export function endOffboarding(
  state: State,
  { id, key }: Offboarding,
  end: {
    readonly by: string;
    readonly how: 'lifted' | 'agreed';
    readonly now: number;
    readonly run?: number;
  },
): void {
  const { by, how, now, run = currentRun(state) } = end;
  state.db
    .transaction(() => {
      state
        .sql('UPDATE offboarding SET ended_at = ?, ended_by = ?, ended_run = ? WHERE id = ?')
        .run(now, by, run, id);
      state.sql('DELETE FROM spared WHERE offboarding = ?').run(id);
      const detail = how === 'lifted' ? { actor: by } : { why: by };
      audit(state, [{ at: now, run, key, event: `person.offboarding.${how}`, detail }]);
      if (how !== 'lifted') return;
      forgetBrake(state, key, { run, now });
      // A plan that is being made knows the accounts from before they were switched off, and nothing would tell it.
      voidPlans(state);
    })
    .immediate();
}

/** Ends those of whom a complete read says that they left, once they are off wherever they have an account (rule 25). */
export function endAgreed(
  state: State,
  keys: readonly string[],
  { run, now }: { readonly run: number; readonly now: number },
): void {
  for (const key of keys) {
    const offboarding = offboardingOf(state, key);
    if (offboarding !== undefined && !isOnSomewhere(state, key))
      endOffboarding(state, offboarding, { by: 'the source says so, too', how: 'agreed', now, run });
  }
}

/** Also where a request was sent that may have switched them on, and has no answer. */
function isOnSomewhere(state: State, key: string): boolean {
  const person = personOf(state, key) ?? 0;
  const found = state
    .sql(
      `SELECT 1 FROM target WHERE EXISTS (SELECT 1 FROM account WHERE target = target.id AND person = :person AND type = 'User'
           AND resource ->> 'active' IS NOT 0)
         OR EXISTS (SELECT 1 FROM operation WHERE target = target.id AND state = 'leased' AND person = :person AND part <> 2)`,
    )
    .get({ person });
  return found !== undefined;
}
