import { MessageChannel } from 'node:worker_threads'
import { createORPCClient } from '@orpc/client'
import { RPCLink as PortLink } from '@orpc/client/message-port'
import { RPCLink } from '@orpc/client/websocket'
import { expect, it, onTestFinished } from 'vitest'
import WebSocket from 'ws'
import { ENGINEER_MS } from '../../electron/platform/settings/engineer-lock.ts'
import { createTestClock } from '../helpers/clock.ts'
import { type Client, startTestStation, type TestStation } from '../helpers/station.ts'

const PIN = '271828'
const LINE = { name: 'Line 1' }

const engineer = (ticket: unknown): Record<string, string> => ({ 'x-ota-bench-engineer': String(ticket) })

/** A screen of its own, which sends the ticket it is given along with each call. */
const screen = ({ ready }: TestStation): { client: Client; hold: (ticket: string) => void } => {
  const socket = new WebSocket(`${ready.api.replace('http', 'ws').replace('/api/v1', '')}/rpc?token=${ready.token}`)
  onTestFinished(() => socket.terminate())
  let held: string | undefined
  const headers = (): Record<string, string> => (held === undefined ? {} : engineer(held))
  return {
    client: createORPCClient(new RPCLink({ websocket: socket, headers })),
    hold: (ticket) => {
      held = ticket
    },
  }
}

/** A desktop window, over a message port. */
const windowOf = (station: TestStation): Client => {
  const { port1, port2 } = new MessageChannel()
  onTestFinished(() => port1.close())
  station.upgradePort(port2)
  const link = new PortLink({ port: port1 })
  port1.start()
  port2.start()
  return createORPCClient(link)
}

const locked = async () => {
  const clock = createTestClock()
  const station = await startTestStation({ clock })
  const { ticket } = await station.client.operator.setPin({ pin: PIN })
  return { clock, station, ticket, ...screen(station) }
}

it('locks nothing while no PIN is set', async () => {
  const station = await startTestStation()
  expect(await station.client.operator.state()).toEqual({ pinSet: false, engineerUntil: null })
  expect((await station.rest('POST', '/bench/lines', LINE)).status).toBe(200)
  expect(await station.rest('POST', '/operator/unlock', { pin: PIN })).toMatchObject({
    status: 409,
    body: { code: 'PIN_NOT_SET' },
  })
})

it('refuses operators what changes the bench, over REST, and lets engineers do it', async () => {
  const { station } = await locked()
  const refused = { status: 403, body: { code: 'ENGINEER_ONLY', message: expect.stringContaining('PIN') } }
  expect(await station.rest('POST', '/bench/lines', LINE)).toMatchObject(refused)
  expect(await station.rest('PATCH', '/settings', { downloadUrlSeconds: 60 })).toMatchObject(refused)
  expect(await station.rest('POST', '/bench/recipes/import', '{"upload":"none"}')).toMatchObject(refused)
  expect((await station.rest('GET', '/bench/lines')).body.items).toEqual([])
  expect((await station.rest('GET', '/settings')).status).toBe(200)

  const { body } = await station.rest('POST', '/operator/unlock', { pin: PIN })
  const made = await station.rest('POST', '/bench/lines', LINE, engineer(body.ticket))
  expect(made.status).toBe(200)
  const path = `/bench/lines/${made.body.id}`
  expect((await station.rest('PATCH', path, { operator: 'Li' })).status).toBe(200)
  expect(await station.rest('PATCH', path, { autoStart: true })).toMatchObject(refused)
  expect(await station.rest('DELETE', path)).toMatchObject(refused)
  expect(await station.rest('POST', '/bench/runs', { lineId: made.body.id })).not.toMatchObject(refused)
})

it('refuses a recipe file that is sent as it is, too', async () => {
  const { station } = await locked()
  const form = new FormData()
  form.set('file', new Blob([Buffer.alloc(1024)]), 'a.otarecipe')
  expect(await station.rest('POST', '/bench/recipes/import', form)).toMatchObject({
    status: 403,
    body: { code: 'ENGINEER_ONLY' },
  })
})

it('is held per screen over WebSocket, and given back by locking', async () => {
  const { station, client, hold } = await locked()
  await expect(client.bench.createLine(LINE)).rejects.toMatchObject({ code: 'ENGINEER_ONLY' })
  const { ticket, engineerUntil } = await client.operator.unlock({ pin: PIN })
  hold(ticket)
  expect(await client.operator.state()).toEqual({ pinSet: true, engineerUntil })
  await client.bench.createLine(LINE)
  await expect(station.client.bench.createLine(LINE)).rejects.toMatchObject({ code: 'ENGINEER_ONLY' })
  await client.operator.lock()
  await expect(client.bench.createLine(LINE)).rejects.toMatchObject({ code: 'ENGINEER_ONLY' })
  expect(await client.operator.state()).toEqual({ pinSet: true, engineerUntil: null })
})

