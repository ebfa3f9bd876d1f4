/** Counters by job state, for campaigns and groups. */
const states = ['pending', 'notified', 'downloading', 'installing', 'succeeded', 'failed', 'cancelled', 'skipped']
const counters = states.map((state) => `${state} INTEGER NOT NULL DEFAULT 0`).join(', ')
const uncount = states.map((state) => `${state} = ${state} - (OLD.state = '${state}')`).join(', ')
const kept = `id, package_id, name, status, created_at, started_at, finished_at, ${states.join(', ')}, start_at, joining, making,
  base_ended, base_failed, halt, rate_tokens, rate_at, wake_at, bytes_served, bytes_saved`

/**
 * Moves the options of a campaign from columns, `hints` and `plan` into one JSON. Columns that statements query are generated from
 * it. SQLite cannot add a stored generated column to a table, so the table is recreated.
 */
export const campaignDefinitionMigration = `
  -- It names the table that is dropped in between.
  DROP TRIGGER jobs_deleted;
  CREATE TABLE campaigns_new (
    id INTEGER PRIMARY KEY AUTOINCREMENT, package_id INTEGER NOT NULL REFERENCES packages(id) ON DELETE CASCADE,
    name TEXT NOT NULL, status TEXT NOT NULL, created_at INTEGER NOT NULL, started_at INTEGER, finished_at INTEGER,
    ${counters},
    start_at INTEGER, joining INTEGER NOT NULL DEFAULT 0, making TEXT, base_ended INTEGER NOT NULL DEFAULT 0,
    base_failed INTEGER NOT NULL DEFAULT 0, halt TEXT, rate_tokens REAL, rate_at INTEGER, wake_at INTEGER,
    bytes_served INTEGER NOT NULL DEFAULT 0, bytes_saved INTEGER NOT NULL DEFAULT 0,
    definition TEXT NOT NULL,
    kind TEXT NOT NULL GENERATED ALWAYS AS (definition ->> '$.kind') STORED,
    mode TEXT NOT NULL GENERATED ALWAYS AS (definition ->> '$.mode') STORED,
    transport TEXT NOT NULL GENERATED ALWAYS AS (definition ->> '$.transport') STORED,
    push INTEGER NOT NULL GENERATED ALWAYS AS (definition ->> '$.push') STORED,
    push_timeout_minutes INTEGER NOT NULL GENERATED ALWAYS AS (definition ->> '$.pushTimeoutMinutes') STORED
  ) STRICT;
  INSERT INTO campaigns_new (${kept}, definition)
    SELECT ${kept}, json_patch(
      json_object(
        'kind', kind, 'mode', mode, 'scope', scope, 'fromVersions', json(from_versions), 'strategy', strategy,
        'transport', protocol, 'push', '[false,true]' -> push, 'policy', policy, 'tags', json(tags),
        'timeoutMinutes', timeout_minutes, 'pushTimeoutMinutes', push_timeout_minutes,
        'groups', json((
          SELECT json_group_array(
            json_object('name', g.name, 'percent', g.percent, 'successPercent', g.success_percent, 'proceed', g.proceed)
            ORDER BY g.position
          ) FROM campaign_groups g WHERE g.campaign_id = campaigns.id AND g.percent IS NOT NULL
        ))
      ),
      -- Of these, a patch leaves out what is null.
      json_object(
        'deviceTags', plan -> '$.deviceTags', 'percent', plan -> '$.percent', 'overwrite', plan -> '$.overwrite',
        'window', plan -> '$.window', 'rate', plan -> '$.rate', 'failureThreshold', plan -> '$.failureThreshold',
        'stepTimeoutMinutes', plan -> '$.stepTimeoutMinutes', 'retry', hints -> '$.retry', 'conditions', hints -> '$.conditions'
      )
    ) FROM campaigns;
  -- The number of a deleted campaign is given to no other.
  DELETE FROM sqlite_sequence WHERE name = 'campaigns_new';
  INSERT INTO sqlite_sequence (name, seq) SELECT 'campaigns_new', seq FROM sqlite_sequence WHERE name = 'campaigns';
  DROP TABLE campaigns;
  ALTER TABLE campaigns_new RENAME TO campaigns;
  CREATE INDEX campaigns_by_package ON campaigns(package_id, id);
  CREATE INDEX campaigns_by_status ON campaigns(status, id);
  CREATE INDEX campaigns_wake ON campaigns(wake_at) WHERE wake_at IS NOT NULL;
  CREATE INDEX campaigns_joining ON campaigns(package_id) WHERE joining = 1;
  -- The share of a group is only read when its campaign begins, from the definition.
  ALTER TABLE campaign_groups DROP COLUMN percent;
  -- A deleted device takes its jobs along: the counts of the campaign and of the group follow.
  CREATE TRIGGER jobs_deleted AFTER DELETE ON jobs BEGIN
    UPDATE campaigns SET ${uncount} WHERE id = OLD.campaign_id;
    UPDATE campaign_groups SET retrying = retrying - (OLD.retry_at IS NOT NULL), patient = patient - (OLD.patience_until IS NOT NULL),
      ${uncount} WHERE campaign_id = OLD.campaign_id AND position = OLD.group_index;
  END;
`
