import type { Logger } from 'pino'
import { type Language, languageFor } from '#shared/languages.ts'
import { type AuthorityKind, DemoInput, type StationAuthority, type StationInfo } from '#shared/schema.ts'
import { texts } from '#shared/texts/index.ts'
import type { Bench } from '../flashing/bench/bench.ts'
import type { StationOptions } from '../options.ts'
import { type Archives, createArchives } from '../platform/backup/archives.ts'
import { openData } from '../platform/backup/open-data.ts'
import { type Clock, onSteadyTime, systemClock } from '../platform/basics/clock.ts'
import { PlatformEvents } from '../platform/basics/events.ts'
import { systemRandom } from '../platform/basics/random.ts'
import { RefusalLog } from '../platform/basics/refusal-log.ts'
import type { Broker } from '../platform/broker/broker.ts'
import { createGates, type Gates } from '../platform/connections/admission-controls.ts'
import { createCallerGuard } from '../platform/device-http/caller-guard.ts'
import { createDeviceHttpRoutes } from '../platform/device-http/routes.ts'
import { createLoginFailures } from '../platform/devices/login-rate-limit.ts'
import { httpDialects } from '../platform/dialects/index.ts'
import { cacheTierRoutes } from '../platform/download/cache-tier.ts'
import { DOWNLOAD_PREFIX, downloadBaseOf } from '../platform/download/download-url.ts'
import { createFastAnswers } from '../platform/download/fast-answers.ts'
import { createDownloadHandler } from '../platform/download/handler.ts'
import { createDownloadServer, type DownloadServer } from '../platform/download/server.ts'
import { createRouteFinder, createRouter } from '../platform/http/router.ts'
import type { Identities } from '../platform/listeners/server-certificates.ts'
import { createCounts } from '../platform/metrics/counts.ts'
import type { Metrics } from '../platform/metrics/registry.ts'
import { createPlatform, type Platform } from '../platform/platform.ts'
import type { PlatformContext } from '../platform/store/platform-context.ts'
import { certificateRoutes } from '../platform/tls/certificate-routes.ts'
import { authorityBundle } from '../platform/tls/certificates-to-listeners.ts'
import { createSimulatorHost } from '../simulator/host.ts'
import { version } from '../version.ts'
import { composeBench } from './bench.ts'
import { brokerMaker, FAILED_LOGINS } from './broker-maker.ts'
import { runDemo } from './demo.ts'
import type { DemoLine } from './demo-line.ts'
import { listening } from './listen.ts'
import { createSimulation, type Simulation } from './simulator-control.ts'
import { tellCache, tellRoom } from './start-notes.ts'
import { countCommits, countEvents, createStationMetrics } from './station-metrics.ts'
import { createTimeKeeper, type TimeKeeper } from './time-keeper.ts'
import { createSecurePorts, loadCertificates } from './tls-ports.ts'

/** The station's addresses for devices, as URLs; null where that listener is switched off. */
interface DeviceListeners {
  readonly mqtt: string | null
  readonly mqtts: string | null
  readonly http: string
  readonly https: string | null
  /** The external broker that replaces the embedded one. */
  readonly broker: string | null
}

/** The platform with its device-facing sockets; the operator side is built on top of it. */
export interface Station {
  readonly platform: Platform
  readonly metrics: Metrics
  readonly events: PlatformEvents
  readonly simulation: Simulation
  readonly bench: Bench
  readonly archives: Archives
  readonly demoLine: DemoLine
  /** The present addresses: those over TLS open later where a certificate authority must be created first. */
  readonly listeners: DeviceListeners
  tls(): StationInfo['tls']
  /** The gate that connections have to pass. */
  readonly gates: Gates
  readonly refusals: RefusalLog
  /** The last jump of time while it is shown; call `look` after the computer woke up. */
  readonly time: Pick<TimeKeeper, 'shown' | 'look'>
  /** The certificates that devices must trust. @throws TLS_OFF, CA_UNUSABLE. */
  authority(): StationAuthority
  /** Replaces the certificate authorities by new ones. @throws TLS_OFF, CA_UNUSABLE, TLS_PORT. */
  replaceAuthorities(kinds: readonly AuthorityKind[]): Promise<StationAuthority>
  /** Reports how many slots are being flashed, at every change, and at once where some are: the computer must not sleep meanwhile. */
  onBusy(listener: (slots: number) => void): void
  /** Calls back when a restore was confirmed: the host must start the station again. */
  onRestart(listener: () => void): void
  /** Carries out the demo plan in the background. */
  demo(): void
  /** Accepts no more connections, finishes accepted work, closes; idempotent. */
  stop(): Promise<void>
}

