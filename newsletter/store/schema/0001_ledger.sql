-- The ledger. Instants are ISO 8601 text in UTC with microseconds, so that they sort as text.

CREATE TABLE meta (
    name  TEXT PRIMARY KEY NOT NULL,  -- what the value is: 'secret'
    value BLOB NOT NULL               -- the value itself
);

CREATE TABLE suppression (
    address TEXT PRIMARY KEY NOT NULL,  -- normalised address that is never to be mailed again
    reason  TEXT NOT NULL,              -- why, in words: 'unsubscribed', 'complaint', ...
    since   TEXT NOT NULL,              -- ISO date (UTC) of the first time it was recorded
    source  TEXT NOT NULL               -- who or what recorded it
);

CREATE TABLE run (
    id          TEXT PRIMARY KEY NOT NULL,  -- issue and counter: '2024-02-1'
    issue       TEXT NOT NULL,              -- id of the issue
    number      INTEGER NOT NULL,           -- counter of runs of this issue, from 1
    digest      TEXT NOT NULL,              -- digest of the plan that was confirmed (sha256, hex)
    mail_from   TEXT NOT NULL,              -- envelope sender
    state       TEXT NOT NULL CHECK (state IN ('running', 'interrupted', 'finished')),  -- RunState
    created_at  TEXT NOT NULL,              -- when the plan became a run
    finished_at TEXT,                       -- when its last delivery reached a final state
    total       INTEGER NOT NULL,           -- frozen number of deliveries
    holder      TEXT,                       -- fence: random token of the process that may write, NULL when none
    held_by     TEXT,                       -- the same process for people: 'process 4711 on mailhost'
    UNIQUE (issue, number)
);

CREATE TABLE message (
    run      TEXT NOT NULL REFERENCES run (id),  -- the run it was confirmed for
    edition  TEXT NOT NULL,   -- edition code: 'fr', 'en', 'fr+en'
    issue    TEXT NOT NULL,   -- id of the issue, as the compiled message has it
    subject  TEXT NOT NULL,   -- subject in plain text
    headers  BLOB NOT NULL,   -- header lines that all recipients share
    segments TEXT NOT NULL,   -- JSON list of base64: the body between its slots
    slots    TEXT NOT NULL,   -- JSON list of [name, context]
    links    TEXT NOT NULL,   -- JSON list: unsubscribe URL, unsubscribe mailto, preferences URL, with {token}
    digest   TEXT NOT NULL,   -- digest of the compiled message (sha256, hex), part of the plan's
    checksum TEXT NOT NULL,   -- sha256 (hex) over the columns above, verified when read
    PRIMARY KEY (run, edition)
);

CREATE TABLE delivery (
    run             TEXT NOT NULL REFERENCES run (id),  -- the run it belongs to
    seq             INTEGER NOT NULL,  -- position in the plan, from 1
    address         TEXT NOT NULL,     -- normalised address
    name            TEXT NOT NULL,     -- the person's name, or empty
    language        TEXT NOT NULL,     -- what their list said, or empty
    edition         TEXT NOT NULL,     -- which message they get
    message_id      TEXT NOT NULL,     -- Message-ID without angle brackets, the same at every attempt
    token           TEXT NOT NULL,     -- unsubscribe token
    consent_expires TEXT,              -- last day (ISO date) the consent holds, NULL = no end
    state           TEXT NOT NULL CHECK (state IN
        ('pending', 'claimed', 'accepted', 'deferred', 'rejected', 'unknown', 'cancelled')),  -- DeliveryState
    attempts        INTEGER NOT NULL DEFAULT 0,  -- attempts begun
    deferrals       INTEGER NOT NULL DEFAULT 0,  -- times the relay asked to try later
    next_at         TEXT,              -- not before this instant, NULL = at once
    code            INTEGER NOT NULL DEFAULT 0,  -- last SMTP reply code, 0 = none
    enhanced        TEXT NOT NULL DEFAULT '',    -- last enhanced status (RFC 3463), or empty
    reply           TEXT NOT NULL DEFAULT '',    -- last words of the relay, or why it was cancelled
    claimed_at      TEXT,              -- when the intent of the latest attempt was recorded
    updated_at      TEXT,              -- last change of state
    PRIMARY KEY (run, seq),
    FOREIGN KEY (run, edition) REFERENCES message (run, edition)
) WITHOUT ROWID;

-- One address once in a run; and who got an issue in another one. The only index that is filled out of order: a
-- second one would double the time to write down a million recipients. Message-IDs are as unique as the addresses they
-- are made from.
CREATE UNIQUE INDEX delivery_address ON delivery (address, run);

CREATE TABLE exclusion (
    id        INTEGER PRIMARY KEY,               -- order in the plan
    run       TEXT NOT NULL REFERENCES run (id), -- the run they were left out of
    address   TEXT NOT NULL,     -- as the list has it, valid or not
    reason    TEXT NOT NULL,     -- Reason
    detail    TEXT NOT NULL,     -- one sentence
    list_name TEXT NOT NULL,     -- the list they stand in
    line      INTEGER NOT NULL   -- line of that file
);

CREATE INDEX exclusion_run ON exclusion (run, id);

CREATE TABLE attempt (
    id         INTEGER PRIMARY KEY,  -- order in which attempts were recorded
    run        TEXT NOT NULL,      -- the run
    seq        INTEGER NOT NULL,   -- the delivery
    address    TEXT NOT NULL,      -- RCPT TO
    number     INTEGER NOT NULL,   -- 1 = first attempt of this delivery
    started_at TEXT NOT NULL,      -- when it was begun
    ended_at   TEXT NOT NULL,      -- when its outcome was known
    outcome    TEXT NOT NULL CHECK (outcome IN
        ('accepted', 'deferred', 'rejected', 'not_sent', 'unknown')),  -- Outcome
    code       INTEGER NOT NULL,   -- SMTP reply code, 0 = none
    enhanced   TEXT NOT NULL,      -- enhanced status, or empty
    reply      TEXT NOT NULL,      -- the relay's words
    stage      TEXT NOT NULL,      -- how far it came: merge, mail, rcpt, data, body, dot; stopped: the answer ended the run
    FOREIGN KEY (run, seq) REFERENCES delivery (run, seq)
);

CREATE INDEX attempt_delivery ON attempt (run, seq);

-- What the code promises, held by the database too.

CREATE TRIGGER delivery_accepted_is_final BEFORE UPDATE ON delivery
WHEN OLD.state = 'accepted'
BEGIN
    SELECT RAISE (ABORT, 'an accepted delivery never changes');
END;

CREATE TRIGGER delivery_accepted_after_claim BEFORE UPDATE OF state ON delivery
WHEN NEW.state = 'accepted' AND OLD.state <> 'claimed'
BEGIN
    SELECT RAISE (ABORT, 'a delivery is accepted only after its intent was recorded');
END;

CREATE TRIGGER delivery_is_kept BEFORE DELETE ON delivery
BEGIN
    SELECT RAISE (ABORT, 'deliveries are never deleted');
END;

CREATE TRIGGER attempt_is_not_changed BEFORE UPDATE ON attempt
BEGIN
    SELECT RAISE (ABORT, 'attempts are append-only');
END;

CREATE TRIGGER attempt_is_not_deleted BEFORE DELETE ON attempt
BEGIN
    SELECT RAISE (ABORT, 'attempts are append-only');
END;
