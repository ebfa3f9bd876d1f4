import { Readable } from 'node:stream'
import { CampaignInput, ModuleInput, PackageInput, ProductInput, SimulatorInput } from '#shared/schema.ts'
import type { PlatformEvents } from '../platform/basics/events.ts'
import type { Logger } from '../platform/basics/logger.ts'
import type { Platform } from '../platform/platform.ts'
import { demoPlan } from '../simulator/demo.ts'
import { demoImage } from '../simulator/image.ts'
import type { Simulation } from './simulator-control.ts'

/**
 * Carries out the demo plan (`--demo`): on a fresh station all of it, on a station that already has it only the virtual devices, so that
 * a restart never accumulates data.
 */
export const runDemo = async (
  platform: Platform,
  simulation: Simulation,
  events: PlatformEvents,
  logger: Logger,
): Promise<void> => {
  const there = platform.products.byKey(demoPlan.product.key ?? '')
  const productId = there?.id ?? (await createDemo(platform))
  const simulator = SimulatorInput.parse({ ...demoPlan.simulator, productId })
  const reported = there ? undefined : allReported(platform, events, productId, simulator.module, simulator.count)
  await simulation.start(simulator)
  if (!reported) return
  await reported
  const [pack] = platform.packages.list({ productId, limit: 1 }).items
  if (pack) await platform.campaigns.create(CampaignInput.parse({ ...demoPlan.campaign, packageId: pack.id }))
  logger.info({ productId }, 'the demo campaign has started')
}

const createDemo = async (platform: Platform): Promise<number> => {
  const product = await platform.products.create(ProductInput.parse(demoPlan.product))
  for (const module of demoPlan.modules) await platform.products.createModule(product.id, ModuleInput.parse(module))
  const image = demoImage(demoPlan.image.seed, demoPlan.image.bytes)
  const upload = await platform.uploads.receive(demoPlan.image.fileName, Readable.from([image]))
  await platform.packages.create(
    PackageInput.parse({ ...demoPlan.package, productId: product.id, uploads: [upload.id] }),
  )
  return product.id
}

/** Resolves when that many devices have reported a version of the module. */
const allReported = (
  platform: Platform,
  events: PlatformEvents,
  productId: number,
  module: string,
  count: number,
): Promise<void> =>
  new Promise((resolve) => {
    const look = (): void => {
      const reported = platform.devices.versions(productId, module).filter((share) => share.version !== null)
      if (reported.reduce((sum, share) => sum + share.devices, 0) < count) return
      events.off('device', look)
      resolve()
    }
    events.on('device', look)
  })