it('stays given back after a restart of the station', async () => {
  const { clock, station, client, hold } = await locked()
  const { ticket } = await client.operator.unlock({ pin: PIN })
  const other = await client.operator.unlock({ pin: PIN })
  hold(ticket)
  await client.operator.lock()
  await station.stop()

  const again = await startTestStation({ directory: station.directory, clock })
  expect(await again.rest('POST', '/bench/lines', LINE, engineer(ticket))).toMatchObject({
    status: 403,
    body: { code: 'ENGINEER_ONLY' },
  })
  expect((await again.rest('GET', '/operator', undefined, engineer(ticket))).body).toMatchObject({
    engineerUntil: null,
  })
  // Not one that was kept: nobody who works is thrown out.
  expect((await again.rest('POST', '/bench/lines', LINE, engineer(other.ticket))).status).toBe(200)
})

it('keeps devices, the names of products and files that cannot be had again from operators, over every carrier', async () => {
  const { station, client, hold, ticket } = await locked()
  const product = await station.client.products.create({ name: 'Meter', protocol: 'sagoo' })
  const device = await station.client.devices.create({ productId: product.id, name: 'd1' })
  const window = await windowOf(station)
  const refused = { status: 403, body: { code: 'ENGINEER_ONLY' } }
  expect(await station.rest('DELETE', `/devices/${device.id}`)).toMatchObject(refused)
  expect(await station.rest('PATCH', `/products/${product.id}`, { name: 'Other' })).toMatchObject(refused)
  expect(await station.rest('PATCH', `/products/${product.id}/modules/default`, { alias: 'x' })).toMatchObject(refused)
  expect(await station.rest('DELETE', '/diffs/1')).toMatchObject(refused)
  expect(await station.rest('DELETE', '/bases/1')).toMatchObject(refused)
  for (const carrier of [client, window]) {
    await expect(carrier.devices.remove({ id: device.id })).rejects.toMatchObject({ code: 'ENGINEER_ONLY' })
    await expect(carrier.products.update({ id: product.id, name: 'O' })).rejects.toMatchObject({
      code: 'ENGINEER_ONLY',
    })
  }
  hold(ticket)
  expect(await client.products.update({ id: product.id, name: 'Other' })).toMatchObject({ name: 'Other' })
  await client.devices.remove({ id: device.id })
})

it('ends 15 minutes after the last use, which reading is not', async () => {
  const { clock, client, hold, ticket } = await locked()
  hold(ticket)
  clock.advance(ENGINEER_MS - 60_000)
  await client.bench.createLine(LINE)
  clock.advance(ENGINEER_MS - 60_000)
  await client.bench.createLine({ name: 'Line 2' })
  clock.advance(ENGINEER_MS - 60_000)
  await client.bench.lines()
  await client.operator.state()
  clock.advance(61_000)
  await expect(client.bench.createLine(LINE)).rejects.toMatchObject({ code: 'ENGINEER_ONLY' })
})

it('takes five wrong PINs a minute, also at once, and then none until the minute is over', async () => {
  const { clock, client } = await locked()
  const tries = await Promise.allSettled(Array.from({ length: 8 }, () => client.operator.unlock({ pin: '0000' })))
  const codes = tries.map((tried) => (tried.status === 'rejected' ? (tried.reason as { code: string }).code : 'let in'))
  expect(codes.filter((code) => code === 'PIN_WRONG')).toHaveLength(5)
  expect(codes.filter((code) => code === 'PIN_WAIT')).toHaveLength(3)
  await expect(client.operator.unlock({ pin: PIN })).rejects.toMatchObject({ code: 'PIN_WAIT', data: { seconds: 60 } })
  await expect(client.operator.removePin({ current: PIN })).rejects.toMatchObject({ code: 'PIN_WAIT' })
  clock.advance(60_000)
  await client.operator.unlock({ pin: PIN })
})

it('refuses tickets of another station, of another PIN, and made-up ones', async () => {
  const { station, ticket } = await locked()
  const other = await locked()
  const attempt = (held: string) => station.rest('POST', '/bench/lines', LINE, engineer(held))
  const [id, until, mac] = ticket.split('.')
  for (const bad of [other.ticket, `${id}.${Number(until) + 1e9}.${mac}`, `${id}.${until}`, 'x', '..'])
    expect(await attempt(bad), bad).toMatchObject({ status: 403, body: { code: 'ENGINEER_ONLY' } })
  expect((await attempt(ticket)).status).toBe(200)
  const next = await station.rest('PUT', '/operator/pin', { pin: '314159', current: PIN })
  expect((await attempt(ticket)).status).toBe(403)
  expect((await attempt(String(next.body.ticket))).body.code).not.toBe('ENGINEER_ONLY')
})

