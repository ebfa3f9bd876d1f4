interface Definition {
  readonly type: 'counter' | 'gauge' | 'histogram'
  readonly labels: readonly string[]
  readonly help: string
  /** Upper bounds of a histogram's buckets, seconds. */
  readonly buckets?: readonly number[]
}

const counter = (help: string, ...labels: string[]): Definition => ({ type: 'counter', labels, help })
const gauge = (help: string, ...labels: string[]): Definition => ({ type: 'gauge', labels, help })
const histogram = (help: string, buckets: readonly number[]): Definition => ({
  type: 'histogram',
  labels: [],
  help,
  buckets,
})

/** From a write that finds the disk idle to a device that has given up waiting. */
export const diskSeconds = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10]

/** Every metric, without the prefix `ota_bench_`. Names follow Prometheus: base units, `_total` for counters. */
export const definitions = {
  info: gauge('Always 1; the labels say what runs', 'version', 'node'),
  start_time_seconds: gauge('When the process started, seconds since 1970'),
  process_cpu_seconds_total: counter('CPU time of the process, user and system'),
  process_resident_memory_bytes: gauge('Memory of the process that is in RAM'),
  event_loop_delay_p50_seconds: gauge('Delay of the serving thread within the last period, median'),
  event_loop_delay_p99_seconds: gauge('Delay of the serving thread within the last period, 99th percentile'),
  event_loop_delay_max_seconds: gauge('Delay of the serving thread within the last period, longest'),
  connections: gauge(
    'Open connections; side is devices or operators, state is unproven, greeted, idle or busy',
    'side',
    'state',
  ),
  logins_total: counter('MQTT log-ins of devices by outcome: accepted, credentials, disabled, error', 'outcome'),
  device_connections_total: counter('Devices that came online over MQTT'),
  device_disconnections_total: counter('Devices that went offline over MQTT'),
  devices_online: gauge('Devices that are online'),
  devices_registered: gauge('Devices that are registered'),
  refusals_total: counter('What was refused, by reason', 'reason'),
  messages_received_total: counter('MQTT messages of devices by quality of service', 'qos'),
  reports_total: counter(
    'What devices said, by kind: version, query, acknowledged, block, progress, installing, failure, meaningless',
    'kind',
  ),
  acknowledgement_seconds: histogram(
    'From the arrival of a QoS 1 message to the moment it is on disk and may be acknowledged',
    diskSeconds,
  ),
  downloads_total: counter(
    'Requests for files with a valid address by outcome: complete, broken, refused, unchanged',
    'outcome',
  ),
  downloads_open: gauge('Answers with a file that are being sent'),
  download_bytes_total: counter('Bytes of files sent to devices over any protocol'),
  store_commit_seconds: histogram('Time from the begin of a transaction to its end on disk', diskSeconds),
  store_writes_total: counter('Writes in all transactions'),
  store_writes_waiting: gauge('Writes that wait for the next transaction'),
  store_file_bytes: gauge('Size of the database; file is database or log', 'file'),
  store_errors_total: counter('Transactions that failed as a whole'),
  notices_in_flight: gauge('Upgrade notices that are being sent'),
  campaigns: gauge('Campaigns by status', 'status'),
  jobs_open: gauge('Jobs of campaigns that are not finished, by state', 'state'),
  deltas: gauge('Delta packages by status; queued and running are the queue', 'status'),
  bench_runs_total: counter('Runs of the bench that ended, by outcome: passed, failed, refused, cancelled', 'outcome'),
  bench_slots_busy: gauge('Slots that are being flashed'),
  sink_backlog: gauge('Events that wait for a sink, by its number and kind', 'sink', 'kind'),
  sink_backlog_seconds: gauge('Age of the oldest event that waits for a sink', 'sink', 'kind'),
  sink_missed_total: counter('Events that a sink never gets, as its backlog had reached the limit', 'sink', 'kind'),
  sink_failing: gauge('1 while the last attempt to send to a sink failed', 'sink', 'kind'),
  log_lines_lost_total: counter('Lines that no log file took, e.g. because the disk was full'),
} as const satisfies Readonly<Record<string, Definition>>

export type MetricName = keyof typeof definitions
export const PREFIX = 'ota_bench_'
