import type { Explained, ExplainedTarget } from '../engine/explain.ts';
import type { OpenOperation } from '../store/story.ts';
import { adviceOn } from './advice.ts';
import type { Advice } from './advice.ts';
import { when } from './style.ts';

/** How it stands between one person and one target, the rule that decided it, and what would change it. */
export interface Verdict extends Partial<Advice> {
  /** A word that scripts may branch on. */
  readonly outcome:
    | 'inSync'
    | 'pending'
    | 'planned'
    | 'none'
    | 'off'
    | 'kept'
    | 'rejected'
    | 'held'
    | 'failed'
    | 'waiting'
    | 'inDoubt'
    | 'leftOut'
    | 'observed'
    | 'halted'
    | 'unreadable';
  readonly says: string;
}

type Judge = (person: Explained, target: ExplainedTarget) => Verdict | undefined;

/** The first of these that says something is what decides: what was sent comes before what is wanted. */
const judges: readonly Judge[] = [
  doubt,
  rejection,
  observation,
  halt,
  whole,
  held,
  omission,
  openWork,
  plan,
  rest,
];

export function verdictOf(person: Explained, target: ExplainedTarget): Verdict {
  for (const judge of judges) {
    const verdict = judge(person, target);
    if (verdict !== undefined) return verdict;
  }
  return { outcome: 'none', says: 'nothing is known of them here' };
}

function doubt(_: Explained, { open }: ExplainedTarget): Verdict | undefined {
  const leased = open.find(({ state, part }) => state === 'leased' && part !== 2);
  if (leased === undefined) return undefined;
  const since = leased.sentAt === undefined ? '' : ` at ${when(leased.sentAt)}`;
  const why = leased.error === undefined ? '' : `: ${leased.error}`;
  return {
    outcome: 'inDoubt',
    says: `${leased.kind} was sent${since}, and its answer is not known${why}`,
    ...adviceOn.cause('inDoubt'),
  };
}

function rejection(
  { records, identity, rejectedSince }: Explained,
  { access }: ExplainedTarget,
): Verdict | undefined {
  const refusal = records.find((record) => record.refusal !== undefined)?.refusal;
  if (identity !== undefined || refusal === undefined) return undefined;
  const since = rejectedSince === undefined ? '' : `, since ${when(rejectedSince)}`;
  const stays =
    access === undefined ? 'there is no account, and none is made' : `the account stays as it is${since}`;
  return {
    outcome: 'rejected',
    says: `the record is rejected: ${refusal.reason}; ${stays}`,
    ...adviceOn.rejection(refusal.rule),
  };
}

function observation(_: Explained, { mode, planned }: ExplainedTarget): Verdict | undefined {
  if (mode !== 'observe') return undefined;
  const what = planned.length === 0 ? 'nothing would be sent' : `${kindsIn(planned)} would be sent`;
  return {
    outcome: 'observed',
    says: `this target is only observed: ${what}`,
    rule: '`mode: observe` plans, and sends nothing',
    change: '`mode: full` of this target',
  };
}

function halt(_: Explained, { halted, planned, open }: ExplainedTarget): Verdict | undefined {
  if (halted === undefined || planned.length + open.length === 0) return undefined;
  return {
    outcome: 'halted',
    says: `the target is halted since ${when(halted.since)}: ${halted.reason}`,
    ...adviceOn.cause(halted.code),
  };
}

function whole(_: Explained, { held, planned }: ExplainedTarget): Verdict | undefined {
  const found = held.find(({ kind }) => kind === 'target' || kind === 'source');
  if (found === undefined || planned.length === 0) return undefined;
  return {
    outcome: 'held',
    says: `${found.kind === 'target' ? 'the whole target' : 'everything that comes of this read'} is held: ${found.breaches.map(({ message }) => message).join('; ')}`,
    rule:
      found.kind === 'target'
        ? 'rule 9: another address is held until it is approved'
        : 'law 7: trouble in the source stops all targets',
    change: `rollcall approve TARGET ${found.checksum.slice(0, 16)}, if it is meant; else put right what it says`,
  };
}

function held(
  { unread }: Explained,
  { held: all, planned, open, name }: ExplainedTarget,
): Verdict | undefined {
  const kinds = new Set(planned.map(({ kind }) => kind as string));
  const found = all.find(({ kind }) => kinds.has(kind));
  if (found !== undefined && unread === undefined)
    return {
      outcome: 'held',
      says: `${found.kind} is held: ${found.breaches.map(({ message }) => message).join('; ')}`,
      rule: 'rule 22: a breach holds that kind on that target',
      change: `rollcall approve ${name} ${found.checksum.slice(0, 16)}, if it is meant`,
    };
  const waits = open.find(({ state }) => state === 'held');
  if (waits === undefined || planned.length === 0) return undefined;
  return {
    outcome: 'held',
    says: `${waits.kind} is held by the last plan: ${waits.why}`,
    rule: 'rule 22: a breach holds that kind on that target',
    change: 'rollcall status shows the checksum to approve',
  };
}

function omission(_: Explained, { leftOut }: ExplainedTarget): Verdict | undefined {
  if (leftOut === undefined) return undefined;
  const since = leftOut.since === undefined ? '' : ` (since ${when(leftOut.since)})`;
  return {
    outcome: 'leftOut',
    says: `left out: ${leftOut.reason}${since}`,
    ...adviceOn.cause(leftOut.rule),
  };
}

