import { createRollcall } from '../../src/library/index.ts';
import type { Rollcall, RollcallOptions } from '../../src/library/index.ts';
import { people } from '../support/company.ts';
import type { Ending } from '../support/folder.ts';
import { openPlaceWithService } from '../support/place.ts';
import { TOKEN } from '../support/service.ts';

/** The credential is in no variable of this process. */
const auth = '{ kind: bearer, token: { env: LIBRARY_TOKEN } }';
const env = { LIBRARY_TOKEN: TOKEN };

export async function opened(
  ending: Ending,
  part: Parameters<typeof openPlaceWithService>[1] = {},
  options: RollcallOptions = {},
) {
  const place = await openPlaceWithService(ending, { auth, ...part });
  place.people(people(3));
  const open = (): Promise<Rollcall> =>
    createRollcall({ config: place.path('rollcall.yaml'), env, actor: 'a test', ...options });
  return { place, mock: place.mock, open, rollcall: await open() };
}

export async function all<T>(events: AsyncIterable<T>): Promise<T[]> {
  const found: T[] = [];
  for await (const event of events) found.push(event);
  return found;
}
