import { createReadStream } from 'node:fs'
import { DomainError } from '#shared/errors.ts'
import type { AuthorityKind, StationAuthority, StationInfo } from '#shared/schema.ts'
import { texts } from '#shared/texts/index.ts'
import type { Bench } from '../flashing/bench/bench.ts'
import type { Archives } from '../platform/backup/archives.ts'
import type { Logger } from '../platform/basics/logger.ts'
import { parseDeviceCsv } from '../platform/devices/device-csv.ts'
import type { DiagnosticsFile } from '../platform/logs/diagnostics.ts'
import type { LogFiles } from '../platform/logs/log-files.ts'
import type { Platform } from '../platform/platform.ts'
import { isoTime } from '../platform/store/pagination.ts'
import type { DemoLine } from '../station/demo-line.ts'
import type { Simulation } from '../station/simulator-control.ts'
import { createAuditor } from './audit.ts'
import { benchHandlers } from './bench-handlers.ts'
import type { ApiContext } from './context.ts'
import { createImplementation } from './implementation.ts'
import type { LiveHub } from './live.ts'
import { logFile } from './log-file.ts'
import { sinkTexts } from './sink-texts.ts'

/** The dependencies of the procedures. */
interface ApiServices {
  readonly platform: Platform
  readonly simulation: Simulation
  readonly bench: Bench
  readonly archives: Archives
  readonly demoLine: DemoLine
  readonly live: LiveHub
  readonly version: string
  readonly logger: Logger
  readonly logs: LogFiles
  diagnostics(): Promise<DiagnosticsFile>
  info(): Promise<StationInfo>
  /** The address of the operator side on this machine, `http://127.0.0.1:7420`. */
  origin(): string
  /** @throws TLS_OFF, CA_UNUSABLE. */
  authority(): StationAuthority
  /** @throws TLS_OFF, TLS_PORT. */
  replaceAuthorities(kinds: readonly AuthorityKind[]): Promise<StationAuthority>
}

const ok = { ok: true } as const

const sent = ({ name, bytes }: DiagnosticsFile) => ({ name, base64: bytes.toString('base64') })

/** Bytes of a delta in one message: a multiple of three, because base64 encodes groups of three. */
const DOWNLOAD_PIECE = 48 * 1024

