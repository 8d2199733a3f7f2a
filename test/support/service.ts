import { setTimeout as delay } from 'node:timers/promises';
import { loadService } from '../../connectors/targets/services.ts';
import { startMock } from '../../src/mock/index.ts';
import type { Mock, MockOptions, Recorded } from '../../src/mock/index.ts';
import type { Ending } from './folder.ts';

/** What the mock is told as its token, and looked for wherever it must not be. */
export const TOKEN = 'tok-7f3a-do-not-tell-anybody';

/** A SCIM service in this process, closed when the test is over. */
export async function playService(
  ending: Ending,
  name = 'rfc',
  options: Partial<MockOptions> = {},
): Promise<Mock> {
  const mock = await startMock({ service: await loadService(name), token: TOKEN, ...options });
  ending.onTestFinished(() => mock.close());
  return mock;
}

/** The requests that may write, after the given number of the journal. */
export function writes(mock: Mock, since = 0): readonly Recorded[] {
  return mock.journal(since).filter(({ method }) => method !== 'GET');
}

/** How many requests the journal has. */
export function journalled(mock: Mock): number {
  return mock.journal().at(-1)?.number ?? 0;
}

/** How often each userName was created. */
export function creations(mock: Mock): ReadonlyMap<string, number> {
  const created = mock.journal().filter(({ method, status }) => method === 'POST' && status === 201);
  const counts = new Map<string, number>();
  for (const { body } of created) {
    const { userName } = body as { userName: string };
    counts.set(userName, (counts.get(userName) ?? 0) + 1);
  }
  return counts;
}

/** userName and whether the account is on, for everybody whom the service holds. */
export function accounts(mock: Mock): Readonly<Record<string, boolean>> {
  const found = mock
    .users()
    .map(({ userName, active }): readonly [string, boolean] => [
      userName as unknown as string,
      active === true,
    ]);
  // Creates that are under way together arrive in any order.
  return Object.fromEntries(
    found.sort(([one], [other]) => one.localeCompare(other, 'en', { numeric: true })),
  );
}

/** Waits for the so-many-th request of a method after a number of the journal; answered, where that is asked for. */
export async function requested(
  mock: Mock,
  method: string,
  count: number,
  options: { readonly since?: number; readonly answered?: boolean } = {},
): Promise<Recorded> {
  let seen = options.since ?? 0;
  let left = count;
  let found: Recorded | undefined;
  for (;;) {
    for (const entry of found === undefined ? mock.journal(seen) : []) {
      seen = entry.number;
      if (entry.method === method && --left === 0) found = entry;
    }
    if (found !== undefined) {
      const now = mock.journal(found.number - 1)[0]!;
      if (!options.answered || now.status !== null) return now;
    }
    await delay(4);
  }
}
