import { fileURLToPath } from 'node:url'
import type { Logger } from 'pino'
import type { LiveEvent, Port, StationInfo } from '#shared/schema.ts'
import { benchTexts } from '../api/bench-texts.ts'
import { createLiveHub } from '../api/live.ts'
import { createRouter } from '../api/router.ts'
import { createApiServer } from '../api/server.ts'
import { sinkTexts } from '../api/sink-texts.ts'
import type { WindowPort } from '../api/window-port.ts'
import type { StationOptions } from '../options.ts'
import type { Clock } from '../platform/basics/clock.ts'
import { createDiagnostics } from '../platform/logs/diagnostics.ts'
import { LogFiles } from '../platform/logs/log-files.ts'
import { listening } from '../station/listen.ts'
import { freeBytes, reachableAddresses } from '../station/machine-info.ts'
import type { ReadyInfo } from '../station/ready-line.ts'
import { createStation } from '../station/station.ts'

/** A station with its operator side: everything that a host needs. */
export interface ServedStation {
  readonly ready: ReadyInfo
  /** Serves a desktop window. */
  upgradePort(port: WindowPort): void
  /** Reports how many slots are being flashed, at every change; at once where some are. */
  onBusy(listener: (slots: number) => void): void
  /** Calls back when a restore was confirmed: the host must stop the station and start it again on the same addresses. */
  onRestart(listener: () => void): void
  /** Checks the time at once: the computer has woken up. */
  lookAtTime(): void
  /** Accepts no more connections, finishes accepted work, closes; idempotent. */
  stop(): Promise<void>
}

interface StartDependencies {
  readonly logger: Logger
  readonly version: string
  /** When the process started, milliseconds since 1970. */
  readonly startedAt: number
  /** Files of the log; default: none are written. */
  readonly logs?: LogFiles
  /** Left out: the machine's own clock. */
  readonly clock?: Clock
}

/** The built screen: next to the built program, or in the build's output folder when run from source. */
const rendererDirectory = (): string =>
  fileURLToPath(new URL(import.meta.url.endsWith('.ts') ? '../../dist/renderer' : './renderer', import.meta.url))

/** Starts a station with its operator side; resolves when every listener accepts connections. @throws as `createStation`. */
export const startStation = async (
  options: StationOptions,
  { logger, version, startedAt, clock, logs: files }: StartDependencies,
): Promise<ServedStation> => {
  const logs = files ?? new LogFiles()
  const station = await createStation(options, logger, clock, (directory) => logs.open(directory, [options.token]))
  const { platform, events, simulation, bench, archives, demoLine, listeners } = station
  // Every client gets the live events; each makes its own texts from the codes.
  const texts = benchTexts('en')
  const live = createLiveHub({
    events,
    job: (ids) => platform.jobs.snapshots(ids).map((job) => ({ type: 'job', ...job })),
    campaign: (ids) => platform.campaigns.snapshots(ids).map((campaign) => ({ type: 'campaign', ...campaign })),
    device: (ids) => platform.devices.snapshots(ids).map((device) => ({ type: 'device', ...device })),
    knock: (ids) => platform.knocks.snapshots(ids).map((knock) => ({ type: 'knock', ...knock })),
    diff: (ids) => platform.diffs.snapshots(ids).map((diff) => ({ type: 'diff', ...diff })),
    flash: (ids) => bench.snapshots.runs(ids).map((run) => ({ type: 'flash', ...texts.ended(run) })),
    slot: (ids) => bench.snapshots.slots(ids).map((slot) => ({ type: 'slot', ...texts.slot(slot) })),
    line: (ids) => bench.snapshots.lines(ids).map((line) => ({ type: 'line', ...texts.line(line) })),
    sink: (ids) => platform.sinks.snapshots(ids).map((view) => ({ type: 'sink', ...sinkTexts('en').sink(view) })),
    port: (paths) => paths.map((path) => portEvent(path, bench.port(path))),
  })
  const info = async (): Promise<StationInfo> => ({
    timeJump: station.time.shown(),
    databaseDamage: platform.databaseHealth.damage(),
    version,
    node: process.versions.node,
    startedAt: new Date(startedAt).toISOString(),
    dataDirectory: options.data,
    freeBytes: await freeBytes(options.data),
    protocols: [...platform.protocols],
    listeners: station.listeners,
    downloadUrl: options.downloadUrl ?? null,
    standsBy: platform.broker.standsBy ?? false,
    tls: station.tls(),
    addresses: reachableAddresses(),
  })
  const { uiHost: host, uiPort, token } = options
  station.metrics.add(() => ({ log_lines_lost_total: logs.lost }))
  const { settings } = platform
  // A logger that is not written to files has its level from whoever made it.
  if (files) {
    settings.onChange(({ logLevel }) => {
      logger.level = logLevel
    })
    logger.level = settings.get().logLevel
  }
  const diagnostics = createDiagnostics({
    directory: options.data,
    logs,
    now: Date.now,
    metrics: () => station.metrics.text(),
    secrets: [token],
    parts: async () => ({
      station: await info(),
      settings: { ...settings.get(), programmers: settings.get().programmers.map(({ name }) => name) },
      counts: platform.overview(),
      ports: bench.ports(),
      sinks: platform.sinks.list(),
    }),
  })
  const router = createRouter({
    platform,
    simulation,
    bench,
    archives,
    demoLine,
    live,
    logs,
    diagnostics,
    version,
    logger,
    info,
    origin: () => `http://${browserHost(host)}:${server.port}`,
    authority: station.authority,
    replaceAuthorities: station.replaceAuthorities,
  })
  const server = createApiServer({
    host,
    port: uiPort,
    token,
    version,
    router,
    platform,
    bench,
    archives,
    live,
    logs,
    diagnostics,
    metrics: station.metrics,
    rendererDirectory: rendererDirectory(),
    logger,
    clock,
    gate: station.gates.operators,
    refusals: station.refusals,
  })
  try {
    await listening(() => server.start(), { option: '--ui-port', host, port: uiPort })
  } catch (error) {
    await station.stop()
    throw error
  }
  if (options.demo) station.demo()
  const base = `http://${browserHost(host)}:${server.port}`
  return {
    ready: {
      event: 'ready',
      version,
      ui: `${base}/?token=${encodeURIComponent(token)}`,
      api: `${base}/api/v1`,
      token,
      mqtt: listeners.broker ?? listeners.mqtt ?? '',
      mqtts: listeners.mqtts,
      http: listeners.http,
      https: listeners.https,
      data: options.data,
      ms: Math.round(Date.now() - startedAt),
    },
    upgradePort: (port) => server.upgradePort(port),
    onBusy: (listener) => station.onBusy(listener),
    onRestart: (listener) => station.onRestart(listener),
    lookAtTime: () => station.time.look(),
    async stop() {
      await server.stop()
      await station.stop()
      logs.close()
    },
  }
}

const portEvent = (path: string, port: Port | undefined): Extract<LiveEvent, { type: 'port' }> => ({
  type: 'port',
  id: path,
  present: port !== undefined,
  ...(port ?? {
    path,
    location: null,
    kind: 'serial',
    manufacturer: null,
    vendorId: null,
    productId: null,
    serialNumber: null,
    slotId: null,
  }),
})

/** An address that a browser on this machine can open. */
const browserHost = (host: string): string => {
  if (host === '0.0.0.0') return '127.0.0.1'
  if (host === '::') return '[::1]'
  return host.includes(':') ? `[${host}]` : host
}
