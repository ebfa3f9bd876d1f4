/** The first steps, from an empty database on: history, which nobody changes. */
export const earlierMigrations: readonly string[] = [
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
  -- The invariant itself: a device has at most one open job per module (docs/product.md §4.3).
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
  `
  ALTER TABLE campaigns ADD COLUMN plan TEXT NOT NULL DEFAULT '{}';
  ALTER TABLE campaigns ADD COLUMN start_at INTEGER;
  ALTER TABLE campaigns ADD COLUMN timeout_minutes INTEGER NOT NULL DEFAULT 120;
  ALTER TABLE campaigns ADD COLUMN push_timeout_minutes INTEGER NOT NULL DEFAULT 60;
  ALTER TABLE campaigns ADD COLUMN joining INTEGER NOT NULL DEFAULT 0;
  ALTER TABLE campaigns ADD COLUMN making TEXT;
  ALTER TABLE campaigns ADD COLUMN base_ended INTEGER NOT NULL DEFAULT 0;
  ALTER TABLE campaigns ADD COLUMN base_failed INTEGER NOT NULL DEFAULT 0;
  ALTER TABLE campaigns ADD COLUMN rate_tokens REAL;
  ALTER TABLE campaigns ADD COLUMN rate_at INTEGER;
  ALTER TABLE campaigns ADD COLUMN wake_at INTEGER;
  ALTER TABLE campaigns ADD COLUMN bytes_served INTEGER NOT NULL DEFAULT 0;
  CREATE INDEX campaigns_wake ON campaigns(wake_at) WHERE wake_at IS NOT NULL;
  CREATE INDEX campaigns_joining ON campaigns(package_id) WHERE joining = 1;

  CREATE TABLE campaign_groups (
    campaign_id INTEGER NOT NULL REFERENCES campaigns(id) ON DELETE CASCADE, position INTEGER NOT NULL, name TEXT NOT NULL, percent INTEGER,
    success_percent INTEGER, proceed TEXT NOT NULL, status TEXT NOT NULL, opened_at INTEGER, retrying INTEGER NOT NULL DEFAULT 0,
    pending INTEGER NOT NULL DEFAULT 0, notified INTEGER NOT NULL DEFAULT 0, downloading INTEGER NOT NULL DEFAULT 0,
    installing INTEGER NOT NULL DEFAULT 0, succeeded INTEGER NOT NULL DEFAULT 0, failed INTEGER NOT NULL DEFAULT 0,
    cancelled INTEGER NOT NULL DEFAULT 0, skipped INTEGER NOT NULL DEFAULT 0, PRIMARY KEY (campaign_id, position)
  ) STRICT, WITHOUT ROWID;
  -- Campaigns of before have the rest alone.
  INSERT INTO campaign_groups SELECT id, 0, '', NULL, NULL, 'auto', 'open', started_at, 0,
    pending, notified, downloading, installing, succeeded, failed, cancelled, skipped FROM campaigns;

  ALTER TABLE jobs ADD COLUMN group_index INTEGER NOT NULL DEFAULT 0;
  ALTER TABLE jobs ADD COLUMN retry_at INTEGER;
  ALTER TABLE jobs ADD COLUMN deadline_at INTEGER;
  UPDATE jobs SET deadline_at = updated_at + 7200000 WHERE state IN ('notified', 'downloading', 'installing');
  CREATE INDEX jobs_retry ON jobs(retry_at) WHERE retry_at IS NOT NULL;
  CREATE INDEX jobs_retry_by_campaign ON jobs(campaign_id, retry_at) WHERE retry_at IS NOT NULL;
  CREATE INDEX jobs_deadline ON jobs(deadline_at) WHERE deadline_at IS NOT NULL;
  DROP TRIGGER jobs_deleted;
  -- A deleted device takes its jobs along: the counts of the campaign and of the group follow.
  CREATE TRIGGER jobs_deleted AFTER DELETE ON jobs BEGIN
    UPDATE campaigns SET
      pending = pending - (OLD.state = 'pending'), notified = notified - (OLD.state = 'notified'),
      downloading = downloading - (OLD.state = 'downloading'), installing = installing - (OLD.state = 'installing'),
      succeeded = succeeded - (OLD.state = 'succeeded'), failed = failed - (OLD.state = 'failed'),
      cancelled = cancelled - (OLD.state = 'cancelled'), skipped = skipped - (OLD.state = 'skipped')
    WHERE id = OLD.campaign_id;
    UPDATE campaign_groups SET retrying = retrying - (OLD.retry_at IS NOT NULL),
      pending = pending - (OLD.state = 'pending'), notified = notified - (OLD.state = 'notified'),
      downloading = downloading - (OLD.state = 'downloading'), installing = installing - (OLD.state = 'installing'),
      succeeded = succeeded - (OLD.state = 'succeeded'), failed = failed - (OLD.state = 'failed'),
      cancelled = cancelled - (OLD.state = 'cancelled'), skipped = skipped - (OLD.state = 'skipped')
    WHERE campaign_id = OLD.campaign_id AND position = OLD.group_index;
  END;

  CREATE TABLE device_tags (
    device_id INTEGER NOT NULL REFERENCES devices(id) ON DELETE CASCADE, tag TEXT NOT NULL, product_id INTEGER NOT NULL,
    PRIMARY KEY (device_id, tag)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX device_tags_by_tag ON device_tags(product_id, tag, device_id);

  ALTER TABLE packages ADD COLUMN skip_reason TEXT;
  `,
  `
  CREATE TABLE audit (
    id INTEGER PRIMARY KEY AUTOINCREMENT, at INTEGER NOT NULL, operator TEXT, source TEXT NOT NULL, action TEXT NOT NULL,
    subject TEXT NOT NULL, detail TEXT
  ) STRICT;
  CREATE INDEX audit_by_action ON audit(action, id);

  CREATE TABLE outcome_days (
    product_id INTEGER NOT NULL REFERENCES products(id) ON DELETE CASCADE, module TEXT NOT NULL, day TEXT NOT NULL,
    state TEXT NOT NULL, reason TEXT NOT NULL, jobs INTEGER NOT NULL, PRIMARY KEY (product_id, module, day, state, reason)
  ) STRICT, WITHOUT ROWID;
  INSERT INTO outcome_days
    SELECT d.product_id, j.module, date(ifnull(j.finished_at, j.updated_at) / 1000, 'unixepoch', 'localtime') AS day, j.state,
      iif(j.state = 'failed', ifnull(j.error_code, ''), '') AS reason, count(*)
    FROM jobs j JOIN devices d ON d.id = j.device_id WHERE j.state IN ('succeeded', 'failed') GROUP BY 1, 2, 3, 4, 5;
  -- A job that is tried again, or proven late, has not ended as it was counted.
  CREATE TRIGGER jobs_by_day AFTER UPDATE OF state ON jobs
  WHEN OLD.state <> NEW.state AND (OLD.state IN ('succeeded', 'failed') OR NEW.state IN ('succeeded', 'failed')) BEGIN
    UPDATE outcome_days SET jobs = jobs - 1
    WHERE OLD.state IN ('succeeded', 'failed') AND product_id = (SELECT product_id FROM devices WHERE id = OLD.device_id)
      AND module = OLD.module AND day = date(ifnull(OLD.finished_at, OLD.updated_at) / 1000, 'unixepoch', 'localtime')
      AND state = OLD.state AND reason = iif(OLD.state = 'failed', ifnull(OLD.error_code, ''), '') AND jobs > 0;
    INSERT INTO outcome_days
      SELECT product_id, NEW.module, date(ifnull(NEW.finished_at, NEW.updated_at) / 1000, 'unixepoch', 'localtime'), NEW.state,
        iif(NEW.state = 'failed', ifnull(NEW.error_code, ''), ''), 1
      FROM devices WHERE id = NEW.device_id AND NEW.state IN ('succeeded', 'failed')
      ON CONFLICT DO UPDATE SET jobs = jobs + 1;
  END;

  CREATE TABLE version_days (
    product_id INTEGER NOT NULL REFERENCES products(id) ON DELETE CASCADE, module TEXT NOT NULL, day TEXT NOT NULL,
    version TEXT NOT NULL, devices INTEGER NOT NULL, PRIMARY KEY (product_id, module, day, version)
  ) STRICT, WITHOUT ROWID;

  CREATE TABLE traffic_days (
    product_id INTEGER NOT NULL REFERENCES products(id) ON DELETE CASCADE, module TEXT NOT NULL, day TEXT NOT NULL,
    bytes INTEGER NOT NULL, PRIMARY KEY (product_id, module, day)
  ) STRICT, WITHOUT ROWID;
  `,
  `
  -- When a job entered its state, until when its notice is to be acknowledged, how often it was tried again without a person.
  ALTER TABLE jobs ADD COLUMN entered_at INTEGER NOT NULL DEFAULT 0;
  ALTER TABLE jobs ADD COLUMN acknowledge_by INTEGER;
  ALTER TABLE jobs ADD COLUMN auto_retries INTEGER NOT NULL DEFAULT 0;
  UPDATE jobs SET entered_at = updated_at, auto_retries = attempt - 1
    WHERE attempt > 1 OR state IN ('pending', 'notified', 'downloading', 'installing');
  ALTER TABLE job_events ADD COLUMN reason TEXT;
  CREATE TABLE campaign_devices (
    campaign_id INTEGER PRIMARY KEY REFERENCES campaigns(id) ON DELETE CASCADE, device_ids TEXT NOT NULL
  ) STRICT;
  INSERT INTO campaign_devices SELECT id, json_extract(making, '$.deviceIds') FROM campaigns
    WHERE making IS NOT NULL AND json_type(making, '$.deviceIds') = 'array';
  ALTER TABLE packages ADD COLUMN skipped INTEGER NOT NULL DEFAULT 0;
  UPDATE packages SET skipped = 1 WHERE verification = 'skipped' OR skip_reason IS NOT NULL;
  `,
  `
  ALTER TABLE modules ADD COLUMN device_class TEXT NOT NULL DEFAULT 'linux';
  ALTER TABLE modules ADD COLUMN ram_bytes INTEGER;

  -- Images that devices run and that no package has.
  CREATE TABLE base_images (
    id INTEGER PRIMARY KEY AUTOINCREMENT, product_id INTEGER NOT NULL REFERENCES products(id) ON DELETE CASCADE, module TEXT NOT NULL,
    version TEXT NOT NULL, name TEXT NOT NULL, size INTEGER NOT NULL, sha256 TEXT NOT NULL, created_at INTEGER NOT NULL
  ) STRICT;
  CREATE UNIQUE INDEX base_images_by_version ON base_images(product_id, module, version);

  CREATE TABLE diffs (
    id INTEGER PRIMARY KEY AUTOINCREMENT, package_id INTEGER NOT NULL REFERENCES packages(id) ON DELETE CASCADE,
    from_version TEXT NOT NULL, format TEXT NOT NULL, source TEXT NOT NULL, status TEXT NOT NULL,
    base_kind TEXT, base_package_id INTEGER, base_name TEXT, base_size INTEGER, base_sha256 TEXT,
    file_name TEXT, size INTEGER, md5 TEXT, sha256 TEXT, seconds REAL, advice TEXT, checked INTEGER NOT NULL DEFAULT 0,
    error TEXT, error_data TEXT, created_at INTEGER NOT NULL, finished_at INTEGER
  ) STRICT;
  CREATE INDEX diffs_by_package ON diffs(package_id, from_version);
  CREATE INDEX diffs_open ON diffs(id) WHERE status IN ('queued', 'running');

  ALTER TABLE jobs ADD COLUMN artifact TEXT;
  ALTER TABLE jobs ADD COLUMN diff_id INTEGER;
  ALTER TABLE jobs ADD COLUMN artifact_size INTEGER;
  ALTER TABLE jobs ADD COLUMN artifact_note TEXT;
  ALTER TABLE jobs ADD COLUMN full_next INTEGER NOT NULL DEFAULT 0;
  CREATE INDEX jobs_by_diff ON jobs(diff_id) WHERE diff_id IS NOT NULL;

  ALTER TABLE campaigns ADD COLUMN bytes_saved INTEGER NOT NULL DEFAULT 0;
  ALTER TABLE traffic_days ADD COLUMN saved INTEGER NOT NULL DEFAULT 0;
  `,
  `
  CREATE TABLE bench_recipes (
    id INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT NOT NULL UNIQUE, version INTEGER NOT NULL,
    product_id INTEGER REFERENCES products(id) ON DELETE SET NULL, content TEXT NOT NULL, created_at INTEGER NOT NULL, updated_at INTEGER NOT NULL
  ) STRICT;
  CREATE TABLE bench_recipe_versions (
    recipe_id INTEGER NOT NULL REFERENCES bench_recipes(id) ON DELETE CASCADE, version INTEGER NOT NULL, content TEXT NOT NULL,
    created_at INTEGER NOT NULL, PRIMARY KEY (recipe_id, version)
  ) STRICT, WITHOUT ROWID;
  -- Content that a recipe keeps itself, of its version of today; what comes from a package is the package's.
  CREATE TABLE bench_recipe_files (
    recipe_id INTEGER NOT NULL REFERENCES bench_recipes(id) ON DELETE CASCADE, sha256 TEXT NOT NULL, PRIMARY KEY (recipe_id, sha256)
  ) STRICT, WITHOUT ROWID;

  CREATE TABLE bench_lines (
    id INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT NOT NULL UNIQUE, recipe_id INTEGER REFERENCES bench_recipes(id) ON DELETE SET NULL,
    auto_start INTEGER, operator TEXT, simulated INTEGER NOT NULL DEFAULT 0, created_at INTEGER NOT NULL
  ) STRICT;
  CREATE TABLE bench_slots (
    id INTEGER PRIMARY KEY AUTOINCREMENT, line_id INTEGER NOT NULL REFERENCES bench_lines(id) ON DELETE CASCADE, position INTEGER NOT NULL,
    label TEXT NOT NULL, location TEXT, path TEXT
  ) STRICT;
  CREATE INDEX bench_slots_by_line ON bench_slots(line_id, position);
  -- A place is in one slot.
  CREATE UNIQUE INDEX bench_slots_by_location ON bench_slots(location) WHERE location IS NOT NULL;
  CREATE UNIQUE INDEX bench_slots_by_path ON bench_slots(path) WHERE path IS NOT NULL;

  CREATE TABLE bench_runs (
    id INTEGER PRIMARY KEY AUTOINCREMENT, line_id INTEGER REFERENCES bench_lines(id) ON DELETE SET NULL,
    slot_id INTEGER REFERENCES bench_slots(id) ON DELETE SET NULL, line_name TEXT NOT NULL, slot_label TEXT NOT NULL,
    recipe_id INTEGER REFERENCES bench_recipes(id) ON DELETE SET NULL, recipe_name TEXT NOT NULL, recipe_version INTEGER NOT NULL,
    unit TEXT, serial TEXT, chip TEXT, images TEXT NOT NULL, state TEXT NOT NULL, phase TEXT, error_code TEXT, error_data TEXT NOT NULL DEFAULT '{}',
    operator TEXT, again INTEGER NOT NULL DEFAULT 0, attempt INTEGER NOT NULL DEFAULT 1,
    created_at INTEGER NOT NULL, started_at INTEGER, finished_at INTEGER
  ) STRICT;
  CREATE INDEX bench_runs_by_slot ON bench_runs(slot_id, id);
  CREATE INDEX bench_runs_by_line ON bench_runs(line_id, id);
  CREATE INDEX bench_runs_by_recipe ON bench_runs(recipe_id, id);
  -- The invariant itself: a slot holds at most one open run.
  CREATE UNIQUE INDEX bench_runs_one_open ON bench_runs(slot_id) WHERE state IN ('waiting', 'running');

  CREATE TABLE bench_records (
    id INTEGER PRIMARY KEY AUTOINCREMENT, run_id INTEGER NOT NULL, attempt INTEGER NOT NULL, unit TEXT, serial TEXT, chip TEXT,
    line_id INTEGER, line_name TEXT NOT NULL, slot_id INTEGER, slot_label TEXT NOT NULL,
    recipe_id INTEGER, recipe_name TEXT NOT NULL, recipe_version INTEGER NOT NULL, images TEXT NOT NULL,
    state TEXT NOT NULL, error_code TEXT, error_data TEXT NOT NULL, operator TEXT, first INTEGER NOT NULL,
    started_at INTEGER NOT NULL, finished_at INTEGER NOT NULL,
    device_id INTEGER REFERENCES devices(id) ON DELETE SET NULL, log TEXT NOT NULL
  ) STRICT;
  CREATE UNIQUE INDEX bench_records_by_run ON bench_records(run_id, attempt);
  CREATE INDEX bench_records_by_unit ON bench_records(unit, recipe_id, recipe_version) WHERE unit IS NOT NULL;
  CREATE INDEX bench_records_by_device ON bench_records(device_id, id) WHERE device_id IS NOT NULL;
  CREATE INDEX bench_records_by_time ON bench_records(finished_at);
  `,
  `
  -- The patience of a job whose device still reports the old version; why a campaign halted by itself.
  ALTER TABLE jobs ADD COLUMN patience_until INTEGER;
  ALTER TABLE campaign_groups ADD COLUMN patient INTEGER NOT NULL DEFAULT 0;
  ALTER TABLE campaigns ADD COLUMN halt TEXT;
  DROP TRIGGER jobs_deleted;
  -- A deleted device takes its jobs along: the counts of the campaign and of the group follow.
  CREATE TRIGGER jobs_deleted AFTER DELETE ON jobs BEGIN
    UPDATE campaigns SET
      pending = pending - (OLD.state = 'pending'), notified = notified - (OLD.state = 'notified'),
      downloading = downloading - (OLD.state = 'downloading'), installing = installing - (OLD.state = 'installing'),
      succeeded = succeeded - (OLD.state = 'succeeded'), failed = failed - (OLD.state = 'failed'),
      cancelled = cancelled - (OLD.state = 'cancelled'), skipped = skipped - (OLD.state = 'skipped')
    WHERE id = OLD.campaign_id;
    UPDATE campaign_groups SET retrying = retrying - (OLD.retry_at IS NOT NULL), patient = patient - (OLD.patience_until IS NOT NULL),
      pending = pending - (OLD.state = 'pending'), notified = notified - (OLD.state = 'notified'),
      downloading = downloading - (OLD.state = 'downloading'), installing = installing - (OLD.state = 'installing'),
      succeeded = succeeded - (OLD.state = 'succeeded'), failed = failed - (OLD.state = 'failed'),
      cancelled = cancelled - (OLD.state = 'cancelled'), skipped = skipped - (OLD.state = 'skipped')
    WHERE campaign_id = OLD.campaign_id AND position = OLD.group_index;
  END;
  `,
  `
  -- Names of packages are their product's: SQLite drops no constraint but with its table.
  CREATE TABLE packages_new (
    id INTEGER PRIMARY KEY AUTOINCREMENT, product_id INTEGER NOT NULL REFERENCES products(id) ON DELETE CASCADE,
    module TEXT NOT NULL, name TEXT NOT NULL, version TEXT NOT NULL, sign_method TEXT NOT NULL,
    verification TEXT NOT NULL, description TEXT, custom_info TEXT, created_at INTEGER NOT NULL,
    skip_reason TEXT, skipped INTEGER NOT NULL DEFAULT 0
  ) STRICT;
  INSERT INTO packages_new SELECT id, product_id, module, name, version, sign_method, verification, description, custom_info, created_at,
    skip_reason, skipped FROM packages;
  -- The number of a deleted package is given to no other.
  DELETE FROM sqlite_sequence WHERE name = 'packages_new';
  INSERT INTO sqlite_sequence (name, seq) SELECT 'packages_new', seq FROM sqlite_sequence WHERE name = 'packages';
  DROP TABLE packages;
  ALTER TABLE packages_new RENAME TO packages;
  CREATE UNIQUE INDEX packages_by_version ON packages(product_id, module, version);
  CREATE UNIQUE INDEX packages_by_name ON packages(product_id, name);
  `,
  `
  -- Devices that a product's secret made are told apart and bounded. Of those that are there already nobody knows who made them.
  ALTER TABLE products ADD COLUMN auto_register_limit INTEGER NOT NULL DEFAULT 10000;
  ALTER TABLE devices ADD COLUMN self_registered INTEGER NOT NULL DEFAULT 0;
  CREATE INDEX devices_self_registered ON devices(product_id) WHERE self_registered = 1;
  `,
]
