import { implement } from '@orpc/server'
import { contract } from '#shared/contract.ts'
import { DomainError } from '#shared/errors.ts'
import type { StationAuthority, StationInfo } from '#shared/schema.ts'
import { parseDeviceCsv } from '../platform/devices/csv.ts'
import type { Logger } from '../platform/logger.ts'
import type { Platform } from '../platform/platform.ts'
import type { Simulation } from '../station/simulation.ts'
import { createAuditor } from './audit.ts'
import type { ApiContext } from './context.ts'
import type { LiveHub } from './live.ts'

/** What the procedures are implemented with. */
export interface ApiServices {
  readonly platform: Platform
  readonly simulation: Simulation
  readonly live: LiveHub
  readonly version: string
  readonly logger: Logger
  info(): Promise<StationInfo>
  /** @throws TLS_OFF. */
  authority(): StationAuthority
}

const ok = { ok: true } as const

/** The contract, implemented: each procedure is one call into a room of the platform. */
export const createRouter = ({ platform, simulation, live, version, logger, info, authority }: ApiServices) => {
  const audited = createAuditor(platform, logger)
  const os = implement(contract)
    .$context<ApiContext>()
    .use(({ context, path, next }, input) =>
      audited(
        { action: path.join('.'), input, context },
        async () => next(),
        ({ output }) => output,
      ),
    )
  const { products, devices, tagging, packages, uploads, campaigns, jobs, settings } = platform
  return os.router({
    station: {
      health: os.station.health.handler(() => ({ status: 'ok' as const, version })),
      info: os.station.info.handler(() => info()),
      ca: os.station.ca.handler(() => authority()),
      overview: os.station.overview.handler(() => platform.overview()),
      settings: os.station.settings.handler(() => settings.get()),
      updateSettings: os.station.updateSettings.handler(({ input }) => settings.update(input)),
    },
    products: {
      list: os.products.list.handler(({ input }) => products.list(input)),
      create: os.products.create.handler(({ input }) => products.create(input)),
      get: os.products.get.handler(({ input }) => products.get(input.id)),
      update: os.products.update.handler(({ input: { id, ...patch } }) => products.update(id, patch)),
      remove: os.products.remove.handler(async ({ input }) => {
        await platform.removeProduct(input.id, input.force)
        return ok
      }),
      modules: os.products.modules.handler(({ input }) => ({ items: products.moduleViews(input.id), nextCursor: null })),
      createModule: os.products.createModule.handler(({ input: { id, ...module } }) =>
        products.createModule(id, module),
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
        await platform.removeDevice(input.id)
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
      skipVerification: os.packages.skipVerification.handler(({ input }) =>
        packages.skipVerification(input.id, input.reason),
      ),
    },
    uploads: {
      fromPath: os.uploads.fromPath.handler(({ input, context }) => {
        if (context.transport !== 'window') throw new DomainError('FORBIDDEN')
        return uploads.fromPath(input.path)
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
        const { fileName, pieces } = platform.reportOf(input.id, input.format, input.language ?? context.language)
        for await (const text of pieces) yield { fileName, text }
      }),
      retryFailed: os.campaigns.retryFailed.handler(({ input }) => campaigns.retryFailed(input.id)),
    },
    jobs: {
      get: os.jobs.get.handler(({ input }) => jobs.withEvents(input.id)),
      retry: os.jobs.retry.handler(({ input }) => campaigns.retryJob(input.id)),
      cancel: os.jobs.cancel.handler(({ input }) => campaigns.cancelJob(input.id)),
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
