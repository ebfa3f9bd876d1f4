import type { OutgoingEvent } from '#shared/schema.ts'

/** A campaign event as the station writes it; texts with what is hard on the way. */
export const campaignEvent = (id: number, station = 'station-a'): OutgoingEvent => ({
  station,
  id,
  kind: 'campaign',
  at: '2026-12-01T08:00:00.123Z',
  version: 1,
  payload: {
    campaignId: id,
    campaign: `二号厂房 "A" \\ ${id}`,
    kind: 'upgrade',
    productKey: 'pk',
    product: '边缘网关',
    module: 'default',
    package: 'gateway',
    toVersion: '2.0.0',
    previousStatus: null,
    status: 'running',
    counts: {
      pending: 1,
      notified: 0,
      downloading: 0,
      installing: 0,
      succeeded: 0,
      failed: 0,
      cancelled: 0,
      skipped: 0,
    },
    createdAt: '2026-12-01T08:00:00.000Z',
    startedAt: null,
    finishedAt: null,
  },
})

export const jobEvent = (id: number, station = 'station-a'): OutgoingEvent => ({
  station,
  id,
  kind: 'job',
  at: '2026-12-01T08:00:00.123Z',
  version: 1,
  payload: {
    jobId: id,
    campaignId: 1,
    campaign: 'c',
    productKey: 'pk',
    product: 'p',
    device: `gw-${id}`,
    module: 'default',
    fromVersion: null,
    toVersion: '2.0.0',
    artifact: 'full',
    artifactSize: 4096,
    state: 'failed',
    errorCode: 'TIMEOUT',
    description: 'it’s 100% “odd” \u{1F4A1}\n; DROP TABLE jobs',
    attempt: 1,
    notifiedAt: null,
    startedAt: null,
    finishedAt: '2026-12-01T08:00:00.000Z',
  },
})

export const unitEvent = (id: number, station = 'station-a'): OutgoingEvent => ({
  station,
  id,
  kind: 'unit-record',
  at: '2026-12-01T08:00:00.123Z',
  version: 1,
  payload: {
    recordId: id,
    runId: id,
    attempt: 1,
    unit: 'A0:B7:65:00:00:01',
    serial: null,
    chip: 'ESP32',
    line: 'L1',
    slot: '1',
    recipe: 'r',
    recipeVersion: 3,
    images: [{ name: 'app.bin', address: 0x10000, size: 4096, sha256: 'ab'.repeat(32) }],
    state: 'passed',
    errorCode: null,
    errorData: {},
    operator: '王师傅',
    values: [{ name: 'rssi', text: '-61', value: -61, unit: 'dBm', min: -80, max: null, good: true }],
    first: true,
    startedAt: '2026-12-01T07:59:00.000Z',
    finishedAt: '2026-12-01T08:00:00.000Z',
  },
})

/** Events of every kind, in the order of their ids. */
export const someEvents = (from: number, count: number, station?: string): OutgoingEvent[] =>
  Array.from({ length: count }, (_, index) =>
    ([campaignEvent, jobEvent, unitEvent][index % 3] ?? campaignEvent)(from + index, station),
  )
