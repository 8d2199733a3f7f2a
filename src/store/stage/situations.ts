import { SITUATIONS, canonical } from '../../model/index.ts';
import type { Candidate, Item, Remote, Resource, ResourceType, Situation } from '../../model/index.ts';
import type { Stage } from './stage.ts';
import { INDEX } from './tables.ts';

/** What a repair needs of an item beside what is shown of it. */
export interface Found {
  readonly item: Item;
  /** Of the person whose account it is; of a group, its id in the state. */
  readonly slot?: number;
  /** What the account is confirmed to hold from now on, where a repair changes that. */
  readonly resource?: Resource;
  /** It was an open invitation, and is an account now. */
  readonly accepted?: boolean;
}

export function addSituation(stage: Stage, target: number, { item, slot, resource, accepted }: Found): void {
  stage.append('situation', [
    target,
    SITUATIONS.indexOf(item.situation),
    item.type,
    item.key ?? '',
    item.remoteId,
    slot ?? null,
    JSON.stringify(item),
    resource === undefined ? null : canonical(resource),
    accepted === true ? 1 : 0,
  ]);
}

/** What was found of people, or of groups, in the order in which it is told: by situation, key and id; or of one situation alone. */
export function* situationsOf(
  stage: Stage,
  target: number,
  situation?: Situation,
  type: ResourceType = 'User',
): Generator<Found> {
  stage.flush();
  const rows = stage.db
    .prepare(
      `SELECT slot, item, resource, accepted FROM situation WHERE target = ? AND type = ? AND (? < 0 OR rank = ?) ORDER BY rank, key, remote_id`,
    )
    .iterate(target, type, ...twice(situation === undefined ? -1 : SITUATIONS.indexOf(situation)));
  for (const row of rows as IterableIterator<SituationRow>)
    yield {
      item: JSON.parse(row.item) as Item,
      ...(row.slot !== null && { slot: row.slot }),
      ...(row.resource !== null && { resource: JSON.parse(row.resource) as Resource }),
      ...(row.accepted === 1 && { accepted: true }),
    };
}

interface SituationRow {
  readonly slot: number | null;
  readonly item: string;
  readonly resource: string | null;
  readonly accepted: number;
}

function twice(value: number): readonly [number, number] {
  return [value, value];
}

/** An account that is nobody's; `isLookedUp` where it was asked for by a name, so that the list may have it as well. */
export function addListed(stage: Stage, target: number, remote: Remote, isLookedUp: boolean): void {
  stage.append('listed', [target, remote.id, JSON.stringify(remote), isLookedUp ? 1 : 0]);
}

export function addCandidate(stage: Stage, target: number, remoteId: string, candidate: Candidate): void {
  const { key, by, situation, reason } = candidate;
  stage.append('candidate', [target, remoteId, key, by, situation, reason ?? null]);
}

/** The accounts that are nobody's, each once, with the people who could have it, best first. */
export function* unlinked(
  stage: Stage,
  target: number,
): Generator<{ readonly remote: Remote; readonly candidates: readonly Candidate[] }> {
  stage.flush();
  stage.db.exec(INDEX.candidate);
  if (stage.has('SELECT 1 FROM listed WHERE target = ? AND looked = 1 LIMIT 1', target))
    stage.db
      .prepare(
        `DELETE FROM listed WHERE target = ? AND rowid NOT IN (SELECT min(rowid) FROM listed WHERE target = ? GROUP BY remote_id)`,
      )
      .run(target, target);
  for (let last = 0; ;) {
    const some = stage.sql(LISTED).all(target, last) as { readonly id: number; readonly remote: string }[];
    if (some.length === 0) return;
    last = some.at(-1)!.id;
    for (const { remote: text } of some) {
      const remote = JSON.parse(text) as Remote;
      const all = stage.sql(CANDIDATES).all(target, remote.id) as (Candidate & { reason: string | null })[];
      yield {
        remote,
        candidates: all.map(({ reason, ...one }) => ({ ...one, ...(reason !== null && { reason }) })),
      };
    }
  }
}

// Asked for each time anew: what is appended in between may have left the database to the thread.
const LISTED =
  'SELECT rowid AS id, remote FROM listed WHERE target = ? AND rowid > ? ORDER BY rowid LIMIT 256';
const CANDIDATES = `SELECT DISTINCT key, attribute AS "by", situation, reason FROM candidate
  WHERE target = ? AND remote_id = ? ORDER BY situation, key, attribute`;
