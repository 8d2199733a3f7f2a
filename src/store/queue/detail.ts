import { canonical } from '../../model/index.ts';
import type { Answered, Json } from '../../model/index.ts';
import type { ToldStep } from './told.ts';

/** What the trail says of a step beside what the step is made of. */
export interface Beside {
  /** Who began the run. */
  readonly actor: string | undefined;
  /** What an account held of which there is none any more, as canonical text. */
  readonly before?: string | undefined;
  /** The groups that somebody was in whose account is gone. */
  readonly groups?: readonly string[];
}

/**
 * What an auditor needs, and whoever undoes a run: who asked, what for, why, from what to what, and what the target said; as canonical text. A
 * password is a path without values in it, and nothing else of a secret ever gets here.
 */
export function detailOf(step: ToldStep, { actor, before, groups = [] }: Beside): string {
  const { kind, part, why, changes, remoteId: former } = step.operation;
  const answered = answeredOf(step);
  const parts: [name: string, text: string][] = [];
  if (actor !== undefined) parts.push(['actor', JSON.stringify(actor)]);
  if (step.kind !== 'done') {
    const { code, error } = step;
    const read = step.kind === 'doubt' ? undefined : step.confirmed;
    if (read !== undefined) parts.push(['confirmed', read]);
    return joined(parts, canonical({ code, error, kind, part, why, ...answered }));
  }
  const { account } = step;
  if ((kind === 'create' || kind === 'link') && account !== null) parts.push(['after', account.resource]);
  if (before !== undefined) parts.push(['before', before]);
  if (kind !== 'create') parts.push(['changes', canonical(changes as unknown as Json)]);
  const ended = groups.length > 0 ? { groups } : {};
  const remoteId = account?.remoteId ?? former ?? null;
  const invited = account?.state === 'invited' ? { invited: true } : {};
  return joined(
    parts,
    canonical({ ...ended, ...invited, kind, part, remoteId, status: null, ...answered, why }),
  );
}

/** The names of the parts are in order, and come before all of the rest. */
function joined(parts: readonly (readonly [string, string])[], rest: string): string {
  const before = parts.map(([name, text]) => `"${name}":${text},`).join('');
  return `{${before}${rest.slice(1)}`;
}

/** What is known of the answer, with nothing in it that is not. */
export function answeredOf({ status, requestId }: Answered): Answered {
  return { ...(status !== undefined && { status }), ...(requestId !== undefined && { requestId }) };
}
