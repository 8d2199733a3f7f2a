/**
 * The state's schema, one step after the other. A step that has shipped is never edited: a change is a new step.
 * Rows that are written in numbers use integer keys, because random text keys are what makes SQLite slow here.
 */
export const migrations: readonly string[] = [
  `
  CREATE TABLE meta (name TEXT PRIMARY KEY, value) WITHOUT ROWID;

  -- The slot in the ledger is id - 1.
  CREATE TABLE person (id INTEGER PRIMARY KEY, key TEXT NOT NULL UNIQUE);
  CREATE TABLE ledger (page INTEGER PRIMARY KEY, data BLOB NOT NULL);

  CREATE TABLE target (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL UNIQUE,
    fingerprint TEXT NOT NULL,
    cursor INTEGER NOT NULL DEFAULT 0,
    digest TEXT NOT NULL DEFAULT '',
    halted_since INTEGER, halted_reason TEXT, halted_code TEXT,
    planned_at INTEGER,
    -- The last read that was accepted for it: what the next is measured against.
    receipt INTEGER REFERENCES receipt (id)
  );

  CREATE TABLE account (
    id INTEGER PRIMARY KEY,
    target INTEGER NOT NULL REFERENCES target (id),
    type TEXT NOT NULL,
    person INTEGER NOT NULL REFERENCES person (id),
    remote_id TEXT NOT NULL,
    resource TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('linked', 'invited')),
    origin TEXT NOT NULL CHECK (origin IN ('created', 'adopted')),
    secret_digest TEXT,
    confirmed_at INTEGER NOT NULL,
    UNIQUE (target, person, type),
    UNIQUE (target, type, remote_id)
  );

  -- Links that were closed, until references to them are marked as such; and whose account still has such a reference.
  CREATE TABLE closed (
    target INTEGER NOT NULL, person INTEGER NOT NULL, PRIMARY KEY (target, person)
  ) WITHOUT ROWID;
  CREATE TABLE dangling (
    target INTEGER NOT NULL, person INTEGER NOT NULL, PRIMARY KEY (target, person)
  ) WITHOUT ROWID;
  CREATE TRIGGER account_is_closed AFTER DELETE ON account BEGIN
    INSERT OR IGNORE INTO closed VALUES (old.target, old.person);
  END;

  CREATE TABLE run (
    id INTEGER PRIMARY KEY,
    started_at INTEGER NOT NULL, ended_at INTEGER,
    command TEXT NOT NULL, actor TEXT NOT NULL,
    outcome TEXT
  );

  CREATE TABLE receipt (
    id INTEGER PRIMARY KEY,
    run INTEGER NOT NULL REFERENCES run (id),
    source TEXT NOT NULL, file TEXT NOT NULL,
    count INTEGER NOT NULL, sha256 TEXT NOT NULL,
    complete INTEGER NOT NULL, ends_line INTEGER, at INTEGER NOT NULL,
    -- How many belong to each part, where parts are told apart.
    counts TEXT
  );

  -- Somebody whose record is rejected, for as long as it is.
  CREATE TABLE rejection (
    person INTEGER PRIMARY KEY REFERENCES person (id),
    since INTEGER NOT NULL, rule TEXT NOT NULL, reason TEXT NOT NULL, line INTEGER
  );

  CREATE TABLE operation (
    id INTEGER PRIMARY KEY,
    run INTEGER NOT NULL REFERENCES run (id),
    target INTEGER NOT NULL REFERENCES target (id),
    phase INTEGER NOT NULL,
    type TEXT NOT NULL, person INTEGER NOT NULL REFERENCES person (id), part INTEGER NOT NULL,
    kind TEXT NOT NULL,
    after TEXT, changes TEXT, why TEXT NOT NULL, needs INTEGER, secret_digest TEXT, remote_id TEXT,
    before_digest TEXT NOT NULL, digest TEXT NOT NULL,
    -- open: to be sent at run_at; leased: being sent, or in doubt if nobody is sending; waiting: for a reference,
    -- an invitation or a person; failed: again when something changes, or at run_at; held: for an approval.
    state TEXT NOT NULL CHECK (state IN ('open', 'leased', 'waiting', 'failed', 'held')),
    -- Whether the plan proved that nobody had this name: then a lost create that is found is ours (rule 10).
    absent INTEGER NOT NULL DEFAULT 0,
    run_at INTEGER NOT NULL DEFAULT 0, attempts INTEGER NOT NULL DEFAULT 0,
    sent_at INTEGER, in_doubt INTEGER NOT NULL DEFAULT 0,
    code TEXT, error TEXT
  );
  -- The time at the end is looked at in passing over those that wait for theirs.
  CREATE INDEX operation_next ON operation (target, state, phase, id, run_at);
  -- An index over all people costs each operation several pages of the disk; those with a reference that follows are few.
  CREATE INDEX operation_follows ON operation (person, target) WHERE part = 1;
  -- Who waits for somebody's account is asked at each create; few wait, so this holds few.
  CREATE INDEX operation_waits ON operation (needs) WHERE state = 'waiting';

  -- Kinds of the newest plan that wait for an approval; their rows are operations in the state held.
  CREATE TABLE held (
    target INTEGER NOT NULL REFERENCES target (id), kind TEXT NOT NULL,
    checksum TEXT NOT NULL, count INTEGER NOT NULL, breaches TEXT NOT NULL, since INTEGER NOT NULL,
    PRIMARY KEY (target, kind)
  ) WITHOUT ROWID;

  CREATE TABLE approval (
    id INTEGER PRIMARY KEY,
    target INTEGER NOT NULL, checksum TEXT NOT NULL, kinds TEXT, keys TEXT,
    actor TEXT NOT NULL, at INTEGER NOT NULL, expires INTEGER NOT NULL, used_at INTEGER
  );

  -- What was released, for the limits that look back over 24 hours.
  CREATE TABLE released (
    target INTEGER NOT NULL, kind TEXT NOT NULL, at INTEGER NOT NULL,
    count INTEGER NOT NULL, approved INTEGER NOT NULL, linked INTEGER NOT NULL
  );
  CREATE INDEX released_at ON released (target, at);

  -- People whom the newest plan left out, with the rule, and since when.
  CREATE TABLE left_out (
    target INTEGER NOT NULL, person INTEGER NOT NULL, rule TEXT NOT NULL, reason TEXT NOT NULL, since INTEGER NOT NULL,
    PRIMARY KEY (target, person)
  ) WITHOUT ROWID;

  CREATE TABLE lock (
    name TEXT PRIMARY KEY, pid INTEGER NOT NULL, host TEXT NOT NULL, command TEXT NOT NULL, since INTEGER NOT NULL
  ) WITHOUT ROWID;

  -- Append-only. Each row's hash covers the one before it, so that a change in the middle shows.
  CREATE TABLE audit (
    seq INTEGER PRIMARY KEY,
    at INTEGER NOT NULL, run INTEGER, target TEXT, key TEXT,
    event TEXT NOT NULL, detail TEXT NOT NULL,
    previous TEXT NOT NULL, hash TEXT NOT NULL
  );
  CREATE TRIGGER audit_is_append_only_u BEFORE UPDATE ON audit BEGIN SELECT RAISE (ABORT, 'the audit trail is append-only'); END;
  CREATE TRIGGER audit_is_append_only_d BEFORE DELETE ON audit BEGIN SELECT RAISE (ABORT, 'the audit trail is append-only'); END;
  `,
  `
  -- Of the last record that was accepted of somebody: the fields that the configuration reads, and the name of the entry
  -- in a directory. What a delta says is applied to them. No fields: a change, or an absence, took the record away.
  CREATE TABLE record (person INTEGER PRIMARY KEY, place TEXT, fields TEXT);
  CREATE INDEX record_place ON record (place) WHERE place IS NOT NULL;

  -- Groups, and what a target holds of them; who is in them stands in rows of its own, so that a large group costs what
  -- changes of it. Not sure: a request about it has no answer.
  CREATE TABLE grp (id INTEGER PRIMARY KEY, key TEXT NOT NULL UNIQUE, name TEXT NOT NULL);
  CREATE TABLE group_account (
    target INTEGER NOT NULL REFERENCES target (id), grp INTEGER NOT NULL REFERENCES grp (id),
    remote_id TEXT NOT NULL, resource TEXT NOT NULL,
    origin TEXT NOT NULL CHECK (origin IN ('created', 'adopted')), confirmed_at INTEGER NOT NULL,
    PRIMARY KEY (target, grp), UNIQUE (target, remote_id)
  ) WITHOUT ROWID;
  CREATE TABLE membership (
    target INTEGER NOT NULL, person INTEGER NOT NULL, grp INTEGER NOT NULL, sure INTEGER NOT NULL DEFAULT 1,
    PRIMARY KEY (target, person, grp)
  ) WITHOUT ROWID;
  CREATE INDEX membership_group ON membership (target, grp);
  CREATE INDEX membership_unsure ON membership (target, person) WHERE sure = 0;
  CREATE TRIGGER account_takes_memberships AFTER DELETE ON account BEGIN
    DELETE FROM membership WHERE target = old.target AND person = old.person;
  END;
  CREATE TRIGGER group_takes_memberships AFTER DELETE ON group_account BEGIN
    DELETE FROM membership WHERE target = old.target AND grp = old.grp;
  END;

  -- An operation is about a person, a group, or both.
  CREATE TABLE operation_ (
    id INTEGER PRIMARY KEY,
    run INTEGER NOT NULL REFERENCES run (id),
    target INTEGER NOT NULL REFERENCES target (id),
    phase INTEGER NOT NULL,
    type TEXT NOT NULL, person INTEGER REFERENCES person (id), grp INTEGER REFERENCES grp (id), part INTEGER NOT NULL,
    kind TEXT NOT NULL,
    after TEXT, changes TEXT, why TEXT NOT NULL, needs INTEGER, secret_digest TEXT, remote_id TEXT,
    before_digest TEXT NOT NULL, digest TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('open', 'leased', 'waiting', 'failed', 'held')),
    absent INTEGER NOT NULL DEFAULT 0,
    run_at INTEGER NOT NULL DEFAULT 0, attempts INTEGER NOT NULL DEFAULT 0,
    sent_at INTEGER, in_doubt INTEGER NOT NULL DEFAULT 0,
    code TEXT, error TEXT
  );
  INSERT INTO operation_ SELECT id, run, target, phase, type, person, NULL, part, kind, after, changes, why, needs,
    secret_digest, remote_id, before_digest, digest, state, absent, run_at, attempts, sent_at, in_doubt, code, error FROM operation;
  DROP TABLE operation;
  ALTER TABLE operation_ RENAME TO operation;
  CREATE INDEX operation_next ON operation (target, state, phase, id, run_at);
  CREATE INDEX operation_follows ON operation (person, target) WHERE part = 1;
  CREATE INDEX operation_waits ON operation (needs) WHERE state = 'waiting';
  CREATE INDEX operation_of_group ON operation (grp, target, state) WHERE grp IS NOT NULL;
  ALTER TABLE receipt ADD COLUMN delta INTEGER NOT NULL DEFAULT 0;
  ALTER TABLE receipt ADD COLUMN written_at INTEGER;
  -- Nothing is kept yet: everybody is looked at once more.
  UPDATE target SET digest = '';
  `,
  `
  -- Since when somebody has an account; of what is there already, the last confirmation is all that is known.
  ALTER TABLE account ADD COLUMN linked_at INTEGER;
  UPDATE account SET linked_at = confirmed_at;
  CREATE TRIGGER account_is_linked AFTER INSERT ON account BEGIN
    UPDATE account SET linked_at = new.confirmed_at WHERE id = new.id;
  END;
  `,
  `
  -- What retention has taken of the trail ends with this row, from whose hash the rest goes on. Only what an anchor covers
  -- can be taken away, and an anchor is made of a row that is there.
  CREATE TABLE audit_anchor (seq INTEGER PRIMARY KEY, hash TEXT NOT NULL, at INTEGER NOT NULL);
  CREATE TRIGGER audit_anchor_fits BEFORE INSERT ON audit_anchor
    WHEN NOT EXISTS (SELECT 1 FROM audit WHERE seq = new.seq AND hash = new.hash)
    BEGIN SELECT RAISE (ABORT, 'the audit trail is append-only'); END;
  CREATE TRIGGER audit_anchor_stays_u BEFORE UPDATE ON audit_anchor BEGIN SELECT RAISE (ABORT, 'the audit trail is append-only'); END;
  CREATE TRIGGER audit_anchor_stays_d BEFORE DELETE ON audit_anchor BEGIN SELECT RAISE (ABORT, 'the audit trail is append-only'); END;
  DROP TRIGGER audit_is_append_only_d;
  CREATE TRIGGER audit_is_append_only_d BEFORE DELETE ON audit
    WHEN old.seq > (SELECT coalesce(max(seq), 0) FROM audit_anchor)
    BEGIN SELECT RAISE (ABORT, 'the audit trail is append-only'); END;
  -- A row that takes the place of another is no deletion to SQLite.
  CREATE TRIGGER audit_is_append_only_i BEFORE INSERT ON audit WHEN new.seq <= (SELECT max(seq) FROM audit)
    BEGIN SELECT RAISE (ABORT, 'the audit trail is append-only'); END;
  CREATE INDEX audit_key ON audit (key) WHERE key IS NOT NULL;
  CREATE INDEX audit_run ON audit (run);
  CREATE INDEX receipt_run ON receipt (run);
  -- Who left is asked for by the time, and few are so.
  CREATE INDEX audit_rekeyed ON audit (key) WHERE event = 'person.rekeyed';
  CREATE INDEX audit_left ON audit (at) WHERE event = 'person.left';
  -- The runs after this one have their beginning and their end in the trail.
  INSERT INTO meta SELECT 'untold_runs', coalesce(max(id), 0) FROM run;

  -- Since when an account is on or off, and why; of what is there already, nobody wrote down why.
  ALTER TABLE account ADD COLUMN state_since INTEGER;
  ALTER TABLE account ADD COLUMN why TEXT;
  UPDATE account SET state_since = linked_at;

  -- What the last reconciliation of a target found that is nobody's: some of it, and how much it was in all.
  CREATE TABLE stray (
    target INTEGER NOT NULL REFERENCES target (id), remote_id TEXT NOT NULL,
    situation TEXT NOT NULL, user_name TEXT, email TEXT, active INTEGER, reason TEXT,
    PRIMARY KEY (target, remote_id)
  ) WITHOUT ROWID;
  ALTER TABLE target ADD COLUMN reconciled_at INTEGER;
  ALTER TABLE target ADD COLUMN strays INTEGER;
  `,
  `
  -- When the daemon last did what a schedule asks for: what has been due since then was missed.
  CREATE TABLE tick (
    target TEXT NOT NULL, work TEXT NOT NULL, at INTEGER NOT NULL, PRIMARY KEY (target, work)
  ) WITHOUT ROWID;

  -- What somebody was told, since when it is so and when they were told last; over: it is not so any more, and they know.
  CREATE TABLE notice (
    channel TEXT NOT NULL, target TEXT NOT NULL, event TEXT NOT NULL,
    detail TEXT NOT NULL, since INTEGER NOT NULL, told_at INTEGER NOT NULL, over INTEGER NOT NULL,
    PRIMARY KEY (channel, target, event)
  ) WITHOUT ROWID;
  `,
  `
  -- That somebody paused a target, and when it was last resumed: then nothing rests any more that rested before.
  ALTER TABLE target ADD COLUMN paused_since INTEGER;
  ALTER TABLE target ADD COLUMN paused_by TEXT;
  ALTER TABLE target ADD COLUMN paused_reason TEXT;
  ALTER TABLE target ADD COLUMN resumed_at INTEGER;
  -- Of a halted target: how many probes have failed since, when the next is due, and a keyed digest of the credential
  -- that it refused. Until when it has asked for a rest.
  ALTER TABLE target ADD COLUMN probes INTEGER NOT NULL DEFAULT 0;
  ALTER TABLE target ADD COLUMN probe_at INTEGER;
  ALTER TABLE target ADD COLUMN refused TEXT;
  ALTER TABLE target ADD COLUMN rest_until INTEGER;

  -- What was spent of a target's budgets, each minute or so a row, for as long as it counts.
  CREATE TABLE spent (
    target INTEGER NOT NULL, budget TEXT NOT NULL, at INTEGER NOT NULL, count INTEGER NOT NULL,
    PRIMARY KEY (target, budget, at)
  ) WITHOUT ROWID;

  -- When the read began that showed that somebody leaves; and how long it took from then until they were off.
  ALTER TABLE operation ADD COLUMN known_at INTEGER;
  CREATE TRIGGER leaver_is_known AFTER INSERT ON operation WHEN new.kind IN ('deactivate', 'delete') BEGIN
    UPDATE operation SET known_at = (SELECT started_at FROM run WHERE id = new.run) WHERE id = new.id;
  END;
  CREATE TABLE leaver (target INTEGER NOT NULL, at INTEGER NOT NULL, milliseconds INTEGER NOT NULL);
  CREATE INDEX leaver_at ON leaver (target, at);
  `,
  `
  -- Groups that are members of groups, as a target confirmed them; an operation about that has no person.
  CREATE TABLE nesting (
    target INTEGER NOT NULL, grp INTEGER NOT NULL, member INTEGER NOT NULL, sure INTEGER NOT NULL DEFAULT 1,
    PRIMARY KEY (target, grp, member)
  ) WITHOUT ROWID;
  CREATE TRIGGER group_takes_nesting AFTER DELETE ON group_account BEGIN
    DELETE FROM nesting WHERE target = old.target AND (grp = old.grp OR member = old.grp);
  END;
  ALTER TABLE operation ADD COLUMN member INTEGER REFERENCES grp (id);
  CREATE INDEX operation_nests ON operation (member, target) WHERE member IS NOT NULL;
  `,
  `
  -- Whom somebody has switched off everywhere, until the source agrees or it is lifted: by the key, since the next read may
  -- be the first that has it. Protected: accounts that are protected are meant as well.
  CREATE TABLE offboarding (
    id INTEGER PRIMARY KEY, key TEXT NOT NULL, since INTEGER NOT NULL, actor TEXT NOT NULL, reason TEXT,
    protected INTEGER NOT NULL DEFAULT 0,
    ended_at INTEGER, ended_by TEXT, ended_run INTEGER
  );
  CREATE UNIQUE INDEX offboarding_stands ON offboarding (key) WHERE ended_at IS NULL;
  -- Accounts that are protected, and were not meant.
  CREATE TABLE spared (
    offboarding INTEGER NOT NULL, target INTEGER NOT NULL, PRIMARY KEY (offboarding, target)
  ) WITHOUT ROWID;
  -- How its configuration switches somebody off: as what that counts, nothing where it may not be; and whether they go out
  -- of their groups with it.
  ALTER TABLE target ADD COLUMN leave_kind TEXT;
  ALTER TABLE target ADD COLUMN leave_groups INTEGER NOT NULL DEFAULT 0;
  `,
  `
  -- What was told of people by HTTP, until a read of the source that was taken after it has its place. accepted: to be
  -- carried out; delivered: by the run; ignored, refused: for the reason. over_at: when it counts for nothing any more.
  CREATE TABLE event (
    seq INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, actor TEXT NOT NULL,
    source TEXT NOT NULL, key TEXT NOT NULL, kind TEXT NOT NULL CHECK (kind IN ('hire', 'change', 'leave', 'signIn')),
    at INTEGER NOT NULL, received_at INTEGER NOT NULL, record TEXT, digest TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('accepted', 'delivered', 'ignored', 'refused')),
    reason TEXT, run INTEGER, over_at INTEGER
  );
  CREATE INDEX event_accepted ON event (seq) WHERE state = 'accepted';
  CREATE INDEX event_counts ON event (source, key, at, seq) WHERE over_at IS NULL;
  CREATE INDEX event_over ON event (over_at) WHERE over_at IS NOT NULL;
  `,
  `
  -- How many accounts of a target there are in each state, and how many of those are on: kept as they change, since
  -- whoever looks at the overview counts neither a million rows nor what stands in them.
  CREATE TABLE account_count (
    target INTEGER NOT NULL, type TEXT NOT NULL, state TEXT NOT NULL, active INTEGER NOT NULL, count INTEGER NOT NULL,
    PRIMARY KEY (target, type, state, active)
  ) WITHOUT ROWID;
  INSERT INTO account_count
    SELECT target, type, state, resource ->> 'active' IS 1 AS active, count(*) FROM account GROUP BY 1, 2, 3, 4;
  CREATE TRIGGER account_is_counted AFTER INSERT ON account BEGIN
    INSERT INTO account_count VALUES (new.target, new.type, new.state, new.resource ->> 'active' IS 1, 1)
      ON CONFLICT DO UPDATE SET count = count + 1;
  END;
  CREATE TRIGGER account_is_discounted AFTER DELETE ON account BEGIN
    UPDATE account_count SET count = count - 1 WHERE target = old.target AND type = old.type AND state = old.state
      AND active = (old.resource ->> 'active' IS 1);
  END;
  CREATE TRIGGER account_is_recounted AFTER UPDATE OF target, type, state, resource ON account
    WHEN (old.target, old.type, old.state, old.resource ->> 'active' IS 1)
      <> (new.target, new.type, new.state, new.resource ->> 'active' IS 1)
  BEGIN
    UPDATE account_count SET count = count - 1 WHERE target = old.target AND type = old.type AND state = old.state
      AND active = (old.resource ->> 'active' IS 1);
    INSERT INTO account_count VALUES (new.target, new.type, new.state, new.resource ->> 'active' IS 1, 1)
      ON CONFLICT DO UPDATE SET count = count + 1;
  END;
  `,
  `
  -- Whose record is kept, where each of several sources is the authority for its own people.
  ALTER TABLE record ADD COLUMN part TEXT;
  `,
  `
  -- The first run whose read a target was not given, since it holds it, while what the read says of people is kept, since
  -- another was; until it is given all of a read again.
  ALTER TABLE target ADD COLUMN behind INTEGER;
  `,
  `
  -- Of what has no answer: whoever it switches off is to stay, by a plan that was made since.
  ALTER TABLE operation ADD COLUMN withdrawn INTEGER;
  `,
  `
  -- Who has left while their account is on, since the read began that first said so: whatever holds them up, until they are
  -- off, back, or have no account.
  CREATE TABLE leaving (
    target INTEGER NOT NULL, person INTEGER NOT NULL, known_at INTEGER NOT NULL, PRIMARY KEY (target, person)
  ) WITHOUT ROWID;
  -- What was held began anew with each plan: the trail says when they left first, since they were last back. By a read that is
  -- held itself nobody has left.
  INSERT INTO leaving SELECT operation.target, operation.person, min(min(known_at, coalesce((
      SELECT min(at) FROM audit WHERE audit.key = person.key AND event = 'person.left' AND seq > coalesce((
        SELECT max(seq) FROM audit AS ended WHERE ended.key = person.key AND (event IN ('person.back', 'account.linked')
          OR (event = 'operation.done' AND detail ->> 'kind' IN ('create', 'link', 'reactivate')))), 0)), known_at)))
    FROM operation JOIN person ON person.id = operation.person
    JOIN account ON account.target = operation.target AND account.person = operation.person AND account.type = 'User'
    WHERE phase <= 0 AND part = 0 AND operation.kind IN ('deactivate', 'delete') AND known_at IS NOT NULL
      AND operation.why <> 'no longer assigned here' AND account.resource ->> 'active' IS NOT 0
      AND NOT (operation.state = 'held' AND EXISTS (SELECT 1 FROM held WHERE held.target = operation.target AND held.kind IN ('source', 'target')))
    GROUP BY 1, 2;
  -- Somebody's story goes on under another key.
  CREATE INDEX audit_rekeyed_old ON audit (detail ->> 'old') WHERE event = 'person.rekeyed';
  -- Whose account is off already, and is deleted now, left long ago.
  DROP TRIGGER leaver_is_known;
  CREATE TRIGGER leaver_is_known AFTER INSERT ON operation WHEN new.kind IN ('deactivate', 'delete')
    AND NOT EXISTS (SELECT 1 FROM account WHERE target = new.target AND person = new.person AND type = 'User' AND resource ->> 'active' IS 0)
  BEGIN
    UPDATE operation SET known_at = (SELECT started_at FROM run WHERE id = new.run) WHERE id = new.id;
  END;
  CREATE TRIGGER leaver_is_off AFTER UPDATE OF resource ON account
    WHEN new.type = 'User' AND new.resource ->> 'active' IS 0
  BEGIN
    DELETE FROM leaving WHERE target = new.target AND person = new.person;
  END;
  CREATE TRIGGER leaver_has_none AFTER DELETE ON account WHEN old.type = 'User' BEGIN
    DELETE FROM leaving WHERE target = old.target AND person = old.person;
  END;
  `,
];