it('changes and removes the PIN only for who knows it, and keeps it over a restart', async () => {
  const { station, client, hold, ticket } = await locked()
  hold(ticket)
  await expect(client.operator.setPin({ pin: '9999' })).rejects.toMatchObject({ code: 'PIN_WRONG' })
  await expect(client.operator.setPin({ pin: '9999', current: '1111' })).rejects.toMatchObject({ code: 'PIN_WRONG' })
  expect((await station.rest('PUT', '/operator/pin', { pin: '12a4', current: PIN })).status).toBe(400)
  await expect(client.operator.removePin({ current: '1111' })).rejects.toMatchObject({ code: 'PIN_WRONG' })
  await station.stop()

  const again = await startTestStation({ directory: station.directory })
  expect(await again.client.operator.state()).toEqual({ pinSet: true, engineerUntil: null })
  await again.client.operator.removePin({ current: PIN })
  expect((await again.rest('POST', '/bench/lines', LINE)).status).toBe(200)
})

it('keeps wrong PINs over a restart, and gives up a forgotten PIN to who starts it with --reset-pin', async () => {
  const { clock, station, client } = await locked()
  await Promise.allSettled(Array.from({ length: 5 }, () => client.operator.unlock({ pin: '0000' })))
  await station.stop()

  const { directory } = station
  const again = await startTestStation({ directory, clock })
  await expect(again.client.operator.unlock({ pin: PIN })).rejects.toMatchObject({ code: 'PIN_WAIT' })
  await again.stop()

  const opened = await startTestStation({ directory, clock, resetPin: true })
  expect((await opened.client.operator.state()).pinSet).toBe(false)
  const [entry] = (await opened.client.audit.list({})).items
  expect(entry).toMatchObject({ action: 'operator.resetPin', source: 'station', operator: null })
  const { ticket } = await opened.client.operator.setPin({ pin: PIN })
  expect((await opened.rest('POST', '/bench/lines', LINE, engineer(ticket))).status).toBe(200)
})

it('writes down who unlocked, who failed and what became of the PIN, and never a PIN or a ticket', async () => {
  const { station, client } = await locked()
  const headers = { 'X-Operator': 'Li' }
  await station.rest('POST', '/operator/unlock', { pin: '998877' }, headers)
  const { body } = await station.rest('POST', '/operator/unlock', { pin: PIN }, headers)
  await station.rest('PUT', '/operator/pin', { pin: '314159', current: PIN }, headers)
  await client.operator.removePin({ current: '314159' })
  const { items } = await client.audit.list({})
  expect(items.map(({ action, operator, detail }) => [action, operator, detail])).toEqual([
    ['operator.removePin', null, null],
    ['operator.setPin', 'Li', null],
    ['operator.unlock', 'Li', null],
    ['operator.unlock', 'Li', { refused: 'PIN_WRONG' }],
    ['operator.setPin', null, null],
  ])
  const kept = JSON.stringify(items)
  for (const secret of [PIN, '998877', '314159', String(body.ticket)]) expect(kept).not.toContain(secret)
})

it('keeps the repeat of done units for engineers where the settings say so, over every carrier, and no other run', async () => {
  const { station, client, hold, ticket } = await locked()
  const made = await station.rest('POST', '/bench/lines', LINE, engineer(ticket))
  const again = { lineId: Number(made.body.id), repeat: true }
  // Without a recipe the call is refused later, for another reason.
  expect(await station.rest('POST', '/bench/runs', again)).toMatchObject({ body: { code: 'NO_RECIPE' } })
  await station.rest('PATCH', '/settings', { repeatByEngineers: true }, engineer(ticket))
  expect(await station.rest('POST', '/bench/runs', again, { 'Accept-Language': 'zh' })).toMatchObject({
    status: 403,
    body: { code: 'ENGINEER_ONLY', message: expect.stringMatching(/\p{Script=Han}/u) },
  })
  expect(await station.rest('POST', '/bench/runs', { lineId: again.lineId })).toMatchObject({
    body: { code: 'NO_RECIPE' },
  })
  const window = await windowOf(station)
  for (const carrier of [client, window])
    await expect(carrier.bench.start(again)).rejects.toMatchObject({ code: 'ENGINEER_ONLY' })
  hold(ticket)
  await expect(client.bench.start(again)).rejects.toMatchObject({ code: 'NO_RECIPE' })
})