function openWork(_: Explained, { open }: ExplainedTarget): Verdict | undefined {
  const failed = open.find(({ state }) => state === 'failed');
  if (failed !== undefined) {
    const again = failed.runAt > 0 ? `; sent again by the first run after ${when(failed.runAt)}` : '';
    return {
      outcome: 'failed',
      says: `${failed.kind} failed: ${failed.error ?? failed.code ?? ''}${again}`,
      ...adviceOn.cause(failed.code ?? ''),
    };
  }
  const waiting = open.find(({ state }) => state === 'waiting');
  if (waiting !== undefined)
    return {
      outcome: 'waiting',
      says: `${waiting.kind} waits: ${waiting.error ?? waiting.code ?? waiting.why}`,
      ...adviceOn.cause(waiting.code ?? ''),
    };
  const pending = open.find(({ state }) => state === 'open');
  return (
    pending && {
      outcome: 'pending',
      says: pendingText(pending),
      rule: 'it is released',
      change: 'the next sync sends it',
    }
  );
}

function pendingText({ kind, attempts, error, runAt, why }: OpenOperation): string {
  if (attempts === 0) return `${kind} is still to be sent: ${why}`;
  const again = runAt > 0 ? `, not before ${when(runAt)}` : '';
  return `${kind} was tried ${attempts} times, and is sent again${again}: ${error ?? why}`;
}

function plan(_: Explained, { planned }: ExplainedTarget): Verdict | undefined {
  const [first] = planned;
  if (first === undefined) return undefined;
  return {
    outcome: 'planned',
    says: `the next sync sends ${kindsIn(planned)}: ${first.why}`,
    rule: 'law 2: what the source says is compared with what the target last confirmed',
    change: 'rollcall sync',
  };
}

function kindsIn(planned: readonly { readonly kind: string; readonly group?: string }[]): string {
  return planned.map(({ kind, group }) => (group === undefined ? kind : `${kind} ${group}`)).join(', ');
}

/** Nothing is to be done: why that is so. */
function rest({ identity, isAbsent, unread }: Explained, target: ExplainedTarget): Verdict | undefined {
  const { access, assigned, notes } = target;
  const note = notes
    .map(({ rule, text }) => ({ text, advice: adviceOn.note(rule) }))
    .find(({ advice }) => advice !== undefined);
  if (typeof assigned?.result === 'string')
    return {
      outcome: 'leftOut',
      says: `\`assign\` cannot be evaluated: ${assigned.result}`,
      ...adviceOn.cause('expression'),
    };
  if (access === undefined) return noAccount(target, identity?.active, note?.text);
  if (access.state === 'invited' || access.state === 'leaving')
    return {
      outcome: 'waiting',
      says: 'the invitation is not accepted yet',
      ...adviceOn.cause('invited'),
    };
  const isHere = identity?.active === true && assigned?.result === true;
  const isOff = access.state === 'off';
  const why = isAbsent
    ? 'no longer in the source'
    : identity?.active === false
      ? 'not active in the source'
      : 'not assigned here';
  if (isHere && !isOff)
    return note === undefined
      ? {
          outcome: 'inSync',
          says: `the account is as the source says, confirmed ${when(access.confirmedAt)}`,
          rule: 'law 14: sync, plan again, nothing',
          change: 'a change of the record, or of what this target is given',
        }
      : { outcome: 'inSync', says: note.text, ...note.advice };
  if (unread !== undefined && identity === undefined)
    return {
      outcome: 'unreadable',
      says: 'the source cannot be read, and nothing is kept of their record',
      rule: 'law 6: absence is evidence only if the read was complete',
      change: 'let the source be read',
    };
  if (isOff)
    return {
      outcome: 'off',
      says: `the account is off since ${when(access.stateSince ?? access.since)}: ${access.why ?? why}`,
      ...(access.offboarded === undefined
        ? {
            rule: 'rule 6: who has left, and who is out of scope, is off',
            change: 'a record of theirs that is active, and assigned here',
          }
        : {
            rule: 'rule 25: whoever is offboarded is off everywhere, until a complete read agrees',
            change: `rollcall offboard ${access.key} --lift`,
          }),
    };
  return {
    outcome: 'kept',
    says: `${why}; the account stays on`,
    rule: '`onLeave` or `onOutOfScope` of this target keeps it',
    change: '`deactivate` in its place',
  };
}

function noAccount(
  { assigned }: ExplainedTarget,
  active: boolean | undefined,
  note: string | undefined,
): Verdict {
  if (active === undefined)
    return {
      outcome: 'none',
      says: 'in no record of the source, and without an account here',
      rule: 'rule 5: nobody gets an account in order to be switched off',
      change: 'a record of theirs',
    };
  if (!active)
    return {
      outcome: 'none',
      says: 'not active in the source, and without an account here',
      rule: 'rule 5: nobody gets an account in order to be switched off',
      change: 'an active status in the source; `createInactive` asks for the exception',
    };
  if (assigned?.result === false)
    return {
      outcome: 'none',
      says: 'not assigned here, so that there is no account',
      rule: `\`assign\` of this target: ${assigned.expression ?? ''}`,
      change: 'what that expression reads of the record',
    };
  return {
    outcome: 'none',
    says: note ?? 'there is no account yet',
    rule: 'the target allows only what its configuration names',
    change: '`allow` of this target',
  };
}
