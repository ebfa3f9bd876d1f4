import type { z } from 'zod'
import type { CampaignInput, ModuleInput, PackageInput, ProductInput, SimulatorInput } from '#shared/schema.ts'

/** The content of a station on its first start with `--demo`: only data, which the station carries out in this order. */
interface DemoPlan {
  readonly product: z.input<typeof ProductInput>
  /** Added to the product, in addition to the module that every product has. */
  readonly modules: readonly z.input<typeof ModuleInput>[]
  /** The image is made by `demoImage(seed, bytes)`. */
  readonly image: { readonly fileName: string; readonly seed: number; readonly bytes: number }
  readonly package: Omit<z.input<typeof PackageInput>, 'productId' | 'uploads'>
  /** Virtual devices; they must have reported their version before the campaign starts. */
  readonly simulator: Omit<z.input<typeof SimulatorInput>, 'productId'>
  readonly campaign: Omit<z.input<typeof CampaignInput>, 'packageId'>
}

/** Names contain both languages, because users of either language read the data of one station. */
export const demoPlan: DemoPlan = {
  product: { name: 'Demo gateway / 演示网关', key: 'demo-gateway', protocol: 'sagoo' },
  modules: [{ name: 'MCU', alias: 'Main controller / 主控', vendor: 'OTA Bench', model: 'DG-50' }],
  image: { fileName: 'demo-gateway-2.0.0.bin', seed: 200, bytes: 256 * 1024 },
  package: {
    name: 'Demo gateway / 演示网关',
    module: 'MCU',
    version: '2.0.0',
    signMethod: 'SHA256',
    verify: false,
    description: 'For the tour: a made-up image for virtual devices. 供演示：虚拟设备使用的示例固件。',
    customInfo: { ota_notice: 'Demo upgrade / 演示升级' },
  },
  // 256 KiB at 20 KiB/s: long enough to watch, short enough to wait for.
  simulator: {
    module: 'MCU',
    count: 50,
    prefix: 'demo',
    version: '1.0.0',
    bytesPerSecond: 20 * 1024,
    failurePercent: 10,
    rebootMs: 3000,
  },
  campaign: { name: 'Demo upgrade / 演示升级 2.0.0', fromVersions: ['1.0.0'] },
}
