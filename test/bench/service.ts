import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { HERE, TOKEN } from './workplace.ts';
import type { Readable } from 'node:stream';
import type { Workplace } from './workplace.ts';

/** A mock Cosmo in a process of its own. */
export interface Service {
  readonly url: string;
  readonly pid: number;
  /** Requests so far, by its own count. */
  requests(): Promise<number>;
  /** The last requests that it keeps, oldest first. */
  journal(): Promise<readonly Entry[]>;
  /** From now on it refuses every create for good, with a 400. */
  refuse(): Promise<void>;
  /** From now on it does as it should. */
  behave(): Promise<void>;
  stop(): Promise<void>;
}

export interface Entry {
  readonly method: string;
  readonly body?: unknown;
}

/**
 * Starts one that keeps so many requests; `failing` of the first creates are refused for good, with a 400. It is this
 * checkout's, whosever program is measured, unless the mock is itself what is measured.
 */
export async function startService(
  place: Workplace,
  {
    journal,
    failing,
    share,
    program = join(HERE, 'bin/rollcall.js'),
  }: {
    readonly journal: number;
    readonly failing?: number;
    readonly share?: number;
    readonly program?: string;
  },
): Promise<Service> {
  const fault = failing
    ? ['--fault', `status=400,method=POST,path=/Users,count=${failing},share=${share ?? 1}`]
    : [];
  const args = [
    'mock',
    '--as',
    'cosmo',
    '--port',
    '0',
    '--token',
    TOKEN,
    '--journal',
    String(journal),
    '--json',
  ];
  const child = place.start([program, ...args, ...fault]);
  const lines = createInterface({ input: child.stdout as Readable });
  const first = await Promise.race([once(lines, 'line'), once(child, 'exit')]);
  if (typeof first[0] !== 'string') throw new Error('the mock did not start');
  const { url, door } = JSON.parse(first[0]) as { url: string; door: string };
  const headers = { authorization: `Bearer ${TOKEN}` };
  const ask = async (path: string, method = 'GET', body?: string): Promise<unknown> => {
    const answer = await fetch(`${door}${path}`, { method, headers, ...(body !== undefined && { body }) });
    if (!answer.ok) throw new Error(`the mock answered ${answer.status} to ${method} ${path}`);
    return answer.json();
  };
  return {
    url,
    pid: child.pid!,
    requests: async () => ((await ask('')) as { requests: number }).requests,
    journal: async () => ((await ask('/requests')) as { items: readonly Entry[] }).items,
    refuse: async () => void (await ask('/faults', 'POST', 'status=400,method=POST,path=/Users')),
    behave: async () => void (await ask('/faults', 'DELETE')),
    stop: () => place.stop(child),
  };
}
