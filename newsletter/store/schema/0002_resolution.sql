-- What became of deliveries in doubt, and who or what settled it.

CREATE TABLE resolution (
    id       INTEGER PRIMARY KEY,  -- order in which they were settled
    run      TEXT NOT NULL,        -- the run
    seq      INTEGER NOT NULL,     -- the delivery
    decision TEXT NOT NULL CHECK (decision IN ('accepted', 'again')),  -- Decision
    evidence TEXT NOT NULL,        -- what proves it, or whose word it is
    at       TEXT NOT NULL,        -- when it was settled
    FOREIGN KEY (run, seq) REFERENCES delivery (run, seq)
);

CREATE INDEX resolution_delivery ON resolution (run, seq);

CREATE TRIGGER resolution_is_not_changed BEFORE UPDATE ON resolution
BEGIN
    SELECT RAISE (ABORT, 'resolutions are append-only');
END;

CREATE TRIGGER resolution_is_not_deleted BEFORE DELETE ON resolution
BEGIN
    SELECT RAISE (ABORT, 'resolutions are append-only');
END;

-- Besides a recorded answer after a recorded intent, recorded evidence makes a delivery accepted.

DROP TRIGGER delivery_accepted_after_claim;

CREATE TRIGGER delivery_accepted_after_claim BEFORE UPDATE OF state ON delivery
WHEN NEW.state = 'accepted' AND OLD.state <> 'claimed' AND NOT (
    OLD.state = 'unknown' AND EXISTS (
        SELECT 1 FROM resolution
        WHERE resolution.run = OLD.run AND resolution.seq = OLD.seq AND resolution.decision = 'accepted'
    )
)
BEGIN
    SELECT RAISE (ABORT, 'a delivery is accepted only after its intent was recorded, or with evidence');
END;
