import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type StationProcess, spawnStation } from '../helpers/station-process.ts'
import { isShort } from './length.ts'
import { table, usage } from './scratch.ts'

/** Devices of the large product, and campaigns for all of them: a million jobs. */
const DEVICES = isShort ? 2000 : 100_000
const CAMPAIGNS = 10
/** Devices of the other products, of which each gets one campaign. */
const sizes = isShort ? [200, 500] : [2000, 5000, 10_000, 20_000, 50_000]
/** Lines of one list that is imported. */
const LIST = 10_000
/** Calls of each list, of which the median and the longest count. */
const CALLS = isShort ? 2 : 7

type Row = readonly string[]

const seconds = async (work: () => Promise<unknown>): Promise<number> => {
  const began = performance.now()
  await work()
  return (performance.now() - began) / 1000
}

/** A product with devices and a package, made by the API. @returns the seconds that the devices took. */
const register = async (station: StationProcess, key: string, devices: number): Promise<number> => {
  const product = await station.call<{ id: number }>('POST', '/products', { name: key, key, protocol: 'sagoo' })
  const uploads = [await station.upload(`${key}.bin`, Buffer.from(key))]
  await station.call('POST', '/packages', { productId: product.id, name: key, version: '2.0.0', uploads })
  return seconds(async () => {
    for (let from = 0; from < devices; from += LIST) {
      const count = Math.min(LIST, devices - from)
      const csv = Array.from({ length: count }, (_, n) => `${key}-${from + n},s${from + n}`).join('\n')
      await station.call('POST', '/devices/import', { productId: product.id, csv })
    }
  })
}

/** What is asked of a station with a million jobs: the path, and what it is. */
const lists = (large: number, last: number, device: number): readonly (readonly [what: string, path: string])[] => [
  ['first page of a campaign’s jobs', `/campaigns/${last}/jobs?limit=100`],
  ['a page in the middle of them', `/campaigns/${last}/jobs?limit=100&cursor=MIDDLE`],
  ['the cancelled ones, in the middle', `/campaigns/${last}/jobs?limit=100&state=cancelled&cursor=MIDDLE`],
  ['those of a state that none is in', `/campaigns/${last}/jobs?limit=100&state=failed`],
  ['those of devices named …999', `/campaigns/${last}/jobs?limit=100&q=999`],
  ['those of devices that are not there', `/campaigns/${last}/jobs?limit=100&q=nobody`],
  ['all devices, in the middle', `/devices?limit=100&cursor=${device}`],
  ['devices of a product', `/devices?limit=100&productId=${large}`],
  ['devices of a product, in the middle', `/devices?limit=100&productId=${large}&cursor=${device}`],
  ['devices online', `/devices?limit=100&online=true`],
  ['devices of a product that are offline', `/devices?limit=100&productId=${large}&online=false`],
  ['devices named …999', `/devices?limit=100&q=999`],
  ['devices that are not there', `/devices?limit=100&q=nobody`],
  ['devices with a tag', `/devices?limit=100&tag=hall`],
  ['devices of a product with a tag, in the middle', `/devices?limit=100&productId=${large}&tag=hall&cursor=${device}`],
  ['devices with a version', `/devices?limit=100&productId=${large}&version=1.0.0`],
  ['self-registered devices', `/devices?limit=100&productId=${large}&selfRegistered=true`],
  ['one device', `/devices/${device}`],
  ['jobs of a device', `/devices/${device}/jobs?limit=100`],
  ['tags', `/devices/tags?productId=${large}`],
  ['products', '/products?limit=100'],
  ['one product', `/products/${large}`],
  ['version distribution', `/products/${large}/version-distribution`],
  ['packages', '/packages?limit=100'],
  ['campaigns', '/campaigns?limit=100'],
  ['cancelled campaigns', '/campaigns?limit=100&status=cancelled'],
  ['one campaign', `/campaigns/${last}`],
  ['overview', '/overview'],
  ['statistics of a product', `/products/${large}/statistics`],
  ['audit log', '/audit?limit=100'],
]

const timesOf = async (station: StationProcess, path: string): Promise<readonly [median: number, longest: number]> => {
  const times: number[] = []
  for (let n = 0; n < CALLS; n++) times.push(1000 * (await seconds(() => station.call('GET', path))))
  times.sort((left, right) => left - right)
  return [times[Math.floor(times.length / 2)] ?? 0, times.at(-1) ?? 0]
}

