import { fork } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { join } from 'node:path'
import type { Campaign, Device } from '#shared/schema.ts'
import type { FleetOptions } from '../../electron/simulator/fleet.ts'
import type { StationProcess } from '../helpers/station-process.ts'
import { isShort } from './length.ts'
import { mosquittoVersion, withMosquitto } from './mosquitto.ts'
import { noticeTopic, withCrowd } from './mqtt-crowd.ts'
import type { LoadClient } from './mqtt-load.ts'
import { table, usage, wait, withStation } from './scratch.ts'

/** Bytes of the image each device fetches. */
const IMAGE = 256 * 1024

const devicesOf = async (station: StationProcess): Promise<Device[]> => {
  const all: Device[] = []
  for (let cursor: string | null = ''; cursor !== null; ) {
    const page: { items: Device[]; nextCursor: string | null } = await station.call(
      'GET',
      `/devices?limit=1000&cursor=${cursor}`,
    )
    all.push(...page.items)
    cursor = page.nextCursor
  }
  return all
}

/** Runs a fleet in a process of its own while `work` goes on. */
const withFleet = async <T>(options: FleetOptions, work: () => Promise<T>): Promise<T> => {
  const child = fork(join(import.meta.dirname, 'fleet-process.ts'), { stdio: ['ignore', 'ignore', 'inherit', 'ipc'] })
  try {
    child.send(options)
    await once(child, 'message')
    return await work()
  } finally {
    child.kill('SIGTERM')
    await once(child, 'exit')
  }
}

/** Memory of mosquitto with as many clients connected and subscribed, MB. */
const ofMosquitto = (count: number): Promise<number | undefined> =>
  withMosquitto(({ port, pid }) =>
    withCrowd(async (crowd) => {
      const clients = Array.from({ length: count }, (_, n): LoadClient => {
        const name = `d-${n}`
        return { clientId: name, username: name, password: name, topic: noticeTopic(name) }
      })
      await crowd.order({ do: 'connect', port, clients, atOnce: 100 })
      return usage(pid).megabytes
    }),
  )

const run = async (count: number): Promise<readonly string[]> => {
  const peer = await ofMosquitto(count)
  const [first = '', ...figures] = await ofStation(count)
  return [first, peer?.toFixed(0) ?? '-', ...figures]
}

const ofStation = (count: number): Promise<readonly string[]> =>
  withStation(async (station) => {
    const { ready, child } = station
    const megabytes = (): number => usage(child.pid).megabytes
    await station.call('POST', '/products', { name: 'bench', key: 'bench', protocol: 'sagoo' })
    const uploads = [await station.upload('bench.bin', randomBytes(IMAGE))]
    await station.call('POST', '/packages', { productId: 1, name: 'bench', version: '2.0.0', uploads })
    const csv = Array.from({ length: count }, (_, n) => `d-${n}`).join('\n')
    await station.call('POST', '/devices/import', { productId: 1, csv })
    const devices = (await devicesOf(station)).map(({ name, secret, accessToken }) => ({
      productKey: 'bench',
      name,
      secret,
      accessToken,
    }))
    const fleet: FleetOptions = {
      protocol: 'sagoo',
      platform: { mqttUrl: ready.mqtt, httpUrl: ready.http, ca: undefined },
      devices,
      module: { name: 'default', kind: 'FOTA', vendor: null, model: null },
      version: '1.0.0',
      bytesPerSecond: 0,
      failurePercent: 10,
      fault: 'mixed',
      rebootMs: 1000,
      queryMs: 0,
    }
    const alone = megabytes()
    return withFleet(fleet, async () => {
      const online = megabytes()
      let most = online
      await station.call('POST', '/campaigns', { packageId: 1, name: 'bench' })
      const campaign = (): Promise<Campaign> => station.call('GET', '/campaigns/1')
      await wait(async () => {
        most = Math.max(most, megabytes())
        return (await campaign()).status === 'finished'
      })
      const { counts } = await campaign()
      return [
        String(count),
        alone.toFixed(0),
        online.toFixed(0),
        most.toFixed(0),
        `${counts.succeeded} + ${counts.failed}`,
      ]
    })
  })

/** Resident memory of the station alone: the devices live in a process of their own. */
export const bench = async (): Promise<string> =>
  table(
    'Memory of the station alone (devices in another process, 256 KiB image, 10 % failing)',
    [
      'devices',
      `${mosquittoVersion()}, all online, MB`,
      'none connected, MB',
      'all online, MB',
      'most during a campaign, MB',
      'succeeded + failed',
    ],
    isShort ? [await run(20)] : [await run(1000), await run(5000)],
  )
