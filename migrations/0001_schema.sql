-- The schema of one version of the data set.
--
-- A database is built once, from checked seeds, and only read after that; a new version is a new database. So there
-- are no triggers, no foreign keys to keep (the seeds' check has proved every reference) and no statements that change
-- an earlier schema: this file is the schema, and a kept database with another one is built anew.
--
-- Kept portable: TEXT, INTEGER, 0-1 for truth, ISO days as TEXT (they compare as days do), '' and sentinels instead of
-- NULL where a column is filtered or sorted by (no database then disagrees about where NULL goes).
-- `n` numbers the records of a kind in order of id, so ties are settled by a small integer.
-- The finished documents are beside the database, in order of kind and `n`; the columns here only find them. So is the
-- full text, in a database of its own.

CREATE TABLE data_set (
    version TEXT NOT NULL,       -- content hash of the records
    build TEXT NOT NULL,         -- the program that built the database: documents depend on it
    fingerprint TEXT NOT NULL,   -- of the seed files: where it still fits, they need not be read again
    coverage TEXT NOT NULL       -- finished JSON: how many events, by decade, side and confidence
);

CREATE TABLE former_id (
    kind TEXT NOT NULL,
    id TEXT NOT NULL,
    present TEXT NOT NULL
);

-- Which events match, in which order and how many, is known from the index below; these columns serve what goes from
-- record to record.
CREATE TABLE event (
    n INTEGER PRIMARY KEY,
    id TEXT NOT NULL,
    first_place TEXT NOT NULL,   -- the first and last day, by the clock of the place
    last_place TEXT NOT NULL,
    title_en TEXT NOT NULL,      -- folded, to sort by
    title_zh TEXT NOT NULL
);

-- The index of events, which is held in memory, in parts.
CREATE TABLE event_index (
    name TEXT NOT NULL,
    sets TEXT NOT NULL,          -- the values that there are sets for, as JSON
    bytes BLOB NOT NULL          -- roaring bitmaps in their portable format, or four bytes an event
);

CREATE TABLE event_actor (
    event INTEGER NOT NULL,
    actor INTEGER NOT NULL
);

-- The day is the event's first: what an event had named by then.
CREATE TABLE event_commitment (
    event INTEGER NOT NULL,
    commitment INTEGER NOT NULL,
    first_place TEXT NOT NULL
);

-- Both directions, each under the name that it has from there.
CREATE TABLE event_related (
    event INTEGER NOT NULL,
    other INTEGER NOT NULL,
    relation TEXT NOT NULL
);

CREATE TABLE actor (
    n INTEGER PRIMARY KEY,
    id TEXT NOT NULL,
    kind TEXT NOT NULL,
    side TEXT NOT NULL,
    updated TEXT NOT NULL,
    events INTEGER NOT NULL,
    first_up TEXT NOT NULL,      -- `_up` to sort ascending, `_down` descending: each holds a missing value last
    first_down TEXT NOT NULL,
    last_up TEXT NOT NULL,
    last_down TEXT NOT NULL,
    name_en TEXT NOT NULL,
    name_zh TEXT NOT NULL
);

CREATE TABLE actor_post (
    actor INTEGER NOT NULL,
    organisation INTEGER NOT NULL, -- 0 for none
    title_en TEXT NOT NULL,        -- folded
    title_zh TEXT NOT NULL,
    from_day TEXT NOT NULL,        -- both ends included
    to_day TEXT NOT NULL
);

CREATE TABLE commitment (
    n INTEGER PRIMARY KEY,
    id TEXT NOT NULL,
    party TEXT NOT NULL,
    kind TEXT NOT NULL,
    updated TEXT NOT NULL,
    made TEXT NOT NULL,            -- the first day of the history
    target_year INTEGER NOT NULL,  -- 0 for none
    target_year_up INTEGER NOT NULL,
    target_year_down INTEGER NOT NULL,
    title_en TEXT NOT NULL,
    title_zh TEXT NOT NULL
);

-- Where a commitment stands from one day until another (not included): the fold of its history, computed once.
CREATE TABLE commitment_state (
    commitment INTEGER NOT NULL,
    from_day TEXT NOT NULL,
    until_day TEXT NOT NULL,
    status TEXT NOT NULL,
    since TEXT NOT NULL
);

CREATE TABLE commitment_topic (
    commitment INTEGER NOT NULL,
    topic TEXT NOT NULL
);

-- Both directions, each under the name that it has from there.
CREATE TABLE commitment_related (
    commitment INTEGER NOT NULL,
    other INTEGER NOT NULL,
    relation TEXT NOT NULL
);
