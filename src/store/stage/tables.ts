import { usualReason } from './operation.ts';

/**
 * `op` has the operations as they are staged (of a group that is a member of another one, `member` is that group), `record` what is to be kept of the records of people, `grp` the groups that are met for the first time or named, `ord` their order (`follows` is what comes of it that somebody leaves, `behind` what waits for something else that is held), `earlier` what former plans released. `claim`, `rename`
 * and `live` have names: whose they are, who gives one up for another, and which ones the target holds. `struck` are
 * people whose rows go with the next pass. A reconciliation has the accounts that are nobody's in `listed`, who could
 * have them in `candidate`, and what it found in `situation`; what is left is told to people.
 */
export const TABLES = `
  CREATE TABLE op (
    id INTEGER PRIMARY KEY, target INTEGER, slot INTEGER, kind TEXT, phase INTEGER, key TEXT, after TEXT,
    digest TEXT, needs INTEGER, part INTEGER DEFAULT 0, why TEXT DEFAULT '${usualReason}', before_digest TEXT DEFAULT '',
    changes TEXT, secret TEXT, remote_id TEXT, invited INTEGER DEFAULT 0, absent INTEGER DEFAULT 0, grp INTEGER, member INTEGER
  );
  CREATE TABLE grp (id INTEGER PRIMARY KEY, key TEXT NOT NULL, name TEXT NOT NULL);
  CREATE TABLE ord (id INTEGER PRIMARY KEY, target INTEGER, op INTEGER, kind TEXT, phase INTEGER, digest TEXT, invited INTEGER, earlier INTEGER, let_through INTEGER DEFAULT 0, follows INTEGER DEFAULT 0, behind INTEGER DEFAULT 0);
  CREATE TABLE earlier (operation INTEGER, target INTEGER, slot INTEGER, part INTEGER, kind TEXT, digest TEXT, rests INTEGER);
  CREATE TABLE person (slot INTEGER PRIMARY KEY, key TEXT, renamed INTEGER DEFAULT 0, former TEXT);
  CREATE TABLE record (slot INTEGER, place TEXT, fields TEXT, part TEXT);
  CREATE TABLE claim (target INTEGER, side TEXT, value TEXT, slot INTEGER);
  CREATE TABLE rename (target INTEGER, slot INTEGER, gives TEXT, takes TEXT);
  CREATE TABLE live (target INTEGER, remote_id TEXT, attribute TEXT, value TEXT, active INTEGER, external_id TEXT);
  CREATE TABLE listed (target INTEGER, remote_id TEXT, remote TEXT, looked INTEGER);
  CREATE TABLE candidate (target INTEGER, remote_id TEXT, key TEXT, attribute TEXT, situation TEXT, reason TEXT);
  CREATE TABLE situation (target INTEGER, rank INTEGER, type TEXT, key TEXT, remote_id TEXT, slot INTEGER, item TEXT, resource TEXT, accepted INTEGER);
  CREATE TABLE struck (target INTEGER, slot INTEGER, PRIMARY KEY (target, slot)) WITHOUT ROWID;
  CREATE TABLE left_out (target INTEGER, slot INTEGER, key TEXT, rule TEXT, reason TEXT, PRIMARY KEY (target, slot)) WITHOUT ROWID;
  CREATE TABLE note (target INTEGER, slot INTEGER, key TEXT, rule TEXT, text TEXT);
  CREATE TABLE rejection (slot INTEGER, key TEXT, page INTEGER, line INTEGER, rule TEXT, reason TEXT);
`;

/** Each is made by the first question that needs it: until then, rows are appended without. */
export const INDEX = {
  claimValue: 'CREATE INDEX IF NOT EXISTS claim_value ON claim (target, value, side, slot)',
  renameGives: 'CREATE INDEX IF NOT EXISTS rename_gives ON rename (target, gives)',
  liveValue: 'CREATE INDEX IF NOT EXISTS live_value ON live (target, attribute, value)',
  candidate: 'CREATE INDEX IF NOT EXISTS candidate_remote ON candidate (target, remote_id)',
  opSlot: 'CREATE INDEX IF NOT EXISTS op_slot ON op (target, slot)',
  earlierSlot: 'CREATE INDEX IF NOT EXISTS earlier_slot ON earlier (slot, target)',
} as const;
