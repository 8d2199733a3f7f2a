import { RollcallError } from '../model/index.ts';
import type { Configuration } from '../model/index.ts';
import { targetRow } from '../store/accounts.ts';
import { knownTargets } from '../store/access.ts';
import type { LeaveRule } from '../store/brake.ts';
import { personOf } from '../store/links.ts';
import { beginOffboarding, endOffboarding } from '../store/offboard.ts';
import { offboardingOf } from '../store/offboardings.ts';
import type { Offboarding } from '../store/offboardings.ts';
import { startRun } from '../store/runs.ts';
import type { State } from '../store/state.ts';
import { accountIn, hintFor } from './known-keys.ts';
import { leaveRuleOf } from './offboarded.ts';

/** Who is to be off, who says so, and what else is meant by it. */
export interface Offboard {
  readonly key: string;
  readonly actor: string;
  readonly command: string;
  readonly reason?: string;
  /** Accounts that are protected are switched off as well. */
  readonly isProtectedMeant?: boolean;
  /** Nobody need have this key yet: whoever has it one day gets no account. */
  readonly isUnknownMeant?: boolean;
}

/** What was ordered: carried out by whoever delivers next. */
export interface Ordered {
  readonly offboarding: Offboarding;
  readonly runId: number;
}

/**
 * Somebody is off everywhere from now on (rule 25): writes the row and what switches them off on each target, in one short
 * transaction beside whoever delivers, and sends nothing. The run that it begins is to be ended by the caller. Throws
 * `RollcallError('usage')` for a key that nobody has, and where nothing but protected accounts would be switched off.
 */
export function offboard(
  state: State,
  configuration: Configuration,
  request: Offboard,
  now: number,
): Ordered {
  const { key, actor, command, reason, isProtectedMeant = false, isUnknownMeant = false } = request;
  refuseNoKey(key);
  const ordered = state.db
    .transaction((): Ordered | undefined => {
      if (personOf(state, key) === undefined && !isUnknownMeant && offboardingOf(state, key) === undefined)
        return undefined;
      const rules = rulesOf(state, configuration);
      if (!isProtectedMeant) refuseProtected(state, key, rules);
      const runId = startRun(state, { command, actor, now, configuration: configuration.digest });
      const offboarding = beginOffboarding(
        state,
        { key, actor, ...(reason !== undefined && { reason }), isProtectedMeant, run: runId, now },
        rules,
      );
      return { offboarding, runId };
    })
    .immediate();
  // Who may have been meant is looked for when nobody has to wait for it.
  if (ordered === undefined)
    throw new RollcallError('usage', {
      message: `nobody has the key ${key}`,
      hint:
        hintFor(state, key) ??
        'people are known from the first sync on that read their record; --unknown means somebody who is still to come',
    });
  return ordered;
}

/** It is not so any more: the next sync gives back what the source says by then. Throws for somebody who is not offboarded. */
export function lift(
  state: State,
  { key, actor }: { readonly key: string; readonly actor: string },
  now: number,
): Offboarding {
  const offboarding = offboardingOf(state, key);
  if (offboarding === undefined)
    throw new RollcallError('usage', {
      message: `${key} is not offboarded`,
      hint:
        (personOf(state, key) === undefined ? hintFor(state, key) : undefined) ??
        'rollcall status lists who is',
    });
  endOffboarding(state, offboarding, { by: actor, how: 'lifted', now });
  return offboarding;
}

/** Those that the state knows; on one that it does not, nobody has an account of ours. */
function rulesOf(state: State, { targets }: Configuration): readonly LeaveRule[] {
  return targets.flatMap((target) => {
    const row = targetRow(state, target.name, target.renamedFrom);
    return row === undefined ? [] : [leaveRuleOf(state, row.id, target)];
  });
}

/** Where some accounts can be switched off, those are, and the protected ones are named; where none can, nothing is done. */
function refuseProtected(state: State, key: string, rules: readonly LeaveRule[]): void {
  const on = rules.flatMap((rule) => {
    const resource = accountIn(state, rule.id, key);
    return resource === undefined || resource['active'] === false ? [] : [{ rule, resource }];
  });
  const spared = on.filter(({ rule, resource }) => rule.isProtected(key, resource));
  if (spared.length === 0 || spared.length < on.length) return;
  throw new RollcallError('usage', {
    message: `${key} is protected on ${spared.map(({ rule }) => rule.name).join(', ')}, and has no other account that is on: nothing was done`,
    hint: `rollcall offboard ${key} --protected switches protected accounts off, too`,
  });
}

function refuseNoKey(key: string): void {
  if (key === '' || key.trim() !== key)
    throw new RollcallError('usage', {
      message: `"${key}" is no key: a key is not empty, and has no space before or after it`,
    });
}

/** Accounts of somebody that are on, on targets that the configuration does not name any more: nobody can be told. */
export function leftBehind(state: State, { targets }: Configuration, key: string): readonly string[] {
  const configured = new Set(
    targets.map(({ name, renamedFrom }) => targetRow(state, name, renamedFrom)?.id ?? 0),
  );
  return knownTargets(state)
    .filter(({ id }) => !configured.has(id))
    .filter(({ id }) => {
      const resource = accountIn(state, id, key);
      return resource !== undefined && resource['active'] !== false;
    })
    .map(({ name }) => name);
}
