/** The schema that holds every table of ours. */
export const SCHEMA = 'ota_bench'

interface Column {
  readonly name: string
  readonly type: string
  /** The member of the payload. */
  readonly member: string
}

const column = (name: string, type: string, member: string): Column => ({ name, type, member })

/** Typed columns of each kind beside the whole payload; the last version's. A new column needs a step of `postgresSteps`. */
export const postgresTables = {
  'unit-record': {
    table: 'unit_records',
    columns: [
      column('record_id', 'bigint', 'recordId'),
      column('run_id', 'bigint', 'runId'),
      column('attempt', 'integer', 'attempt'),
      column('unit', 'text', 'unit'),
      column('serial', 'text', 'serial'),
      column('chip', 'text', 'chip'),
      column('line', 'text', 'line'),
      column('slot', 'text', 'slot'),
      column('recipe', 'text', 'recipe'),
      column('recipe_version', 'integer', 'recipeVersion'),
      column('state', 'text', 'state'),
      column('error_code', 'text', 'errorCode'),
      column('operator', 'text', 'operator'),
      column('first', 'boolean', 'first'),
      column('started_at', 'timestamptz', 'startedAt'),
      column('finished_at', 'timestamptz', 'finishedAt'),
    ],
  },
  job: {
    table: 'jobs',
    columns: [
      column('job_id', 'bigint', 'jobId'),
      column('campaign_id', 'bigint', 'campaignId'),
      column('campaign', 'text', 'campaign'),
      column('product_key', 'text', 'productKey'),
      column('device', 'text', 'device'),
      column('module', 'text', 'module'),
      column('from_version', 'text', 'fromVersion'),
      column('to_version', 'text', 'toVersion'),
      column('artifact', 'text', 'artifact'),
      column('state', 'text', 'state'),
      column('error_code', 'text', 'errorCode'),
      column('description', 'text', 'description'),
      column('attempt', 'integer', 'attempt'),
      column('started_at', 'timestamptz', 'startedAt'),
      column('finished_at', 'timestamptz', 'finishedAt'),
    ],
  },
  campaign: {
    table: 'campaigns',
    columns: [
      column('campaign_id', 'bigint', 'campaignId'),
      column('campaign', 'text', 'campaign'),
      column('product_key', 'text', 'productKey'),
      column('module', 'text', 'module'),
      column('to_version', 'text', 'toVersion'),
      column('previous_status', 'text', 'previousStatus'),
      column('status', 'text', 'status'),
      column('created_at', 'timestamptz', 'createdAt'),
      column('started_at', 'timestamptz', 'startedAt'),
      column('finished_at', 'timestamptz', 'finishedAt'),
    ],
  },
} as const satisfies Record<string, { readonly table: string; readonly columns: readonly Column[] }>

/** What every table begins with: the key of an event, when it happened, when it arrived. */
const heads = (columns: string): string => `
    station text NOT NULL,
    id bigint NOT NULL,
    at timestamptz NOT NULL,
    received_at timestamptz NOT NULL DEFAULT now(),
    ${columns}
    payload jsonb NOT NULL,
    PRIMARY KEY (station, id)`

/** The way from each version of the tables to the next; a step never changes after its release. */
export const postgresSteps: readonly string[] = [
  `CREATE TABLE ${SCHEMA}.unit_records (${heads(`record_id bigint, run_id bigint, attempt integer, unit text, serial text, chip text,
    line text, slot text, recipe text, recipe_version integer, state text, error_code text, operator text, first boolean,
    started_at timestamptz, finished_at timestamptz,`)});
  CREATE INDEX unit_records_by_unit ON ${SCHEMA}.unit_records (unit);
  CREATE INDEX unit_records_by_serial ON ${SCHEMA}.unit_records (serial);
  CREATE INDEX unit_records_by_time ON ${SCHEMA}.unit_records (finished_at);
  CREATE VIEW ${SCHEMA}.unit_values AS
    SELECT r.station, r.id, r.unit AS unit_id, r.serial, r.line, r.slot, r.recipe, r.recipe_version, r.state, r.finished_at,
      v->>'name' AS name, v->>'text' AS text, (v->>'value')::double precision AS value, v->>'unit' AS unit,
      (v->>'min')::double precision AS min, (v->>'max')::double precision AS max, (v->>'good')::boolean AS good
    FROM ${SCHEMA}.unit_records r CROSS JOIN LATERAL jsonb_array_elements(r.payload->'values') AS v;
  CREATE TABLE ${SCHEMA}.jobs (${heads(`job_id bigint, campaign_id bigint, campaign text, product_key text, device text, module text,
    from_version text, to_version text, artifact text, state text, error_code text, description text, attempt integer,
    started_at timestamptz, finished_at timestamptz,`)});
  CREATE INDEX jobs_by_job ON ${SCHEMA}.jobs (station, job_id, id);
  CREATE INDEX jobs_by_device ON ${SCHEMA}.jobs (device);
  CREATE TABLE ${SCHEMA}.campaigns (${heads(`campaign_id bigint, campaign text, product_key text, module text, to_version text,
    previous_status text, status text, created_at timestamptz, started_at timestamptz, finished_at timestamptz,`)});
  CREATE INDEX campaigns_by_campaign ON ${SCHEMA}.campaigns (station, campaign_id, id);
  CREATE VIEW ${SCHEMA}.latest_jobs AS
    SELECT DISTINCT ON (station, job_id) * FROM ${SCHEMA}.jobs ORDER BY station, job_id, id DESC;
  CREATE VIEW ${SCHEMA}.latest_campaigns AS
    SELECT DISTINCT ON (station, campaign_id) * FROM ${SCHEMA}.campaigns ORDER BY station, campaign_id, id DESC;`,
]

type Kind = keyof typeof postgresTables

/** The statement that stores events of a kind, given as one JSON array; events that are there already stay. */
export const insertOf = (kind: Kind): string => {
  const { table, columns } = postgresTables[kind]
  const names = columns.map(({ name }) => name).join(', ')
  const values = columns.map(({ type, member }) => `(e.payload->>'${member}')::${type}`).join(', ')
  return `INSERT INTO ${SCHEMA}.${table} (station, id, at, ${names}, payload)
    SELECT e.station, e.id, e.at, ${values}, e.payload
    FROM jsonb_to_recordset($1::jsonb) AS e(station text, id bigint, at timestamptz, payload jsonb)
    ON CONFLICT DO NOTHING`
}
