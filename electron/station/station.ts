import { join } from 'node:path'
import type { Logger } from 'pino'
import type { Language } from '#shared/error-texts.ts'
import { DomainError } from '#shared/errors.ts'
import { MQTT_PACKET_BYTES } from '#shared/limits.ts'
import { DemoInput, type StationAuthority } from '#shared/schema.ts'
import type { Bench } from '../flashing/bench/bench.ts'
import type { StationOptions } from '../options.ts'
import { openData } from '../platform/backup/open.ts'
import type { Broker, BrokerHost } from '../platform/broker/broker.ts'
import { createEmbeddedBroker } from '../platform/broker/embedded.ts'
import type { EmbeddedBrokerOptions } from '../platform/broker/embedded-options.ts'
import { type Clock, systemClock } from '../platform/clock.ts'
import { createGates, type Gates } from '../platform/connections/gates.ts'
import type { PlatformContext } from '../platform/context.ts'
import { httpDialects, servedDialects } from '../platform/dialects/index.ts'
import { createDownloadHandler } from '../platform/download/handler.ts'
import { createRouter } from '../platform/download/router.ts'
import { createDownloadServer, type DownloadServer, type ServerCertificate } from '../platform/download/server.ts'
import { DOWNLOAD_PREFIX } from '../platform/download/url.ts'
import { PlatformEvents } from '../platform/events.ts'
import { createPlatform, type Platform } from '../platform/platform.ts'
import { createPullRoutes } from '../platform/pull/handler.ts'
import { systemRandom } from '../platform/random.ts'
import { RefusalLog } from '../platform/refusal-log.ts'
import { machineAddresses } from '../platform/tls/addresses.ts'
import type { Authority } from '../platform/tls/authority.ts'
import { type Certificates, createCertificates } from '../platform/tls/follow.ts'
import { certificateRoutes, describeAuthority } from '../platform/tls/hand-out.ts'
import { createSimulatorHost } from '../simulator/host.ts'
import { composeBench } from './bench.ts'
import { runDemo } from './demo.ts'
import type { DemoLine } from './demo-line.ts'
import { listening } from './listening.ts'
import { createSimulation, type Simulation } from './simulation.ts'

/** Failed logins a minute (device-protocols.md 6). */
const FAILED_LOGINS = 10

/** Where devices reach the station, as URLs; null where that is switched off. */
export interface DeviceListeners {
  readonly mqtt: string | null
  readonly mqtts: string | null
  readonly http: string
  readonly https: string | null
  /** The external broker that is used instead of our own. */
  readonly broker: string | null
}

/** The platform with its device-facing sockets; the operator side is built on top of it. */
export interface Station {
  readonly platform: Platform
  readonly events: PlatformEvents
  readonly simulation: Simulation
  readonly bench: Bench
  readonly demoLine: DemoLine
  readonly listeners: DeviceListeners
  /** What connections have to pass. */
  readonly gates: Gates
  readonly refusals: RefusalLog
  /** What devices must trust. @throws TLS_OFF. */
  authority(): StationAuthority
  /** Tells how many slots are being flashed, whenever that changes, at once where some are: the machine must not sleep meanwhile. */
  onBusy(listener: (slots: number) => void): void
  /** Carries out the demo plan in the background. */
  demo(): void
  /** Takes no more connections, finishes what was accepted, closes; idempotent. */
  stop(): Promise<void>
}

/**
 * Opens the store, builds the platform, opens the device-facing sockets, in this order; what was opened is closed again
 * when a later step fails.
 * @param clock tests bring their own.
 * @throws DataLockedError, DataTooNewError, DatabaseDamagedError, RestoreError, ListenError naming port and option.
 */
