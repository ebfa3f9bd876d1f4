import { DomainError } from '#shared/errors.ts'
import type { Protocol } from '#shared/protocols/index.ts'
import { createBackups } from './backup/daily-backup.ts'
import { createDatabaseHealth } from './backup/database-health.ts'
import type { RefusalLog } from './basics/refusal-log.ts'
import type { TimeJump } from './basics/time-watch.ts'
import type { Broker, BrokerHost } from './broker/broker.ts'
import { createAudience } from './campaigns/audience/audience.ts'
import { createLateJoiners } from './campaigns/audience/late-joiners.ts'
import { createTargeting } from './campaigns/audience/targeting.ts'
import { createCampaignEngine } from './campaigns/campaign-engine.ts'
import { createCampaignService } from './campaigns/campaign-service.ts'
import { createCampaignViews } from './campaigns/campaign-views.ts'
import { createDispatcher } from './campaigns/delivery/dispatcher.ts'
import { createWakeUps, InFlightNotices } from './campaigns/delivery/in-flight-notices.ts'
import { createScheduler } from './campaigns/delivery/scheduler.ts'
import { createBulkCancel } from './campaigns/jobs/bulk-cancel.ts'
import { createBulkRetry } from './campaigns/jobs/bulk-retry.ts'
import { createDeltaWaits } from './campaigns/jobs/delta-waits.ts'
import { createJobCreation } from './campaigns/jobs/job-creation.ts'
import { createJobStore } from './campaigns/jobs/job-store.ts'
import { createJobViews } from './campaigns/jobs/job-views.ts'
import { createSavings } from './campaigns/jobs/savings.ts'
import { createRolloutStore } from './campaigns/rollout-store.ts'
import { createVersionReports } from './campaigns/version-reports.ts'
import { createBlobStore } from './content/blob-store.ts'
import { createContentClaims } from './content/content-claims.ts'
import { createContentVerifier } from './content/verified-contents.ts'
import { createDeltaEngine, type DeltaEngine } from './delta-engine/delta-engine.ts'
import { DELTAS_AT_ONCE } from './deltas/delta-queue.ts'
import { createDeltas } from './deltas/deltas.ts'
import { createDeviceHttp } from './device-http/device-http.ts'
import { createHttpPresence } from './device-http/http-presence.ts'
import { createJobTokens } from './device-http/job-tokens.ts'
import { createDeviceRemoval } from './device-removal.ts'
import { createAcceptRejected } from './devices/accept-rejected.ts'
import { createDeviceService } from './devices/device-service.ts'
import { createTagging } from './devices/device-tags.ts'
import { createLogin } from './devices/login.ts'
import { createLoginDiagnosis } from './devices/login-diagnosis.ts'
import { Presence } from './devices/presence.ts'
import { createProductService } from './devices/product-service.ts'
import { createProtocolLog } from './devices/protocol-log.ts'
import { createRejectedLogins } from './devices/rejected-logins.ts'
import { createSelfRegistered } from './devices/self-registered.ts'
import type { DeviceHttp } from './dialects/http-dialect.ts'
import { dialects, servedDialects, servedProtocols } from './dialects/index.ts'
import { createImageCache } from './download/image-cache.ts'
import { type Counts, createCounts } from './metrics/counts.ts'
import { meteredDownloads, meteredSent } from './metrics/metered-hosts.ts'
import { createMetricsToken } from './metrics/metrics-token.ts'
import { createBlockServer } from './offers/block-server.ts'
import { createDownloadHost } from './offers/download-host.ts'
import { followDamage } from './offers/file-damage-follow-up.ts'
import { createHandedOutFiles } from './offers/handed-out-files.ts'
import { createNoticeSender, type DownloadAddresses, servesHttps } from './offers/notice-builder.ts'
import { createPackageService } from './packages/package-service.ts'
import { createUploadService } from './packages/upload-service.ts'
import { createAuditLog } from './reports/audit-log.ts'
import { createCampaignReport } from './reports/campaign-report.ts'
import { createOverview } from './reports/overview.ts'
import { createStatistics } from './reports/statistics.ts'
import { createTrafficVolume } from './reports/traffic-volume.ts'
import { createVersionDays } from './reports/version-days.ts'
import { createSearch } from './search/search.ts'
import { reconcileContent } from './set-aside/reconcile-content.ts'
import { createSetAside } from './set-aside/set-aside.ts'
import { createEngineerLock } from './settings/engineer-lock.ts'
import { createSettings } from './settings/settings.ts'
import { createSinkService } from './sinks/sink-service.ts'
import type { PlatformContext } from './store/platform-context.ts'
import { createUplink } from './uplink.ts'

/** Milliseconds that devices have to reconnect after a restart of the station. */
const RETURN_MS = 60_000

