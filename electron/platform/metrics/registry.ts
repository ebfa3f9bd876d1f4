import { monitorEventLoopDelay } from 'node:perf_hooks'
import { Counter, Gauge, Registry } from 'prom-client'
import { definitions, type MetricName, PREFIX } from './definitions.ts'
import type { Spread, Tally } from './meter.ts'

/** A value with its labels. */
interface Sample {
  readonly labels?: Readonly<Record<string, string>>
  readonly value: number
}

/** What one metric says just now: a number, counts by the value of its one label, samples, or a distribution. */
export type Reading = number | Tally | Spread | readonly Sample[]

/** Reads metrics when somebody asks; must be fast, and leaves out what it cannot say. */
export type Source = () => Partial<Record<MetricName, Reading | undefined>>

/** How long the delays of the serving thread are gathered before a scrape starts a new period. */
const DELAY_PERIOD_MS = 10_000
/** The time between two looks of the delay monitor. */
const DELAY_RESOLUTION_MS = 20
const NANO = 1e9

const isSpread = (reading: Reading): reading is Spread => typeof reading === 'object' && 'bounds' in reading

const samplesOf = (labels: readonly string[], reading: Exclude<Reading, Spread>): readonly Sample[] => {
  if (typeof reading === 'number') return [{ value: reading }]
  if (Array.isArray(reading)) return reading
  const [label = ''] = labels
  return [...(reading as Tally).entries()].map(([name, value]) => ({ labels: { [label]: name }, value }))
}

/** `# HELP`, `# TYPE` and the cumulative buckets of a distribution: `prom-client` only takes single observations. */
const histogramText = (name: string, help: string, { bounds, counts, sum }: Spread): string => {
  let below = 0
  const buckets = [...bounds.map(String), '+Inf'].map((bound, at) => {
    below += counts[at] ?? 0
    return `${name}_bucket{le="${bound}"} ${below}`
  })
  return [
    `# HELP ${name} ${help}`,
    `# TYPE ${name} histogram`,
    ...buckets,
    `${name}_sum ${sum}`,
    `${name}_count ${below}`,
  ].join('\n')
}

/** The metrics of a station. */
export interface Metrics {
  readonly contentType: string
  /** Adds what another room says. */
  add(source: Source): void
  /** All metrics in Prometheus' text format 0.0.4. */
  text(): Promise<string>
  stop(): void
}

export const createMetrics = (): Metrics => {
  const sources: Source[] = [processSource()]
  const delay = eventLoopDelay()
  sources.push(delay.source)
  return {
    contentType: Registry.PROMETHEUS_CONTENT_TYPE,
    add: (source) => void sources.push(source),
    async text() {
      const registry = new Registry()
      const histograms: string[] = []
      const readings: Partial<Record<MetricName, Reading | undefined>> = Object.assign(
        {},
        ...sources.map((read) => read()),
      )
      for (const [key, { type, help, labels }] of Object.entries(definitions)) {
        const reading = readings[key as MetricName]
        const name = `${PREFIX}${key}`
        if (reading === undefined) continue
        if (isSpread(reading)) {
          histograms.push(histogramText(name, help, reading))
          continue
        }
        const options = { name, help, labelNames: [...labels], registers: [registry] }
        const metric = type === 'counter' ? new Counter(options) : new Gauge(options)
        for (const { labels: values = {}, value } of samplesOf(labels, reading)) metric.inc({ ...values }, value)
      }
      return `${[(await registry.metrics()).trimEnd(), ...histograms].join('\n')}\n`
    },
    stop: delay.stop,
  }
}

const processSource = (): Source => () => {
  const { user, system } = process.cpuUsage()
  return {
    start_time_seconds: performance.timeOrigin / 1000,
    process_cpu_seconds_total: (user + system) / 1e6,
    process_resident_memory_bytes: process.memoryUsage.rss(),
  }
}

/** Delays since the last period began; Node adds the time between two looks to each, which is no delay. */
const eventLoopDelay = (): { readonly source: Source; stop(): void } => {
  const monitor = monitorEventLoopDelay({ resolution: DELAY_RESOLUTION_MS })
  monitor.enable()
  let begun = performance.now()
  let shown = { p50: 0, p99: 0, max: 0 }
  const seconds = (nanoseconds: number): number => Math.max(0, nanoseconds / NANO - DELAY_RESOLUTION_MS / 1000)
  return {
    source: () => {
      if (monitor.count > 0)
        shown = {
          p50: seconds(monitor.percentile(50)),
          p99: seconds(monitor.percentile(99)),
          max: seconds(monitor.max),
        }
      if (performance.now() - begun > DELAY_PERIOD_MS) {
        monitor.reset()
        begun = performance.now()
      }
      return {
        event_loop_delay_p50_seconds: shown.p50,
        event_loop_delay_p99_seconds: shown.p99,
        event_loop_delay_max_seconds: shown.max,
      }
    },
    stop: () => monitor.disable(),
  }
}