const ended = async (station: StationProcess): Promise<void> => {
  station.child.kill('SIGTERM')
  await once(station.child, 'exit')
}

/** Downloads an answer that is no JSON. */
const read = async (station: StationProcess, path: string): Promise<void> => {
  const { api, token } = station.ready
  const answer = await fetch(`${api}${path}`, { headers: { Authorization: `Bearer ${token}` } })
  if (!answer.ok) throw new Error(`${path}: ${answer.status}`)
  await answer.arrayBuffer()
}

/** Campaigns of growing products: what grows how. */
const growth = async (station: StationProcess): Promise<Row[]> => {
  const rows: Row[] = []
  let packageId = 0
  for (const devices of sizes) {
    const registered = await register(station, `p${devices}`, devices)
    packageId++
    const took = async (work: () => Promise<unknown>): Promise<string> => (await seconds(work)).toFixed(2)
    const campaign = `/campaigns/${2 * packageId - 1}`
    const about = { packageId, name: `of ${devices}` }
    rows.push([
      devices.toLocaleString('en'),
      registered.toFixed(1),
      await took(() => station.call('POST', '/campaigns/preview', { packageId })),
      await took(() => station.call('POST', '/campaigns', about)),
      await took(() => station.call('POST', `${campaign}/pause`)),
      await took(() => read(station, `${campaign}/report?format=csv`)),
      await took(() => station.call('POST', '/campaigns', { ...about, name: `over ${devices}`, overwrite: true })),
      await took(() => station.call('POST', `/campaigns/${2 * packageId}/cancel`)),
    ])
  }
  return rows
}

/** A station as users have it: everything is made by the API, and nobody runs ANALYZE. */
export const bench = async (): Promise<string> => {
  const directory = mkdtempSync(join(tmpdir(), 'bench-'))
  let station = await spawnStation(directory, '--no-tls')
  try {
    const grown = await growth(station)
    const large = sizes.length + 1
    await register(station, 'large', DEVICES)
    const before = sizes.reduce((sum, devices) => sum + devices, 0)
    const some = Array.from({ length: Math.min(DEVICES / 2, 10_000) }, (_, n) => before + 1 + n * 2)
    await station.call('POST', '/devices/tags', { deviceIds: some, add: ['hall'], remove: [] })
    let making = 0
    let cancelling = 0
    const first = 2 * sizes.length + 1
    for (let n = 0; n < CAMPAIGNS; n++) {
      making = await seconds(() => station.call('POST', '/campaigns', { packageId: large, name: `all ${n}` }))
      cancelling = await seconds(() => station.call('POST', `/campaigns/${first + n}/cancel`))
    }
    const megabytes = usage(station.child.pid).megabytes
    await ended(station)
    station = await spawnStation(directory, '--no-tls')
    const last = first + CAMPAIGNS - 1
    const page = await station.call<{ items: { id: number }[] }>('GET', `/campaigns/${last}/jobs?limit=1`)
    const middle = String((page.items[0]?.id ?? 0) + DEVICES / 2)
    const rows: Row[] = []
    for (const [what, path] of lists(large, last, before + DEVICES / 2)) {
      const [median, longest] = await timesOf(station, path.replace('MIDDLE', middle))
      rows.push([what, median.toFixed(1), longest.toFixed(1)])
    }
    const jobs = (DEVICES * CAMPAIGNS).toLocaleString('en')
    return [
      table(
        'What grows how: a campaign for all devices of a product, everything through the API, in seconds',
        ['devices', 'registered', 'preview', 'made', 'paused', 'as CSV', 'taken over by another', 'that cancelled'],
        grown,
      ),
      table(
        `${DEVICES.toLocaleString('en')} devices and ${jobs} jobs, made by the API`,
        ['what', ''],
        [
          [`the last campaign for all of them is made, s`, making.toFixed(2)],
          ['it is cancelled, s', cancelling.toFixed(2)],
          ['start to ready, ms', String(station.ready.ms)],
          ['memory afterwards, MB', megabytes.toFixed(0)],
        ],
      ),
      table('One page of each list on that station', ['what', 'median ms', 'longest ms'], rows),
    ].join('\n\n')
  } finally {
    await ended(station)
    rmSync(directory, { recursive: true, force: true })
  }
}
