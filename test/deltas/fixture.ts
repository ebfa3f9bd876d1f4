import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { onTestFinished } from 'vitest'
import { CampaignInput, DeltaInput, type Package, PackageInput, ProductInput } from '#shared/schema.ts'
import { createDeltaEngine, type DeltaEngine, type MakeJob } from '../../electron/platform/delta-engine/delta-engine.ts'
import { openTestPlatform, type TestPlatform } from '../helpers/platform.ts'
import { seeded } from '../helpers/seeded.ts'
import { until } from '../helpers/until.ts'

/** Images of one family: those of neighbouring versions differ in a few places. */
export const imageOf = (version: number, bytes = 40_000): Buffer => {
  const random = seeded(7)
  const image = Buffer.from(Array.from({ length: bytes }, () => Math.floor(random() * 256)))
  for (let place = 0; place < version; place++) image.write(`version ${place}`, 1000 + place * 500)
  return image
}

/** The real engine behind a gate: deltas are made when the test lets them. */
export const gatedEngine = (): DeltaEngine & { open(): void; readonly asked: MakeJob[] } => {
  const engine = createDeltaEngine()
  const gate = Promise.withResolvers<void>()
  const closed = Promise.withResolvers<void>()
  const asked: MakeJob[] = []
  return {
    ...engine,
    asked,
    open: gate.resolve,
    async make(job) {
      asked.push(job)
      // It may be cancelled while its images are checked, before this is called.
      job.signal?.throwIfAborted()
      await new Promise<void>((resolve, reject) => {
        void gate.promise.then(resolve)
        job.signal?.addEventListener('abort', () => reject(job.signal?.reason))
        closed.promise.then(
          () => reject(new DOMException('closed', 'AbortError')),
          () => {},
        )
      })
      return engine.make(job)
    },
    close() {
      closed.resolve()
      return engine.close()
    },
  }
}

/** A platform with a product, packages of two versions, and devices that report what the test says. */
export const openBench = async (options: { directory?: string; engine?: DeltaEngine } = {}) => {
  const directory = options.directory ?? mkdtempSync(join(tmpdir(), 'deltas-'))
  const station: TestPlatform = await openTestPlatform(directory, options.engine && { deltaEngine: options.engine })
  let isOpen = true
  const close = async (): Promise<void> => {
    if (isOpen) await station.close()
    isOpen = false
  }
  onTestFinished(async () => {
    await close()
    if (!options.directory) rmSync(directory, { recursive: true, force: true })
  })
  const { platform, broker } = station

  const addFile = async (bytes: Uint8Array, name = 'app.bin', purpose: 'package' | 'diff' | 'base' = 'package') =>
    (await platform.uploads.receive(name, Readable.from([bytes]), undefined, purpose)).id

  const addPackage = async (version: string, bytes: Buffer, more: object = {}): Promise<Package> =>
    platform.packages.create(
      PackageInput.parse({
        productId: 1,
        name: `app ${version}`,
        version,
        uploads: [await addFile(bytes)],
        ...more,
      }),
    )

  return {
    ...station,
    directory,
    close,
    addFile,
    addPackage,

    /** Product `pk` and its devices `d1` … of a protocol. */
    async product(devices = 1, protocol: 'sagoo' | 'onenet' = 'sagoo') {
      await platform.products.create(ProductInput.parse({ name: 'P', key: 'pk', protocol }))
      for (let n = 1; n <= devices; n++)
        await platform.devices.create({ productId: 1, name: `d${n}`, secret: 'secret' })
    },

    /** A device connects, listens, and says what it runs. */
    async arrive(name: string, version: string | undefined): Promise<number> {
      const { id } = await broker.connect(`${name}&pk`, 'secret')
      broker.listen(id)
      if (version !== undefined) await this.report(id, name, version)
      await station.settle()
      return id
    },

    async report(id: number, name: string, version: string): Promise<void> {
      await broker.publish(id, `/ota/device/inform/pk/${name}`, { id: '1', params: { version } })
      await station.settle()
    },

    async progress(id: number, name: string, step: number | string): Promise<void> {
      await broker.publish(id, `/ota/device/progress/pk/${name}`, { id: '2', params: { step } })
      await station.settle()
    },

    makeDiff: (packageId: number, input: object) => platform.diffs.create(packageId, DeltaInput.parse(input)),

    campaign: async (packageId: number, input: object) => {
      const made = await platform.campaigns.create(CampaignInput.parse({ packageId, name: 'c', ...input }))
      await station.settle()
      return made
    },

    /** The delta once it is made, or has failed. */
    ended: (id: number) =>
      until(
        async () => {
          await station.settle()
          return platform.diffs.get(id)
        },
        ({ status }) => status === 'ready' || status === 'failed',
      ),

    jobs: (campaignId: number) => platform.jobs.ofCampaign(campaignId, { limit: 50 }).items,

    /** What devices were told, in order: the data of each notice. */
    notices: (): Record<string, unknown>[] =>
      broker.sent.map(({ downlink }) => JSON.parse(String(downlink.payload)).data as Record<string, unknown>),
  }
}
