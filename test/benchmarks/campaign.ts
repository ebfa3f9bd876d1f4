import { randomBytes } from 'node:crypto'
import type { Campaign, SimulatorStatus } from '#shared/schema.ts'
import { isShort } from './length.ts'
import { table, usage, wait, withStation } from './scratch.ts'

/** Bytes of the image each device fetches. */
const IMAGE = 256 * 1024

const run = (count: number): Promise<readonly string[]> =>
  withStation(async (station) => {
    await station.call('POST', '/products', { name: 'bench', key: 'bench', protocol: 'sagoo' })
    const upload = await station.upload('bench.bin', randomBytes(IMAGE))
    await station.call('POST', '/packages', { productId: 1, name: 'bench', version: '2.0.0', uploads: [upload] })
    const connecting = performance.now()
    await station.call('POST', '/simulator/start', { productId: 1, count, failurePercent: 10, rebootMs: 1000 })
    const versions = (): Promise<{ items: { version: string | null; devices: number }[] }> =>
      station.call('GET', '/products/1/version-distribution')
    await wait(async () =>
      (await versions()).items.some((share) => share.version === '1.0.0' && share.devices === count),
    )
    const connected = performance.now()
    await station.call('POST', '/campaigns', { packageId: 1, name: 'bench' })
    const campaign = (): Promise<Campaign> => station.call('GET', '/campaigns/1')
    await wait(async () => (await campaign()).counts.pending === 0)
    const told = performance.now()
    await wait(async () => (await campaign()).status === 'finished')
    const finished = performance.now()
    const { counts } = await campaign()
    const { cpuSeconds, megabytes } = usage(station.child.pid)
    await station.call<SimulatorStatus>('POST', '/simulator/stop')
    const seconds = (from: number, to: number): string => ((to - from) / 1000).toFixed(1)
    return [
      String(count),
      seconds(connecting, connected),
      seconds(connected, told),
      seconds(connected, finished),
      `${counts.succeeded} + ${counts.failed}`,
      cpuSeconds.toFixed(1),
      megabytes.toFixed(0),
    ]
  })

/** Whole upgrades of virtual devices, which run in a thread of the same process: its CPU and memory are of both. */
export const bench = async (): Promise<string> =>
  table(
    'A campaign for virtual devices (256 KiB image, 1 s reboot, 10 % failing)',
    [
      'devices',
      'connected, s',
      'all told, s',
      'finished, s',
      'succeeded + failed',
      'CPU s, station and devices',
      'MB, station and devices',
    ],
    isShort ? [await run(20)] : [await run(100), await run(1000), await run(5000)],
  )