export type Platform = Awaited<ReturnType<typeof createPlatform>>

/**
 * The OTA platform without its sockets: the modules are created in order, each from the ones below. The caller creates the broker
 * from the host that this function returns, because each needs the other.
 */
export const createPlatform = async (
  context: PlatformContext,
  options: {
    readonly directory: string
    readonly addresses: DownloadAddresses
    /** Why HTTPS is not served; absent when it is disabled. */
    readonly httpsRefusal?: () => DomainError | undefined
    readonly makeBroker: (host: BrokerHost) => Broker
    /** The station's time zone, an IANA name; default: the time zone of this computer. */
    readonly zone?: string | undefined
    /** Counts what happens; default: for nobody. */
    readonly counts?: Counts | undefined
    /** Log of refusals; default: a separate one. */
    readonly refusals?: RefusalLog | undefined
    /** The delta engine; default: worker threads of this process. */
    readonly deltaEngine?: DeltaEngine | undefined
    /** The program's version, for receivers of outgoing records. */
    readonly program?: string | undefined
  },
) => {
  const { store, clock, logger } = context
  const { counts = createCounts(), refusals } = options
  const settings = createSettings(context)
  const engineerLock = createEngineerLock(settings, context)
  const blobs = await createBlobStore(options.directory, { clock })
  const presence = new Presence()
  const selfRegistered = createSelfRegistered(context)
  const productService = createProductService(context, { presence, served: servedProtocols, selfRegistered })
  const days = createVersionDays(context)
  const deviceService = createDeviceService(context, {
    presence,
    products: productService,
    selfRegistered,
    days,
  })
  const contents = createContentVerifier({ blobs, settings, logger })
  const uploads = createUploadService({ blobs, settings, contents })
  const claims = createContentClaims(store, { blobs, contents })
  const packageService = createPackageService(context, {
    products: productService,
    uploads,
    blobs,
    contents,
    claims,
  })
  const deltas = createDeltas(context, {
    packages: packageService,
    devices: deviceService,
    uploads,
    blobs,
    claims,
    contents,
    settings,
    engine: options.deltaEngine ?? createDeltaEngine({ workers: DELTAS_AT_ONCE }),
    settled: (packageId, fromVersion) => deltaWaits.settled(packageId, fromVersion),
  })
  const { artifacts } = deltas
  const jobStore = createJobStore(store)
  const views = createJobViews(store, { presence, artifacts })
  const inFlight = new InFlightNotices()
  const wakeUps = createWakeUps()
  const zone = options.zone ?? Intl.DateTimeFormat().resolvedOptions().timeZone
  const audit = createAuditLog(context)
  const rolloutStore = createRolloutStore(context, { jobs: jobStore, inFlight, wakeUps, audit, zone })
  const engine = createCampaignEngine(context, {
    jobs: jobStore,
    packages: packageService,
    rolloutStore,
    inFlight,
    wakeUps,
    artifacts,
    settings,
    savings: createSavings(context),
  })
  const targeting = createTargeting(store.sql, artifacts)
  const key = await settings.secret('download')
  const knocks = createRejectedLogins(context)
  const log = createProtocolLog(context)
  const volume = createTrafficVolume(context)
  const shared = {
    products: productService,
    devices: deviceService,
    packages: packageService,
    settings,
    blobs,
    claims,
    contents,
    artifacts,
    diffs: deltas.diffs,
    jobs: jobStore,
    dialects,
    engine,
    presence,
    rolloutStore,
    inFlight,
    wakeUps,
    targeting,
    knocks,
    log,
    volume,
    httpsRefusal: () =>
      servesHttps(options.addresses) ? undefined : (options.httpsRefusal?.() ?? new DomainError('TLS_OFF')),
  }
  const sender = createNoticeSender(context, shared, { broker: () => broker, key, addresses: options.addresses })
  const dispatcher = createDispatcher(context, { ...shared, sender })
  const bulkCancel = createBulkCancel(context, shared)
  const jobCreation = createJobCreation(context, { ...shared, bulkCancel })
  const audience = createAudience(store, shared)
  const joins = createLateJoiners(context, { ...shared, jobCreation, targetOf: audience.ofCampaign })
  const reportVersions = createVersionReports(context, { ...shared, joins })
  const deltaWaits = createDeltaWaits(context, { jobs: jobStore, engine, dispatcher, joins })
  const campaignViews = createCampaignViews(store, { rolloutStore, hasReady: dispatcher.hasReady })
  const campaignService = createCampaignService(context, {
    ...shared,
    jobViews: views,
    campaignViews,
    audience,
    jobCreation,
    bulkCancel,
    bulkRetry: createBulkRetry(context, shared),
    dispatcher,
  })
  followDamage(context, { ...shared, dispatcher, audit })
  const scheduler = createScheduler(context, { ...shared, dispatcher })
  const login = createLogin(context, { products: productService, devices: deviceService, dialects: servedDialects })
  const loginDiagnosis = createLoginDiagnosis({ ...shared, dialects: servedDialects, clock })
  const admission = createAcceptRejected({ ...shared, broker: () => broker })
  const downloads = meteredSent(createDownloadHost(context, shared), counts)
  const handedOut = createHandedOutFiles({ ...context, key, blobs, httpPort: options.addresses.httpPort })
  const images = createImageCache(undefined, contents)
  const blocks = createBlockServer({
    host: downloads,
    broker: () => broker,
    isStreamOf: downloads.isStreamOf,
    cache: images,
    logger,
  })
  const broker: Broker = options.makeBroker(
    createUplink(context, {
      ...shared,
      counts,
      refusals,
      login,
      loginDiagnosis,
      dispatcher,
      joins,
      reportVersions,
      blocks,
    }),
  )

  const httpPresence = createHttpPresence(context, shared)
  const tokens = createJobTokens(store, context.random)
  const removal = createDeviceRemoval(context, { ...shared, selfRegistered, broker })
  const databaseHealth = createDatabaseHealth(context, options.directory)
  const backups = createBackups(context, options.directory, databaseHealth)
  const sinks = createSinkService(context, { directory: options.directory, settings, program: options.program ?? '' })
  const setAside = createSetAside(options.directory, context)
  return {
    settings,
    metricsToken: createMetricsToken(settings, context),
    /** Notices that are being sent. */
    noticesInFlight: () => inFlight.size,
    backups,
    databaseHealth,
    /** Files that the station set aside instead of deleting. */
    setAside,
    engineerLock,
    /** Outgoing records. */
    sinks,
    products: productService,
    devices: deviceService,
    tagging: createTagging(context),
    packages: packageService,
    diffs: deltas.service,
    bases: deltas.bases,
    imageOf: deltas.imageOf,
    uploads,
    /** Content by digest, for modules that store their own files. */
    blobs,
    /** Claims on stored content, which is kept while it has one. */
    claims,
    /** Integrity of stored files. */
    contents,
    campaigns: campaignService,
    jobs: views,
    presence,
    knocks,
    admission,
    protocolLog: log,
    audit,
    statistics: createStatistics(context, shared),
    reportOf: createCampaignReport(context, { campaigns: campaignService, jobs: views }),
    broker,
    downloads: meteredDownloads(handedOut.before(downloads), counts),
    /** Files handed out besides jobs. */
    handedOut,
    downloadKey: key,
    /** Image cache, shared by all download transports. */
    images,
    /** The platform interface of an HTTP dialect. */
    deviceHttp: (protocol: Protocol): DeviceHttp =>
      createDeviceHttp(
        context,
        { ...shared, images, tokens, httpPresence, reportVersions, offerTo: sender.offerTo },
        protocol,
      ),
    protocols: servedProtocols,

    removal,

    overview: createOverview(context, presence),
    search: createSearch(context),

    /** HTTPS is now served: continues the devices of campaigns that wait for it. */
    async httpsServed(): Promise<void> {
      for (const id of rolloutStore.runningBy('https')) await dispatcher.offerCampaign(id)
    },

    /** Repairs incomplete work after a crash: unreferenced files, a cancellation that did not reach every job. */
    async recover(): Promise<void> {
      await sinks.start()
      await blobs.sweep(0)
      await reconcileContent({ claims, blobs, contents, setAside })
      await campaignService.recover()
      await store.write(() => jobStore.awaitAgain(clock.now() + RETURN_MS))
      scheduler.start()
      await deltas.recover()
      await days.start()
      logger.debug({}, 'recovered')
    },

    /** Registers a function that runs before the time limits of jobs are checked. */
    onDue: (look: () => void) => scheduler.onLook(look),

    /**
     * The clock was set, or the computer slept: every open job keeps its remaining time, and everything due by wall time
     * is checked at once.
     * @param ms milliseconds that wall time advanced without the station; negative when the clock was set back.
     */
    async timeJumped({ ms, asleepMs }: TimeJump): Promise<void> {
      await store.write(() => {
        jobStore.timeSet(ms)
        rolloutStore.timeSet(ms)
        audit.append({ action: 'station.timeJumped', subject: '', detail: { ms, asleepMs } })
      })
      scheduler.look()
    },

    /** Stops sending; the store completes the accepted changes. */
    async stop(): Promise<void> {
      await sinks.stop()
      days.stop()
      setAside.stop()
      await backups.stop()
      void volume.flush()
      scheduler.stop()
      dispatcher.stop()
      httpPresence.stop()
      await deltas.stop()
    },
  }
}
