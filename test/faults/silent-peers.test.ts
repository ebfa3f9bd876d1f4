import { existsSync } from 'node:fs'
import mqtt from 'mqtt'
import { describe, expect, it, onTestFinished } from 'vitest'
import type { ReadyInfo } from '../../electron/station/ready-line.ts'
import { until } from '../helpers/until.ts'
import { anyPorts, builtStation, launch, ready, scratch } from '../launch/launched.ts'
import { beginnings, closed, descriptorsOf, linesByMessage, openSilent } from './crowd.ts'
import { isSoak, times } from './length.ts'

/** The second is more than most systems give a program by itself. */
const limitsOfFiles = isSoak ? [1024, 16_384] : [1024]
/** On each of five listeners: in all more than the process may have. */
const SILENT = times(1000, 20_000)

const canLimit = process.platform === 'linux' && existsSync('/usr/bin/prlimit')

const portsOf = ({ mqtt, mqtts, http, https, api }: ReadyInfo): Record<string, number> =>
  Object.fromEntries(
    Object.entries({ mqtt, mqtts, http, https, ui: api }).map(([name, url]) => [name, Number(new URL(url ?? '').port)]),
  )

const startLimited = (directory: string, descriptors: number) => {
  const launched = launch('prlimit', [
    ...[`--nofile=${descriptors}`, process.execPath, builtStation, '--data', directory, '--token', 't'],
    ...anyPorts,
  ])
  onTestFinished(() => void launched.child.kill('SIGKILL'))
  return launched
}

const asker =
  ({ api }: ReadyInfo) =>
  async (method: string, path: string, body?: object): Promise<{ status: number; json: unknown }> => {
    const response = await fetch(`${api}${path}`, {
      method,
      headers: { Authorization: 'Bearer t' },
      ...(body && { body: JSON.stringify(body) }),
    })
    return { status: response.status, json: await response.json() }
  }

const device = async (url: string, name: string) => {
  const client = await mqtt.connectAsync(
    url,
    { username: `${name}&field`, password: 'secret', reconnectPeriod: 0 },
    false,
  )
  onTestFinished(async () => {
    await client.endAsync(true)
  })
  let isGone = false
  client.once('close', () => {
    isGone = true
  })
  client.on('error', () => undefined)
  return {
    isGone: () => isGone,
    report: (version: string) =>
      client.publishAsync(`/ota/device/inform/field/${name}`, JSON.stringify({ id: '1', params: { version } }), {
        qos: 1,
      }),
  }
}

describe.skipIf(!canLimit)('half-open connections beyond what the process may have, on each listener', () => {
  it.each(limitsOfFiles)(
    'disturb nobody at a limit of %d files, say so once a minute, and leave nothing behind',
    async (files) => {
      using data = scratch()
      await using station = startLimited(data.path, files)
      const info = await ready(station)
      const ask = asker(info)
      await ask('POST', '/products', { name: 'Field', key: 'field', protocol: 'sagoo' })
      await ask('POST', '/devices/import', { productId: 1, csv: 'first,secret\nsecond,secret\nthird,secret' })
      const first = await device(info.mqtt, 'first')
      await first.report('1.0.0')
      const pid = station.child.pid ?? 0
      const before = await descriptorsOf(pid)

      const ports = portsOf(info)
      const crowds = []
      for (const [name, said] of Object.entries(beginnings))
        crowds.push(await openSilent(ports[name] ?? 0, SILENT, said))
      expect(await descriptorsOf(pid)).toBeLessThanOrEqual(files)

      // In the thick of it.
      await first.report('1.1.0')
      const second = await device(info.mqtt, 'second')
      await second.report('2.0.0')
      expect((await ask('GET', '/station')).status).toBe(200)
      const page = await fetch(new URL('/', info.ui))
      expect(page.status).toBe(200)
      await page.text()

      for (const socket of crowds.flat()) socket.destroy()
      const third = await device(info.mqtt, 'third')
      await third.report('3.0.0')
      expect([first.isGone(), second.isGone(), third.isGone()]).toEqual([false, false, false])
      const { json } = await ask('GET', '/devices')
      expect(json).toMatchObject({ items: { length: 3 } })
      // Two devices more are connected.
      await until(
        () => descriptorsOf(pid),
        (count) => count <= before + 3,
      )
      for (const times of linesByMessage(station.err()).values())
        for (const [n, time] of times.entries()) expect(time - (times[n - 1] ?? 0)).toBeGreaterThan(59_000)
      expect([...linesByMessage(station.err()).keys()].join('\n')).toContain('complete nothing')
    },
  )
})

it('closes on every listener what begins and does not go on', async () => {
  using data = scratch()
  const station = launch(process.execPath, [builtStation, '--data', data.path, '--token', 't', ...anyPorts])
  onTestFinished(() => void station.child.kill('SIGKILL'))
  const ports = portsOf(await ready(station))
  const crowds = await Promise.all(
    Object.entries(beginnings).map(([name, said]) => openSilent(ports[name] ?? 0, said.length, said)),
  )
  await Promise.all(crowds.flat().map(closed))
})
