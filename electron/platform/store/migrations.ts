/**
 * What brings a database from one version (`PRAGMA user_version`) to the next, in order. An entry never changes once it
 * was released; the schema of today is `schema.ts`.
 */
export const migrations: readonly string[] = [
  `
  CREATE TABLE products (
    id INTEGER PRIMARY KEY AUTOINCREMENT, key TEXT NOT NULL UNIQUE, name TEXT NOT NULL UNIQUE, protocol TEXT NOT NULL,
    secret TEXT NOT NULL, auto_register INTEGER NOT NULL, plain_login INTEGER NOT NULL DEFAULT 1, success_criterion TEXT NOT NULL, created_at INTEGER NOT NULL
  ) STRICT;

  CREATE TABLE modules (
    id INTEGER PRIMARY KEY AUTOINCREMENT, product_id INTEGER NOT NULL REFERENCES products(id) ON DELETE CASCADE,
    name TEXT NOT NULL, alias TEXT, description TEXT, kind TEXT NOT NULL, vendor TEXT, model TEXT
  ) STRICT;
  CREATE UNIQUE INDEX modules_by_name ON modules(product_id, name);

  CREATE TABLE devices (
    id INTEGER PRIMARY KEY AUTOINCREMENT, product_id INTEGER NOT NULL REFERENCES products(id) ON DELETE CASCADE,
    name TEXT NOT NULL, secret TEXT NOT NULL, access_token TEXT NOT NULL UNIQUE, last_seen_at INTEGER, created_at INTEGER NOT NULL
  ) STRICT;
  CREATE UNIQUE INDEX devices_by_name ON devices(product_id, name);

  CREATE TABLE device_versions (
    device_id INTEGER NOT NULL REFERENCES devices(id) ON DELETE CASCADE, module TEXT NOT NULL, product_id INTEGER NOT NULL,
    version TEXT NOT NULL, reported_at INTEGER NOT NULL, PRIMARY KEY (device_id, module)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX device_versions_by_version ON device_versions(product_id, module, version);

  CREATE TABLE packages (
    id INTEGER PRIMARY KEY AUTOINCREMENT, product_id INTEGER NOT NULL REFERENCES products(id) ON DELETE CASCADE,
    module TEXT NOT NULL, name TEXT NOT NULL UNIQUE, version TEXT NOT NULL, sign_method TEXT NOT NULL,
    verification TEXT NOT NULL, description TEXT, custom_info TEXT, created_at INTEGER NOT NULL
  ) STRICT;
  CREATE UNIQUE INDEX packages_by_version ON packages(product_id, module, version);

  CREATE TABLE package_files (
    package_id INTEGER NOT NULL REFERENCES packages(id) ON DELETE CASCADE, position INTEGER NOT NULL, name TEXT NOT NULL,
    size INTEGER NOT NULL, md5 TEXT NOT NULL, sha256 TEXT NOT NULL, PRIMARY KEY (package_id, position)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX package_files_by_content ON package_files(sha256);

  CREATE TABLE campaigns (
    id INTEGER PRIMARY KEY AUTOINCREMENT, package_id INTEGER NOT NULL REFERENCES packages(id) ON DELETE CASCADE,
    name TEXT NOT NULL, kind TEXT NOT NULL, scope TEXT NOT NULL, from_versions TEXT NOT NULL, mode TEXT NOT NULL,
    strategy TEXT NOT NULL, protocol TEXT NOT NULL, push INTEGER NOT NULL, policy TEXT NOT NULL DEFAULT 'standard', tags TEXT NOT NULL, status TEXT NOT NULL,
    created_at INTEGER NOT NULL, started_at INTEGER, finished_at INTEGER,
    pending INTEGER NOT NULL DEFAULT 0, notified INTEGER NOT NULL DEFAULT 0, downloading INTEGER NOT NULL DEFAULT 0,
    installing INTEGER NOT NULL DEFAULT 0, succeeded INTEGER NOT NULL DEFAULT 0, failed INTEGER NOT NULL DEFAULT 0,
    cancelled INTEGER NOT NULL DEFAULT 0, skipped INTEGER NOT NULL DEFAULT 0
  ) STRICT;
  CREATE INDEX campaigns_by_package ON campaigns(package_id, id);
  CREATE INDEX campaigns_by_status ON campaigns(status, id);

  CREATE TABLE jobs (
    id INTEGER PRIMARY KEY AUTOINCREMENT, campaign_id INTEGER NOT NULL REFERENCES campaigns(id) ON DELETE CASCADE,
    device_id INTEGER NOT NULL REFERENCES devices(id) ON DELETE CASCADE, module TEXT NOT NULL, from_version TEXT,
    to_version TEXT NOT NULL, state TEXT NOT NULL, progress INTEGER NOT NULL DEFAULT 0, error_code TEXT, description TEXT,
    attempt INTEGER NOT NULL DEFAULT 1, notified_at INTEGER, started_at INTEGER, finished_at INTEGER, updated_at INTEGER NOT NULL
  ) STRICT;
  CREATE INDEX jobs_by_campaign ON jobs(campaign_id, id);
  CREATE INDEX jobs_by_campaign_state ON jobs(campaign_id, state, id);
  CREATE INDEX jobs_by_device ON jobs(device_id, id);
  CREATE INDEX jobs_ended ON jobs(finished_at, state) WHERE finished_at IS NOT NULL;
  -- The invariant itself: a device has at most one open job per module (product.md, rules of the field).
  CREATE UNIQUE INDEX jobs_one_open ON jobs(device_id, module) WHERE state IN ('pending', 'notified', 'downloading', 'installing');
  -- A deleted device takes its jobs along: the campaign's counts follow.
  CREATE TRIGGER jobs_deleted AFTER DELETE ON jobs BEGIN
    UPDATE campaigns SET
      pending = pending - (OLD.state = 'pending'), notified = notified - (OLD.state = 'notified'),
      downloading = downloading - (OLD.state = 'downloading'), installing = installing - (OLD.state = 'installing'),
      succeeded = succeeded - (OLD.state = 'succeeded'), failed = failed - (OLD.state = 'failed'),
      cancelled = cancelled - (OLD.state = 'cancelled'), skipped = skipped - (OLD.state = 'skipped')
    WHERE id = OLD.campaign_id;
  END;

  CREATE TABLE job_events (
    id INTEGER PRIMARY KEY, job_id INTEGER NOT NULL REFERENCES jobs(id) ON DELETE CASCADE, at INTEGER NOT NULL,
    state TEXT NOT NULL, what TEXT NOT NULL, detail TEXT
  ) STRICT;
  CREATE INDEX job_events_by_job ON job_events(job_id, id);

  CREATE TABLE key_values (key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;
  `,
  `
  ALTER TABLE campaigns ADD COLUMN hints TEXT;
  CREATE TABLE job_tokens (
    token TEXT PRIMARY KEY, job_id INTEGER NOT NULL REFERENCES jobs(id) ON DELETE CASCADE, attempt INTEGER NOT NULL,
    expires_at INTEGER NOT NULL
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX job_tokens_by_job ON job_tokens(job_id, attempt);
  `,
]
