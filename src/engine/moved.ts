import { createHash } from 'node:crypto';
import { TargetError } from '../model/index.ts';
import type { Held, TargetConfiguration } from '../model/index.ts';
import { approvalFor } from '../store/approvals.ts';
import type { State } from '../store/state.ts';
import type { TargetRun } from './run.ts';

export function fingerprintOf({ baseUrl }: TargetConfiguration): string {
  return createHash('sha256').update(new URL(baseUrl).href.replace(/\/+$/, '')).digest('hex');
}

/** Another base URL is another service until somebody says that it is the same (rule 9). */
export function movedFrom(
  state: State,
  known: { readonly id: number; readonly linked: number; readonly before: string },
  configuration: TargetConfiguration,
  at: number,
): { moved?: Held; movedApproval?: number } {
  const now = fingerprintOf(configuration);
  if (known.before === now) return {};
  const checksum = createHash('sha256').update(`baseUrl\0${known.before}\0${now}`).digest('hex');
  const approval = approvalFor(state, known.id, 'target', checksum, at);
  if (approval !== undefined) return { movedApproval: approval };
  const message = `the base URL is another than that of the ${known.linked} accounts which the state holds: now ${configuration.baseUrl}; approve it only if the same service has moved there`;
  return { moved: { kind: 'target', checksum, count: 1, breaches: [{ rule: 'target.baseUrl', message }] } };
}

const asked = 5;

/**
 * What is said to be the same service at another address has to know an account that the old one gave its id. Otherwise
 * each would be taken to be gone there, and nobody would look after it where it is.
 */
export async function recognise(target: TargetRun): Promise<void> {
  if (target.movedApproval === undefined || target.failure !== undefined) return;
  const ids = target.accounts.some(asked);
  if (ids.length === 0) return;
  try {
    for (const id of ids) if ((await target.remote.read(id)) !== undefined) return;
  } catch (error) {
    if (!(error instanceof TargetError)) throw error;
    target.failure = error.failure;
    return;
  }
  const message = `none of ${ids.length} accounts that were asked for is at ${target.configuration.baseUrl}: it is another service. Give it a target of its own, with another name`;
  target.failure = { class: 'target', code: 'notFound', message };
}