/**
 * Opens the store, builds the platform and opens the device-facing sockets, in this order; when a step fails, everything already opened
 * is closed.
 * @param clock the time source; tests use their own.
 * @param opensData called once the data directory is this station's.
 * @throws StartFailure; the system's and SQLite's errors, which `startFailureOf` turns into texts.
 */
export const createStation = async (
  options: StationOptions,
  logger: Logger,
  clock: Clock = systemClock,
  opensData: (directory: string) => void = () => undefined,
): Promise<Station> => {
  const opened: (() => Promise<unknown> | unknown)[] = []
  const closeAll = async (): Promise<void> => {
    for (const close of opened.splice(0).reverse()) await close()
  }
  try {
    return await open(options, logger, clock, opened, closeAll, opensData)
  } catch (error) {
    await closeAll()
    throw error
  }
}

const open = async (
  options: StationOptions,
  logger: Logger,
  clock: Clock,
  opened: (() => Promise<unknown> | unknown)[],
  closeAll: () => Promise<void>,
  opensData: (directory: string) => void,
): Promise<Station> => {
  const { store, check } = await openData(options.data, {
    restore: options.restoreBackup,
    setAside: options.setAside,
    now: () => clock.now(),
    logger,
  })
  opened.push(() => store.close())
  opensData(options.data)
  opened.push(() => check.stop())
  const events = new PlatformEvents()
  const context: PlatformContext = { store, events, clock, random: systemRandom, logger }
  const counts = createCounts()
  countCommits(store, counts)
  countEvents(events, counts)
  const refusals = new RefusalLog(logger, clock, (reason) => counts.refusals.add(reason))
  const gates = createGates({ clock: onSteadyTime(clock), refusals })
  opened.push(() => gates.stop())
  tellRoom(gates, logger)
  // Other threads create the keys while the platform is built.
  const loading = loadCertificates(options, logger, clock)
  loading.catch(() => undefined)

  const failures = createLoginFailures(onSteadyTime(clock), FAILED_LOGINS)
  const guard = createCallerGuard(failures, clock)
  const cache = options.downloadUrl === undefined ? undefined : downloadBaseOf(options.downloadUrl)
  if (cache) tellCache(cache, logger)
  const platform = await createPlatform(context, {
    directory: options.data,
    program: version,
    addresses: { publicHost: options.publicHost, cache, httpPort: () => http.port, httpsPort: () => secure.httpsPort },
    httpsRefusal: () => secure.refusal(),
    counts,
    refusals,
    makeBroker: await brokerMaker(options, counts, {
      logger,
      clock: onSteadyTime(clock),
      refusals,
      failures,
      gate: gates.devices,
    }),
  })
  if (options.resetPin) await resetPin(platform, logger)
  const downloads = {
    host: platform.downloads,
    key: platform.downloadKey,
    cache: platform.images,
    clock: onSteadyTime(clock),
    logger,
    refusals,
  }
  const pulls = httpDialects.flatMap((dialect) =>
    createDeviceHttpRoutes(dialect, {
      deviceHttp: platform.deviceHttp(dialect.protocol),
      trace: { knocks: platform.knocks, log: platform.protocolLog },
      guard,
      cache: platform.images,
      downloads: platform.downloads,
      clock,
      random: systemRandom,
      logger,
      publicHost: options.publicHost,
      httpPort: () => http.port,
      refusals,
    }),
  )
  // Handlers that take only part of the paths below /ota/ come first.
  const keeper = await loading
  const ownRoute = { prefix: DOWNLOAD_PREFIX, handle: createDownloadHandler(downloads) }
  const routes = [...pulls, ...cacheTierRoutes(downloads), ...(keeper ? certificateRoutes(keeper) : []), ownRoute]
  const routeOf = createRouteFinder(routes)
  const handler = createRouter(routes, logger, clock)
  const answers = createFastAnswers({ ...downloads, takes: (path) => routeOf(path) === ownRoute })
  const fast = { host: platform.downloads, answers }
  const gate = gates.devices
  const server = (port: number, tls?: Identities): DownloadServer =>
    createDownloadServer({
      host: options.host,
      port,
      ...{ handler, fast },
      clock: onSteadyTime(clock),
      logger,
      tls,
      refusals,
      gate,
    })
  const http = server(options.httpPort)
  const secure = createSecurePorts({
    options,
    keeper,
    settings: platform.settings,
    broker: platform.broker,
    makeHttps: (identities) => server(options.httpsPort, identities),
    httpsServed: () => platform.httpsServed(),
    logger,
  })

  // Damage may be found after the station has started to serve.
  void check.result.then(platform.databaseHealth.note)
  await check.inTime()
  const time = createTimeKeeper(platform, clock, logger)
  await time.start()
  opened.push(() => time.stop())
  await platform.recover()
  opened.push(() => platform.stop())
  const { host } = options
  await listening(() => http.start(), { option: '--http-port', host, port: options.httpPort })
  opened.push(() => http.stop())
  await secure.open()
  opened.push(() => secure.stop())
  // The broker opens last: a device that connects is notified of its upgrade at once and downloads it.
  await listening(
    () => platform.broker.start(),
    { option: '--mqtt-port', host, port: options.mqttPort },
    { option: '--mqtts-port', host, port: options.mqttsPort },
  )
  opened.push(() => platform.broker.stop())
  const simulator = createSimulatorHost()
  opened.push(() => simulator.stop())
  const simulation = createSimulation(platform, simulator, () => ({
    mqttUrl: localUrl(platform.broker),
    httpUrl: ownAddress(url('http', host, http.port)),
    ca: authorityBundle(keeper?.current),
  }))

  let busy = 0
  let tellBusy: (slots: number) => void = () => {}
  const { bench, demoLine } = composeBench(context, platform, options, (slots) => {
    busy = slots
    counts.slotsBusy = slots
    tellBusy(slots)
  })
  opened.push(() => bench.stop())
  await bench.open()
  opened.push(() => demoLine.close())
  platform.backups.start()
  let restart = (): void => {}
  const archives = createArchives(context, {
    directory: options.data,
    program: version,
    blobs: platform.blobs,
    health: platform.databaseHealth,
    flashing: () => busy,
    restart: () => restart(),
  })
  await archives.start()
  opened.push(() => archives.stop())

  const metrics = createStationMetrics({ counts, gates, store, platform, clock, directory: options.data })
  opened.push(() => metrics.stop())

  return {
    platform,
    metrics,
    events,
    simulation,
    bench,
    archives,
    demoLine,
    gates,
    refusals,
    onRestart(listener) {
      restart = listener
    },
    onBusy(listener) {
      tellBusy = listener
      if (busy > 0) listener(busy)
    },
    get listeners() {
      const { mqtt, mqtts, external } = platform.broker.urls
      const { httpsPort } = secure
      return {
        mqtt,
        mqtts,
        broker: external,
        http: url('http', host, http.port),
        https: httpsPort === undefined ? null : url('https', host, httpsPort),
      }
    },
    tls: secure.state,
    time,
    authority: secure.authority,
    replaceAuthorities: secure.replaceAuthorities,
    demo: () => {
      for (const work of [
        runDemo(platform, simulation, events, logger),
        demoLine.start(DemoInput.parse({}), texts[systemLanguage()].demoLine),
      ])
        work.catch((error: unknown) => logger.error({ err: error }, 'the demo could not be set up'))
    },
    stop: closeAll,
  }
}

/** The source of actions that no operator started: the station itself. */
const systemLanguage = (): Language => languageFor(new Intl.DateTimeFormat().resolvedOptions().locale)

/** Whoever may start the station may remove the engineer PIN; the audit log records it. */
const resetPin = async ({ engineerLock, audit }: Platform, logger: Logger): Promise<void> => {
  if (!(await engineerLock.reset())) return
  await audit.record({
    operator: null,
    source: 'station',
    action: 'operator.resetPin',
    subject: '--reset-pin',
    detail: null,
  })
  logger.warn('the engineer PIN was removed, as --reset-pin says; start without it from now on')
}

const url = (scheme: string, host: string, port: number): string =>
  `${scheme}://${host.includes(':') ? `[${host}]` : host}:${port}`

/** The addresses to which this machine's virtual devices connect. */
const localUrl = ({ urls }: Broker): string => urls.external ?? ownAddress(urls.mqtt ?? '')

/** A listener on all addresses is reachable by loopback as well. */
const ownAddress = (listener: string): string => listener.replace('0.0.0.0', '127.0.0.1').replace('[::]', '[::1]')
