import type { Mock } from '../../src/mock/index.ts';
import { people, person } from './company.ts';
import type { Ending } from './folder.ts';
import { openPlaceWithService } from './place.ts';
import type { Place } from './place.ts';
import { journalled } from './service.ts';

/** So few people that no limit holds a leaver back by its share. */
export const team = people(4);
export const teamOn = Object.fromEntries(team.map(({ email }) => [email, true]));

export interface NextDay extends Place {
  readonly mock: Mock;
  /** The number of the journal's last request of the first day. */
  readonly before: number;
}

/** Four people with accounts; then one changes, one leaves, and one is new. Further lines for the target may be given. */
export async function nextDay(ending: Ending, target?: string): Promise<NextDay> {
  const place = await openPlaceWithService(ending, { ...(target !== undefined && { target }) });
  place.people(team);
  await place.settle();
  place.people([{ ...team[0]!, first: 'Renamed' }, ...team.slice(1, 3), person(5)]);
  return { ...place, before: journalled(place.mock) };
}

/** What `sync --json` says of each target. */
export interface SyncReport {
  readonly targets: Readonly<
    Record<
      string,
      {
        readonly state: string;
        readonly error?: { readonly code: string; readonly message: string };
        readonly counts: { readonly User: Readonly<Record<string, number>> };
        readonly failed: number;
        readonly waiting: number;
      }
    >
  >;
}
