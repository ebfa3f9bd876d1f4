import { connect as connectTcp } from 'node:net'
import { expect, it, onTestFinished } from 'vitest'
import type { Device } from '#shared/schema.ts'
import { connectDevice } from '../helpers/device.ts'
import { formOf } from '../helpers/http.ts'
import { seeded } from '../helpers/seeded.ts'
import { until } from '../helpers/until.ts'
import { anyPorts, builtStation, launch, ready, scratch } from '../launch/launched.ts'
import { FieldDevice } from './field-device.ts'

const DEVICES = 20

it('stops by itself on SIGTERM in the middle of everything, and keeps what it acknowledged', async () => {
  using data = scratch()
  const fleet = Array.from({ length: DEVICES }, (_, n) => new FieldDevice(`d${n}`, seeded(n)))
  const start = () => {
    const launched = launch(process.execPath, [
      ...[builtStation, '--data', data.path, '--no-tls', '--token', 't'],
      ...anyPorts,
    ])
    // A test that runs out of time is never unwound: its stations end here.
    onTestFinished(() => void launched.child.kill('SIGKILL'))
    return launched
  }
  const ask = async <T>(base: string, method: string, path: string, body?: object): Promise<T> => {
    const response = await fetch(`${base}${path}`, {
      method,
      headers: { Authorization: 'Bearer t' },
      ...(body && { body: body instanceof FormData ? body : JSON.stringify(body) }),
    })
    return (await response.json()) as T
  }

  await using station = start()
  const { api, mqtt, ui } = await ready(station)
  await ask(api, 'POST', '/products', { name: 'Field', key: 'field', protocol: 'sagoo' })
  const csv = fleet.map(({ name }) => `${name},secret`).join('\n')
  await ask(api, 'POST', '/devices/import', { productId: 1, csv })
  const form = formOf([['app.bin', Buffer.alloc(5000)]], { productId: 1, name: 'p', version: '2.0.0' })
  const pack = await ask<{ id: number }>(api, 'POST', '/packages', form)

  // An upload that never ends, a reader of live events, a screen that asks nothing: none of them may hold it up.
  const { hostname, port, host } = new URL(ui)
  const begun = (text: string) => {
    const socket = connectTcp(Number(port), hostname, () => socket.write(text))
    socket.on('error', () => {})
    onTestFinished(() => void socket.destroy())
    return socket
  }
  const head = `Host: ${host}\r\nAuthorization: Bearer t\r\n`
  begun(`POST /api/v1/uploads HTTP/1.1\r\n${head}X-File-Name: a.bin\r\nContent-Length: 99999\r\n\r\nbegun`)
  const events = begun(`GET /api/v1/events HTTP/1.1\r\n${head}\r\n`)
  await new Promise((resolve) => events.once('data', resolve))

  const gone = new AbortController()
  const ended = station.ended.then(() => gone.abort())
  let acknowledged = 0
  const count = (): void => {
    if (++acknowledged === DEVICES * 2) station.child.kill('SIGTERM')
  }
  const lives = fleet.map((device) => device.live({ mqttUrl: mqtt, gone: gone.signal, acknowledged: count }))
  await ask(api, 'POST', '/campaigns', { packageId: pack.id, name: 'c' })
  expect(await station.ended).toBe(0)
  await Promise.all([ended, ...lives])
  // "stopped" is its own end; the other end is a time limit that runs out.
  expect(station.err()).toContain('"msg":"stopped"')
  expect(station.err()).not.toContain('too long')

  await using again = start()
  const second = await ready(again)
  const shown = await until(
    () => ask<{ items: Device[] }>(second.api, 'GET', '/devices?limit=100'),
    ({ items }) => items.length === DEVICES,
  )
  for (const device of fleet) {
    const version = shown.items.find(({ name }) => name === device.name)?.modules[0]?.version
    expect([device.acknowledgedVersion, ...device.perhaps], device.name).toContain(version)
  }
  again.child.kill('SIGTERM')
  expect(await again.ended).toBe(0)
})

it('is ended at its limit when a device takes its file and does not take it in', async () => {
  using data = scratch()
  await using station = launch(
    process.execPath,
    [builtStation, '--data', data.path, '--no-tls', '--token', 't', ...anyPorts],
    { OTA_BENCH_STOP_TIMEOUT: '0.5' },
  )
  const { api, mqtt } = await ready(station)
  const ask = async (path: string, body: object): Promise<void> => {
    const sent = body instanceof FormData ? body : JSON.stringify(body)
    const response = await fetch(`${api}${path}`, {
      method: 'POST',
      headers: { Authorization: 'Bearer t', Connection: 'close' },
      body: sent,
    })
    expect(response.status, await response.text()).toBe(200)
  }
  await ask('/products', { name: 'P', key: 'p', protocol: 'sagoo' })
  await ask('/devices', { productId: 1, name: 'd', secret: 's' })
  const device = await connectDevice({ mqttUrl: mqtt, productKey: 'p', name: 'd', secret: 's' })
  await device.listen()
  await device.inform('1.0.0')
  await ask('/packages', formOf([['a.bin', Buffer.alloc(30_000_000)]], { productId: 1, name: 'p', version: '2.0.0' }))
  await ask('/campaigns', { packageId: 1, name: 'c' })
  const { url } = (await device.notice()).data
  const { hostname, port, pathname } = new URL(url)
  // Nothing more is read of it than its first bytes.
  const socket = connectTcp(Number(port), hostname, () =>
    socket.write(`GET ${pathname} HTTP/1.1\r\nHost: ${hostname}\r\n\r\n`),
  )
  onTestFinished(() => void socket.destroy())
  socket.on('error', () => {})
  await new Promise((resolve) => socket.once('readable', resolve))
  station.child.kill('SIGTERM')
  expect(await station.ended).toBe(0)
  expect(station.err()).toContain('stopping took too long')
  expect(station.err()).not.toContain('"msg":"stopped"')
})
