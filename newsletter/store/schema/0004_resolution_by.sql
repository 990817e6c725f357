-- Whose word a resolution is.

ALTER TABLE resolution ADD COLUMN decided_by TEXT NOT NULL DEFAULT '';  -- the person; empty when something proves it
