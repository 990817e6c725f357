-- When a run may go on, who wants what of it, and how fast mail goes out.

CREATE TABLE control (
    run               TEXT PRIMARY KEY NOT NULL REFERENCES run (id),  -- the run
    confirmed_by      TEXT NOT NULL DEFAULT '',  -- name of the person who confirmed it
    confirmed_account TEXT NOT NULL DEFAULT '',  -- account on the machine that person used: 'marie@office'
    at                TEXT,              -- the instant it is to begin, NULL = at once
    hold_until        TEXT,              -- nobody is sent anything before this instant, NULL = no hold
    begun_at          TEXT,              -- when sending began
    late              INTEGER NOT NULL DEFAULT 0,   -- 1 = a person said to begin however late it is
    ignore_quiet      INTEGER NOT NULL DEFAULT 0,   -- 1 = a person said to send in quiet hours too
    seeds             INTEGER NOT NULL DEFAULT 0,   -- the first so many deliveries go to our own people first
    wish              TEXT NOT NULL DEFAULT 'go' CHECK (wish IN ('go', 'pause', 'stop', 'cancel')),  -- Wish
    wished_by         TEXT NOT NULL DEFAULT '',     -- who has that wish
    wished_at         TEXT,                         -- since when
    reason            TEXT NOT NULL DEFAULT '',     -- why, in words
    waiting           TEXT NOT NULL DEFAULT '',     -- what the run waits for, in words, as last seen by a process
    waiting_until     TEXT                          -- until when, NULL = until somebody acts
) WITHOUT ROWID;

CREATE TABLE approval (
    id       INTEGER PRIMARY KEY,  -- order in which they were given
    digest   TEXT NOT NULL,        -- digest of the plan that was looked at (sha256, hex)
    issue    TEXT NOT NULL,        -- its issue
    person   TEXT NOT NULL,        -- name of the person who approves
    account  TEXT NOT NULL,        -- account on the machine that person used
    at       TEXT NOT NULL,        -- when
    total    INTEGER NOT NULL      -- how many people the plan addresses
);

CREATE INDEX approval_digest ON approval (digest);

CREATE TRIGGER approval_is_not_changed BEFORE UPDATE ON approval
BEGIN
    SELECT RAISE (ABORT, 'approvals are append-only');
END;

CREATE TRIGGER approval_is_not_deleted BEFORE DELETE ON approval
BEGIN
    SELECT RAISE (ABORT, 'approvals are append-only');
END;

-- Shared by all processes that send through one relay. Instants here are seconds since 1970: they are counted with.

CREATE TABLE pace (
    name         TEXT PRIMARY KEY NOT NULL,  -- the relay, or the relay and a receiving domain
    rate         REAL,                       -- messages per second at present, NULL = no limit
    ceiling      REAL,                       -- the rate it recovers to
    next_at      REAL NOT NULL,              -- the first moment that nobody has taken
    slowed_at    REAL NOT NULL,              -- when the relay last asked for less, 0 = never
    paused_until REAL NOT NULL               -- nothing is sent before, 0 = not paused
) WITHOUT ROWID;

CREATE TABLE warm_up (
    relay TEXT NOT NULL,     -- the relay
    day   TEXT NOT NULL,     -- ISO date in the publication's zone
    taken INTEGER NOT NULL,  -- messages begun on that day and not refused
    PRIMARY KEY (relay, day)
) WITHOUT ROWID;