export const createStation = async (
  options: StationOptions,
  logger: Logger,
  clock: Clock = systemClock,
): Promise<Station> => {
  const opened: (() => Promise<unknown> | unknown)[] = []
  const closeAll = async (): Promise<void> => {
    for (const close of opened.splice(0).reverse()) await close()
  }
  try {
    return await open(options, logger, clock, opened, closeAll)
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
): Promise<Station> => {
  const { store, check } = await openData(options.data, {
    restore: options.restoreBackup,
    now: () => clock.now(),
    logger,
  })
  opened.push(() => store.close())
  opened.push(() => check.stop())
  const events = new PlatformEvents()
  const context: PlatformContext = { store, events, clock, random: systemRandom, logger }
  const refusals = new RefusalLog(logger, clock)
  const gates = createGates({ clock, refusals })
  opened.push(() => gates.stop())
  tellRoom(gates, logger)
  const certificates = options.tls ? await loadCertificates(options, logger, clock) : undefined
  const tls = certificates && certificateOf(certificates.current)

  const platform = await createPlatform(context, {
    directory: options.data,
    addresses: { publicHost: options.publicHost, httpPort: () => http.port, httpsPort: () => https?.port },
    makeBroker: await brokerMaker(options, tls, { logger, clock, refusals, gate: gates.devices }),
  })
  if (options.resetPin) await resetPin(platform, logger)
  const handle = createDownloadHandler({
    host: platform.downloads,
    key: platform.downloadKey,
    cache: platform.images,
    clock,
    logger,
    refusals,
  })
  const pulls = httpDialects.flatMap((dialect) =>
    createPullRoutes(dialect, {
      desk: platform.pullDesk(dialect.protocol),
      rooms: { knocks: platform.knocks, log: platform.protocolLog },
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
  // Those first that take only their own of what begins with /ota/.
  const handler = createRouter(
    [...pulls, ...(certificates ? certificateRoutes(certificates) : []), { prefix: DOWNLOAD_PREFIX, handle }],
    logger,
    clock,
  )
  const server = (port: number, certificate?: ServerCertificate): DownloadServer =>
    createDownloadServer({
      host: options.host,
      port,
      handler,
      clock,
      logger,
      refusals,
      gate: gates.devices,
      ...(certificate ? { tls: certificate } : {}),
    })
  const http = server(options.httpPort)
  const https = tls && server(options.httpsPort, tls)

  await check.inTime()
  await platform.recover()
  opened.push(() => platform.stop())
  const { host } = options
  await listening(() => http.start(), { option: '--http-port', host, port: options.httpPort })
  opened.push(() => http.stop())
  if (https) {
    await listening(() => https.start(), { option: '--https-port', host, port: options.httpsPort })
    opened.push(() => https.stop())
  }
  // The broker last: a device that connects is offered its upgrade at once, and fetches it.
  await listening(
    () => platform.broker.start(),
    { option: '--mqtt-port', host, port: options.mqttPort },
    { option: '--mqtts-port', host, port: options.mqttsPort },
  )
  opened.push(() => platform.broker.stop())
  certificates?.follow((authority) => {
    https?.useCertificate(certificateOf(authority))
    platform.broker.useCertificate(certificateOf(authority))
  })
  opened.push(() => certificates?.stop())
  const simulator = createSimulatorHost()
  opened.push(() => simulator.stop())
  const simulation = createSimulation(platform, simulator, () => ({
    mqttUrl: localUrl(platform.broker),
    httpUrl: ownAddress(url('http', host, http.port)),
    ca: certificates?.current.caPem,
  }))

  let busy = 0
  let tellBusy: (slots: number) => void = () => {}
  const { bench, demoLine } = composeBench(context, platform, (slots) => {
    busy = slots
    tellBusy(slots)
  })
  opened.push(() => bench.stop())
  await bench.open()
  opened.push(() => demoLine.close())
  platform.backups.start()

  const { urls } = platform.broker
  return {
    platform,
    events,
    simulation,
    bench,
    demoLine,
    gates,
    refusals,
    onBusy(listener) {
      tellBusy = listener
      if (busy > 0) listener(busy)
    },
    listeners: {
      mqtt: urls.mqtt,
      mqtts: urls.mqtts,
      broker: urls.external,
      http: url('http', host, http.port),
      https: https ? url('https', host, https.port) : null,
    },
    authority: () => {
      if (!certificates) throw new DomainError('TLS_OFF')
      return describeAuthority(certificates)
    },
    demo: () => {
      for (const work of [
        runDemo(platform, simulation, events, logger),
        demoLine.start(DemoInput.parse({}), systemLanguage()),
      ])
        work.catch((error: unknown) => logger.error({ err: error }, 'the demo could not be set up'))
    },
    stop: closeAll,
  }
}

/** Of what nobody asked for by a screen: the machine's own. */
const systemLanguage = (): Language =>
  new Intl.DateTimeFormat().resolvedOptions().locale.startsWith('zh') ? 'zh' : 'en'

/** Who may start the station may remove the engineer PIN; it stands in the log of actions that somebody did. */
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

const brokerMaker = async (
  options: StationOptions,
  tls: ServerCertificate | undefined,
  {
    clock,
    logger,
    refusals,
    gate,
  }: Pick<EmbeddedBrokerOptions, 'clock' | 'refusals' | 'gate'> & { readonly logger: Logger },
): Promise<(host: BrokerHost) => Broker> => {
  const { broker: externalUrl } = options
  if (externalUrl !== undefined) {
    // Most stations never need the MQTT client it brings along.
    const { createExternalBroker } = await import('../platform/broker/external.ts')
    return (host) => createExternalBroker({ host, url: externalUrl, dialects: servedDialects, clock, logger })
  }
  const listen = {
    host: options.host,
    mqttPort: options.mqttPort,
    ...(tls ? { tls: { port: options.mqttsPort, ...tls } } : {}),
  }
  const limits = { packetBytes: MQTT_PACKET_BYTES, failedLogins: FAILED_LOGINS }
  return (host) => createEmbeddedBroker({ host, listen, limits, clock, logger, refusals, gate })
}

/** Fewer connections than a hall has devices. */
const ROOM_LITTLE = 2000

const tellRoom = ({ room }: Gates, logger: Logger): void => {
  if (room < ROOM_LITTLE)
    logger.warn(
      { connections: room },
      'this process may open few files: there is room for so many connections of devices; raise the limit (ulimit -n, LimitNOFILE)',
    )
}

const loadCertificates = (options: StationOptions, logger: Logger, clock: Clock): Promise<Certificates> => {
  const extra = options.publicHost === undefined ? [] : [options.publicHost]
  return createCertificates({
    directory: join(options.data, 'tls'),
    addresses: () => [...machineAddresses(), ...extra],
    clock,
    logger,
  })
}

const certificateOf = ({ serverKeyPem: key, serverCertPem: cert }: Authority): ServerCertificate => ({ key, cert })

const url = (scheme: string, host: string, port: number): string =>
  `${scheme}://${host.includes(':') ? `[${host}]` : host}:${port}`

/** Where virtual devices of this machine connect. */
const localUrl = ({ urls }: Broker): string => urls.external ?? ownAddress(urls.mqtt ?? '')

/** A listener at every address is at the one that never leaves the machine, too. */
const ownAddress = (listener: string): string => listener.replace('0.0.0.0', '127.0.0.1').replace('[::]', '[::1]')
