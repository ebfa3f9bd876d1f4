import { campaignDefinitionMigration } from './campaign-definition-migration.ts'
import { earlierMigrations } from './earlier-migrations.ts'

/**
 * The steps that bring a database from one version (`PRAGMA user_version`) to the next, in order; a new database takes them all. The
 * current tables are in `schema.ts`: `npm run migration` appends what they lack here, and a step that it cannot write is appended by
 * hand. An entry never changes after its release.
 */
export const migrations: readonly string[] = [
  ...earlierMigrations,
  campaignDefinitionMigration,
  `
  ALTER TABLE bench_lines ADD COLUMN wait_for_contact INTEGER NOT NULL DEFAULT 0;
  `,
  `
  CREATE TABLE bench_serials (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    scope INTEGER NOT NULL,
    serial TEXT NOT NULL,
    key TEXT NOT NULL,
    unit TEXT NOT NULL,
    run_id INTEGER,
    claimed_at INTEGER NOT NULL,
    retired_at INTEGER,
    shared INTEGER NOT NULL DEFAULT 0,
    reason TEXT,
    operator TEXT
  ) STRICT;
  CREATE UNIQUE INDEX bench_serials_by_number ON bench_serials(key, scope) WHERE shared = 0;
  CREATE UNIQUE INDEX bench_serials_by_unit ON bench_serials(unit, scope, key);
  CREATE INDEX bench_serials_by_run ON bench_serials(run_id) WHERE run_id is not null;
  CREATE INDEX bench_serials_shared ON bench_serials(key, scope) WHERE shared = 1;
  -- A number belongs to the unit that passed with it first; a later unit with the same one keeps it and is marked. Of several numbers
  -- of a unit the latest counts.
  INSERT INTO bench_serials (scope, serial, key, unit, run_id, claimed_at, retired_at, shared)
  SELECT scope, serial, key, unit, run_id, first_at,
    CASE WHEN ROW_NUMBER() OVER (PARTITION BY scope, unit ORDER BY last_id DESC) > 1 THEN last_at END,
    ROW_NUMBER() OVER (PARTITION BY scope, key ORDER BY first_id) > 1
  FROM (
    SELECT COALESCE(devices.product_id, bench_recipes.product_id, 0) AS scope, record.serial AS serial,
      UPPER(TRIM(record.serial)) AS key, record.unit AS unit, MIN(record.run_id) AS run_id, MIN(record.finished_at) AS first_at,
      MAX(record.finished_at) AS last_at, MIN(record.id) AS first_id, MAX(record.id) AS last_id
    FROM bench_records AS record
    LEFT JOIN devices ON devices.id = record.device_id
    LEFT JOIN bench_recipes ON bench_recipes.id = record.recipe_id
    WHERE record.state = 'passed' AND record.serial IS NOT NULL AND record.unit IS NOT NULL
    GROUP BY 1, 3, 4
  )
  ORDER BY first_id;
  `,
  `
  CREATE TABLE bench_values (
    record_id INTEGER NOT NULL REFERENCES bench_records(id) ON DELETE CASCADE,
    position INTEGER NOT NULL,
    name TEXT NOT NULL,
    reading TEXT NOT NULL,
    value REAL,
    unit TEXT,
    min REAL,
    max REAL,
    good INTEGER NOT NULL,
    recipe_id INTEGER,
    line_id INTEGER,
    finished_at INTEGER NOT NULL,
    PRIMARY KEY (record_id, position)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX bench_values_by_name ON bench_values(recipe_id, name, finished_at, line_id);
  `,
  `
  CREATE TABLE outbox (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    event_id INTEGER NOT NULL,
    station TEXT NOT NULL,
    kind TEXT NOT NULL,
    at INTEGER NOT NULL,
    data TEXT NOT NULL
  ) STRICT;
  CREATE TABLE sinks (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    kind TEXT NOT NULL,
    name TEXT NOT NULL UNIQUE,
    url TEXT NOT NULL,
    secret TEXT,
    topic TEXT,
    ca TEXT,
    enabled INTEGER NOT NULL,
    taken_seq INTEGER NOT NULL,
    full_seq INTEGER,
    missed INTEGER NOT NULL DEFAULT 0,
    last_sent_at INTEGER,
    last_error TEXT,
    created_at INTEGER NOT NULL
  ) STRICT;
  `,
  `
  DROP INDEX jobs_ended;
  CREATE INDEX devices_by_product ON devices(product_id, id);
  CREATE INDEX jobs_by_result ON jobs(state, finished_at) WHERE finished_at is not null;
  `,
  `
  CREATE TABLE bench_unit_names (
    name TEXT NOT NULL,
    unit TEXT NOT NULL,
    PRIMARY KEY (name, unit)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX bench_unit_names_by_unit ON bench_unit_names(unit);
  `,
]
