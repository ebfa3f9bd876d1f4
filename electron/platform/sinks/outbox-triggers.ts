import { jobStates, openJobStates } from '#shared/states/job.ts'

/** Functions of the connection that the triggers call. */
export const outboxFunctions = { id: 'outbox_event_id', now: 'outbox_now', station: 'outbox_station' } as const

const insert = (kind: string, members: Readonly<Record<string, string>>, from: string): string =>
  `INSERT INTO outbox (event_id, station, kind, at, data)
      SELECT ${outboxFunctions.id}(), ${outboxFunctions.station}(), '${kind}', ${outboxFunctions.now}(), json_object(${Object.entries(
        members,
      )
        .map(([name, value]) => `'${name}', ${value}`)
        .join(', ')})${from};`

const unitRecord = insert(
  'unit-record',
  {
    recordId: 'NEW.id',
    runId: 'NEW.run_id',
    attempt: 'NEW.attempt',
    unit: 'NEW.unit',
    serial: 'NEW.serial',
    chip: 'NEW.chip',
    line: 'NEW.line_name',
    slot: 'NEW.slot_label',
    recipe: 'NEW.recipe_name',
    recipeVersion: 'NEW.recipe_version',
    images: 'json(NEW.images)',
    state: 'NEW.state',
    errorCode: 'NEW.error_code',
    errorData: 'json(NEW.error_data)',
    operator: 'NEW.operator',
    // Written after the record, by the trigger of its values.
    values: 'json_array()',
    first: 'NEW.first',
    startedAt: 'NEW.started_at',
    finishedAt: 'NEW.finished_at',
  },
  '',
)

/** A value joins its record, which is the newest event of the same transaction. */
const unitValue = `UPDATE outbox SET data = json_insert(data, '$.values[#]', json_object(
      'name', NEW.name, 'text', NEW.reading, 'value', NEW.value, 'unit', NEW.unit, 'min', NEW.min, 'max', NEW.max,
      'good', json(iif(NEW.good, 'true', 'false'))))
      WHERE seq = (SELECT max(seq) FROM outbox) AND kind = 'unit-record' AND json_extract(data, '$.recordId') = NEW.record_id;`

const job = insert(
  'job',
  {
    jobId: 'NEW.id',
    campaignId: 'NEW.campaign_id',
    campaign: 'campaigns.name',
    productKey: 'products.key',
    product: 'products.name',
    device: 'devices.name',
    module: 'NEW.module',
    fromVersion: 'NEW.from_version',
    toVersion: 'NEW.to_version',
    artifact: 'NEW.artifact',
    artifactSize: 'NEW.artifact_size',
    state: 'NEW.state',
    errorCode: 'NEW.error_code',
    description: 'NEW.description',
    attempt: 'NEW.attempt',
    notifiedAt: 'NEW.notified_at',
    startedAt: 'NEW.started_at',
    finishedAt: 'NEW.finished_at',
  },
  ` FROM campaigns, devices, products
      WHERE campaigns.id = NEW.campaign_id AND devices.id = NEW.device_id AND products.id = devices.product_id`,
)

const campaign = (previous: string): string =>
  insert(
    'campaign',
    {
      campaignId: 'NEW.id',
      campaign: 'NEW.name',
      kind: "json_extract(NEW.definition, '$.kind')",
      productKey: 'products.key',
      product: 'products.name',
      module: 'packages.module',
      package: 'packages.name',
      toVersion: 'packages.version',
      previousStatus: previous,
      status: 'NEW.status',
      counts: `json_object(${jobStates.map((state) => `'${state}', NEW.${state}`).join(', ')})`,
      createdAt: 'NEW.created_at',
      startedAt: 'NEW.started_at',
      finishedAt: 'NEW.finished_at',
    },
    ` FROM packages, products WHERE packages.id = NEW.package_id AND products.id = packages.product_id`,
  )

const isOpen = (row: 'OLD' | 'NEW'): string =>
  `${row}.state IN (${openJobStates.map((state) => `'${state}'`).join(', ')})`

/**
 * What writes the outbox, by name: temporary triggers, which are this connection's own and are there only while there is a sink. They
 * see every way in which a row changes, also statements over many rows, in the transaction of the change. Statements in a trigger must
 * not name a database, so that `outbox` is the main one.
 */
export const outboxTriggers: Readonly<Record<string, string>> = {
  outbox_unit_record: `AFTER INSERT ON main.bench_records BEGIN ${unitRecord} END`,
  outbox_unit_value: `AFTER INSERT ON main.bench_values BEGIN ${unitValue} END`,
  // A job may be made ended, as skipped.
  outbox_job_made: `AFTER INSERT ON main.jobs WHEN NOT ${isOpen('NEW')} BEGIN ${job} END`,
  // One that ends, and an ended one that is open again or ended otherwise.
  outbox_job: `AFTER UPDATE OF state ON main.jobs
    WHEN OLD.state <> NEW.state AND NOT (${isOpen('OLD')} AND ${isOpen('NEW')}) BEGIN ${job} END`,
  outbox_campaign_made: `AFTER INSERT ON main.campaigns BEGIN ${campaign('NULL')} END`,
  outbox_campaign: `AFTER UPDATE OF status ON main.campaigns WHEN OLD.status <> NEW.status BEGIN ${campaign('OLD.status')} END`,
}