/** The implementation of the contract: each procedure makes one call into a module of the platform. */
export const createRouter = (services: ApiServices) => {
  const { platform, simulation, bench, archives, demoLine, live, version, logger, info, origin } = services
  const { authority, replaceAuthorities, logs, diagnostics } = services
  const audited = createAuditor(platform, bench, logger)
  const os = createImplementation(platform, audited)
  const { engineerLock } = platform
  /** A wrong PIN is recorded as well: otherwise nobody would notice that somebody guesses it. */
  const proving = async <T>({ operator, source }: ApiContext, action: string, prove: () => Promise<T>): Promise<T> => {
    try {
      return await prove()
    } catch (error) {
      if (error instanceof DomainError && error.code === 'PIN_WRONG')
        await platform.audit.record({ operator, source, action, subject: '', detail: { refused: error.code } })
      throw error
    }
  }
  const { products, devices, tagging, packages, diffs, bases, uploads, campaigns, jobs, settings } = platform
  return os.router({
    station: {
      health: os.station.health.handler(() => ({ status: 'ok' as const, version })),
      info: os.station.info.handler(() => info()),
      ca: os.station.ca.handler(() => authority()),
      replaceCa: os.station.replaceCa.handler(({ input }) => replaceAuthorities(input.authorities)),
      overview: os.station.overview.handler(() => platform.overview()),
      settings: os.station.settings.handler(() => settings.get()),
      updateSettings: os.station.updateSettings.handler(({ input }) => settings.update(input)),
    },
    search: {
      find: os.search.find.handler(async ({ input, signal }) => ({ items: await platform.search(input.q, signal) })),
    },
    operator: {
      state: os.operator.state.handler(({ context }) => engineerLock.state(context.ticket)),
      unlock: os.operator.unlock.handler(({ input, context }) =>
        proving(context, 'operator.unlock', () => engineerLock.unlock(input.pin)),
      ),
      lock: os.operator.lock.handler(async ({ context }) => {
        await engineerLock.lock(context.ticket)
        return ok
      }),
      setPin: os.operator.setPin.handler(({ input, context }) =>
        proving(context, 'operator.setPin', () => engineerLock.setPin(input.pin, input.current)),
      ),
      removePin: os.operator.removePin.handler(async ({ input, context }) => {
        await proving(context, 'operator.removePin', () => engineerLock.removePin(input.current))
        return ok
      }),
    },
    logs: {
      list: os.logs.list.handler(() => ({ items: logs.list(), nextCursor: null })),
      recent: os.logs.recent.handler(({ input }) => ({
        items: logs.recent(input.limit, input.level),
        nextCursor: null,
      })),
      read: os.logs.read.handler(({ input }) => sent({ name: input.name, bytes: logFile(logs, input.name) })),
      diagnostics: os.logs.diagnostics.handler(async () => sent(await diagnostics())),
    },
    metrics: {
      token: os.metrics.token.handler(() => platform.metricsToken.state()),
      renewToken: os.metrics.renewToken.handler(() => platform.metricsToken.renew()),
      revokeToken: os.metrics.revokeToken.handler(() => platform.metricsToken.revoke()),
    },
    backups: {
      list: os.backups.list.handler(async () => ({
        items: (await platform.backups.list()).map(({ name, at, size }) => ({ name, createdAt: isoTime(at), size })),
        nextCursor: null,
      })),
      status: os.backups.status.handler(() => archives.status()),
      link: os.backups.link.handler(() => {
        const path = `/api/v1/backup?link=${archives.link()}`
        return { path, url: `${origin()}${path}` }
      }),
      prepare: os.backups.prepare.handler(({ input }) => archives.receiveOwn(input.name)),
      fromPath: os.backups.fromPath.handler(({ input, context }) => {
        if (context.transport !== 'window') throw new DomainError('FORBIDDEN')
        return archives.receiveFile(input.path)
      }),
      confirm: os.backups.confirm.handler(({ input, context }) =>
        archives.confirm(input.id, { operator: context.operator, by: context.source }),
      ),
      discard: os.backups.discard.handler(async () => {
        await archives.discard()
        return ok
      }),
    },
    setAside: {
      list: os.setAside.list.handler(() => ({ items: platform.setAside.list(), nextCursor: null })),
      remove: os.setAside.remove.handler(async ({ input }) => {
        await platform.setAside.remove(input.name)
        return ok
      }),
    },
    products: {
      list: os.products.list.handler(({ input }) => products.list(input)),
      create: os.products.create.handler(({ input }) => products.create(input)),
      get: os.products.get.handler(({ input }) => products.get(input.id)),
      update: os.products.update.handler(({ input: { id, ...patch } }) => products.update(id, patch)),
      remove: os.products.remove.handler(async ({ input }) => {
        await platform.removal.product(input.id, input.force)
        return ok
      }),
      removeSelfRegistered: os.products.removeSelfRegistered.handler(async ({ input }) => ({
        removed: await platform.removal.selfRegistered(input.id, input.keepOpen),
      })),
      modules: os.products.modules.handler(({ input }) => ({
        items: products.moduleViews(input.id),
        nextCursor: null,
      })),
      createModule: os.products.createModule.handler(({ input: { id, ...module } }) =>
        products.createModule(id, module),
      ),
      updateModule: os.products.updateModule.handler(({ input: { id, name, ...patch } }) =>
        products.updateModule(id, name, patch),
      ),
      statistics: os.products.statistics.handler(({ input }) => platform.statistics(input)),
      versions: os.products.versions.handler(({ input }) => ({ items: devices.versions(input.id, input.module) })),
    },
    audit: { list: os.audit.list.handler(({ input }) => platform.audit.list(input)) },
    devices: {
      list: os.devices.list.handler(({ input: { limit, cursor, ...filter } }) =>
        devices.list({ limit, cursor }, filter),
      ),
      create: os.devices.create.handler(({ input }) => devices.create(input)),
      import: os.devices.import.handler(async ({ input }) => {
        const { created, existing } = await devices.ensure(input.productId, parseDeviceCsv(input.csv))
        return { created, existing }
      }),
      update: os.devices.update.handler(({ input }) => devices.setTags(input.id, input.tags)),
      changeTags: os.devices.changeTags.handler(({ input }) => tagging.change(input)),
      tags: os.devices.tags.handler(({ input }) => ({ items: devices.tags(input.productId) })),
      get: os.devices.get.handler(({ input }) => devices.get(input.id)),
      remove: os.devices.remove.handler(async ({ input }) => {
        await platform.removal.device(input.id)
        return ok
      }),
      jobs: os.devices.jobs.handler(({ input: { id, ...page } }) => {
        devices.row(id)
        return jobs.ofDevice(id, page)
      }),
      messages: os.devices.messages.handler(({ input: { id, after, limit } }) => {
        devices.row(id)
        return { items: platform.protocolLog.of(id, after, limit), nextCursor: null }
      }),
    },
    knocks: {
      list: os.knocks.list.handler(({ input }) => platform.knocks.list(input)),
      accept: os.knocks.accept.handler(({ input: { id, ...how } }) => platform.admission.accept(id, how)),
      dismiss: os.knocks.dismiss.handler(({ input }) => {
        platform.admission.dismiss(input.id)
        return ok
      }),
    },
    packages: {
      list: os.packages.list.handler(({ input }) => packages.list(input)),
      create: os.packages.create.handler(({ input }) => packages.create(input)),
      get: os.packages.get.handler(({ input }) => packages.get(input.id)),
      remove: os.packages.remove.handler(async ({ input }) => {
        await packages.remove(input.id, input.force)
        return ok
      }),
      check: os.packages.check.handler(async ({ input }) => {
        for (const { sha256, size } of platform.diffs.list(input.id))
          if (sha256 !== null && size !== null) await platform.contents.verify({ sha256, size })
        return packages.check(input.id)
      }),
      skipVerification: os.packages.skipVerification.handler(({ input }) =>
        packages.skipVerification(input.id, input.reason),
      ),
    },
    diffs: {
      create: os.diffs.create.handler(({ input: { id, ...input } }) => diffs.create(id, input)),
      upload: os.diffs.upload.handler(({ input: { id, ...input } }) => diffs.upload(id, input)),
      list: os.diffs.list.handler(({ input }) => ({ items: diffs.list(input.id), nextCursor: null })),
      fieldVersions: os.diffs.fieldVersions.handler(({ input }) => ({
        items: diffs.fieldVersions(input.id),
        nextCursor: null,
      })),
      get: os.diffs.get.handler(({ input }) => diffs.get(input.id)),
      download: os.diffs.download.handler(async function* ({ input }) {
        const file = diffs.file(input.id)
        await platform.contents.require(file.name, file)
        const bytes = createReadStream(file.path, { highWaterMark: DOWNLOAD_PIECE })
        for await (const piece of bytes) yield { base64: (piece as Buffer).toString('base64') }
      }),
      cancel: os.diffs.cancel.handler(({ input }) => diffs.cancel(input.id)),
      retry: os.diffs.retry.handler(({ input }) => diffs.retry(input.id)),
      remove: os.diffs.remove.handler(async ({ input }) => {
        await diffs.remove(input.id)
        return ok
      }),
    },
    bases: {
      list: os.bases.list.handler(({ input }) => {
        products.row(input.id)
        return { items: bases.list(input.id, input.module), nextCursor: null }
      }),
      remove: os.bases.remove.handler(async ({ input }) => {
        await bases.remove(input.id)
        return ok
      }),
    },
    uploads: {
      fromPath: os.uploads.fromPath.handler(({ input, context }) => {
        if (context.transport !== 'window') throw new DomainError('FORBIDDEN')
        return uploads.fromPath(input.path, input.purpose)
      }),
      discard: os.uploads.discard.handler(async ({ input }) => {
        await uploads.discard(input.id)
        return ok
      }),
    },
    campaigns: {
      list: os.campaigns.list.handler(({ input }) => campaigns.list(input)),
      preview: os.campaigns.preview.handler(({ input }) => campaigns.preview(input)),
      create: os.campaigns.create.handler(({ input }) => campaigns.create(input)),
      get: os.campaigns.get.handler(({ input }) => campaigns.get(input.id)),
      start: os.campaigns.start.handler(({ input }) => campaigns.start(input.id)),
      pause: os.campaigns.pause.handler(({ input }) => campaigns.pause(input.id)),
      resume: os.campaigns.resume.handler(({ input }) => campaigns.resume(input.id)),
      cancel: os.campaigns.cancel.handler(({ input }) => campaigns.cancel(input.id)),
      proceed: os.campaigns.proceed.handler(({ input }) => campaigns.proceed(input.id)),
      clone: os.campaigns.clone.handler(({ input: { id, ...how } }) => campaigns.clone(id, how)),
      jobs: os.campaigns.jobs.handler(({ input: { id, ...filter } }) => {
        campaigns.get(id)
        return jobs.ofCampaign(id, filter)
      }),
      report: os.campaigns.report.handler(async function* ({ input, context }) {
        const { fileName, pieces } = platform.reportOf(
          input.id,
          input.format,
          texts[input.language ?? context.language],
        )
        for await (const text of pieces) yield { fileName, text }
      }),
      retryFailed: os.campaigns.retryFailed.handler(({ input }) => campaigns.retryFailed(input.id)),
    },
    jobs: {
      get: os.jobs.get.handler(({ input }) => jobs.withEvents(input.id)),
      retry: os.jobs.retry.handler(({ input }) => campaigns.retryJob(input.id)),
      cancel: os.jobs.cancel.handler(({ input }) => campaigns.cancelJob(input.id)),
    },
    bench: benchHandlers(os.bench, bench, demoLine),
    sinks: {
      list: os.sinks.list.handler(({ context }) => ({
        items: platform.sinks.list().map(sinkTexts(context.language).sink),
        nextCursor: null,
      })),
      create: os.sinks.create.handler(async ({ input, context }) =>
        sinkTexts(context.language).sink(await platform.sinks.create(input)),
      ),
      update: os.sinks.update.handler(async ({ input: { id, ...change }, context }) =>
        sinkTexts(context.language).sink(await platform.sinks.update(id, change)),
      ),
      remove: os.sinks.remove.handler(async ({ input }) => {
        await platform.sinks.remove(input.id, input.force)
        return ok
      }),
      test: os.sinks.test.handler(async ({ input, context }) =>
        sinkTexts(context.language).test(await platform.sinks.test(input.id)),
      ),
    },
    simulator: {
      status: os.simulator.status.handler(() => simulation.status()),
      start: os.simulator.start.handler(({ input }) => simulation.start(input)),
      stop: os.simulator.stop.handler(() => simulation.stop()),
    },
    events: {
      stream: os.events.stream.handler(async function* ({ input, signal }) {
        for await (const events of live.subscribe(input, signal)) yield { events }
      }),
    },
  })
}

export type ApiRouter = ReturnType<typeof createRouter>
