import { mkdtempSync, rmSync, symlinkSync, unlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import type { Console, ConsoleOutput, Line } from '#shared/schema.ts'
import { openSerialLink } from '../../electron/flashing/links/serial-link.ts'
import type { SerialLink } from '../../electron/flashing/transport.ts'
import { createAwakeClock } from '../helpers/awake-clock.ts'
import { openPtyPair, type PtyPair } from '../helpers/pty.ts'
import { startTestStation, type TestStation } from '../helpers/station.ts'
import { until } from '../helpers/until.ts'

const clock = createAwakeClock()

/** The far end of a pty: what the board prints and hears. */
const boardAt = async (pair: PtyPair): Promise<SerialLink> => {
  const link = await openSerialLink(pair.far, { baudRate: 115_200 }, clock)
  onTestFinished(() => link.close())
  return link
}

const slotAt = async ({ client }: TestStation, path: string, label = '3'): Promise<Line['slots'][number]> => {
  const line = await client.bench.createLine({ name: 'Ptys', slots: [{ label, path }] })
  const { slots } = await until(
    () => client.bench.getLine({ id: line.id }),
    (now) => now.slots.every(({ port }) => port !== null),
  )
  const [slot] = slots
  if (!slot) throw new Error('no slot')
  return slot
}

const bytesOf = ({ entries }: ConsoleOutput, kind = 'received'): Buffer =>
  Buffer.concat(entries.filter((entry) => entry.kind === kind).map(({ base64 }) => Buffer.from(base64, 'base64')))

const output = ({ client }: TestStation, id: number, offset = 0): Promise<ConsoleOutput> =>
  client.bench.readConsole({ id, offset, limit: 1024 * 1024 })

const states = async (station: TestStation, id: number) =>
  (await output(station, id)).entries.filter(({ kind }) => kind === 'note').map(({ note }) => note)

const isOpen = ({ client }: TestStation, id: number): Promise<Console> =>
  until(
    () => client.bench.getConsole({ id }),
    ({ state }) => state === 'open',
  )

/** Reads what the board was sent until it is this long. */
const heard = async (board: SerialLink, length: number): Promise<Buffer> => {
  let all = Buffer.alloc(0)
  await until(
    async () => {
      all = Buffer.concat([all, await board.read(50)])
      return all.length
    },
    (got) => got >= length,
  )
  return all
}

describe('a serial console', () => {
  it('keeps what the board prints, in order and with times, also what came before the first read', async () => {
    await using pair = await openPtyPair()
    const board = await boardAt(pair)
    const station = await startTestStation()
    const slot = await slotAt(station, pair.near)
    const { status, body } = await station.rest('POST', '/bench/consoles', { slotId: slot.id, baudRate: 74_880 })
    expect(status, JSON.stringify(body)).toBe(200)
    expect(body).toMatchObject({
      state: 'open',
      slotId: slot.id,
      slot: '3',
      path: pair.near,
      baudRate: 74_880,
      dtr: true,
    })
    const id = Number(body.id)
    // Cut in the middle of a character and of a line.
    const printed = Buffer.from('boot: 启动完成 ✓\r\n\u001b[32mready\u001b[0m\r\n')
    for (const byte of printed) await board.write(Uint8Array.of(byte))
    await until(
      () => output(station, id),
      (got) => bytesOf(got).length >= printed.length,
    )
    const got = await station.rest('GET', `/bench/consoles/${id}/output?offset=1`)
    expect(bytesOf(got.body as unknown as ConsoleOutput).equals(printed)).toBe(true)
    expect(got.body).toMatchObject({ dropped: 0, next: 1 + printed.length })
    const late = await station.rest('GET', `/bench/consoles/${id}/output?offset=7&limit=3`)
    expect(bytesOf(late.body as unknown as ConsoleOutput)).toEqual(printed.subarray(6, 9))
    expect((await station.rest('DELETE', `/bench/consoles/${id}`)).status).toBe(200)
    expect((await station.rest('GET', `/bench/consoles/${id}`)).status).toBe(404)
  })

  it('sends lines with each end and bytes in hex, and shows everybody what was sent', async () => {
    await using pair = await openPtyPair()
    const board = await boardAt(pair)
    const station = await startTestStation()
    const slot = await slotAt(station, pair.near)
    const { id } = await station.client.bench.openConsole({ slotId: slot.id })
    await isOpen(station, id)
    const send = (body: object) => station.rest('POST', `/bench/consoles/${id}/send`, body)
    for (const body of [
      { text: 'a' },
      { text: 'b', lineEnd: 'lf' },
      { text: 'c', lineEnd: 'cr' },
      { text: '温度', lineEnd: 'none' },
      { hex: '03 1b' },
      { hex: 'ff', lineEnd: 'crlf' },
    ])
      expect((await send(body)).status).toBe(200)
    const wanted = Buffer.concat([Buffer.from('a\r\nb\nc\r温度'), Buffer.from([0x03, 0x1b, 0xff]), Buffer.from('\r\n')])
    expect(await heard(board, wanted.length)).toEqual(wanted)
    expect(bytesOf(await output(station, id), 'sent')).toEqual(wanted)
    expect(await send({ text: 'a', hex: '00' })).toMatchObject({ status: 400 })
    expect(await send({ hex: '0' })).toMatchObject({ status: 400 })
    // Who sent what is in the audit log.
    const { items } = await station.client.audit.list({ action: 'bench.sendConsole' })
    expect(items).toHaveLength(6)
    expect(items.at(-1)).toMatchObject({ subject: `3 #${id}`, detail: { text: 'a' } })
  })

  it('is one for two windows: both follow it, and a setting of one is that of both', async () => {
    await using pair = await openPtyPair()
    const board = await boardAt(pair)
    const station = await startTestStation()
    const slot = await slotAt(station, pair.near)
    const { client } = station
    const [left, right] = await Promise.all([
      client.bench.openConsole({ slotId: slot.id }),
      client.bench.openConsole({ path: pair.near }),
    ])
    expect(left.id).toBe(right.id)
    await isOpen(station, left.id)
    const abort = new AbortController()
    onTestFinished(() => abort.abort())
    const follow = async (): Promise<string> => {
      let text = ''
      for await (const message of await client.bench.followConsole({ id: left.id }, { signal: abort.signal })) {
        text += bytesOf(message).toString()
        if (text.includes('second')) return text
      }
      return text
    }
    const both = [follow(), follow()]
    await until(
      () => client.bench.getConsole({ id: left.id }),
      ({ readers }) => readers === 2,
    )
    await board.write(Buffer.from('first\n'))
    await board.write(Buffer.from('second\n'))
    expect(await Promise.all(both)).toEqual(['first\nsecond\n', 'first\nsecond\n'])
    await client.bench.openConsole({ slotId: slot.id, baudRate: 9600, parity: 'even' })
    expect(await client.bench.updateConsole({ id: left.id, rts: false })).toMatchObject({
      baudRate: 9600,
      parity: 'even',
      dtr: true,
      rts: false,
    })
    await isOpen(station, left.id)
    await board.write(Buffer.from('still here'))
    await until(
      () => output(station, left.id),
      (got) => bytesOf(got).toString().endsWith('still here'),
    )
    expect((await client.bench.consoles()).items).toHaveLength(1)
  })

  it('goes on when the board is unplugged and comes back at the same place', async () => {
    const pair = await openPtyPair()
    const folder = mkdtempSync(join(tmpdir(), 'console-'))
    onTestFinished(() => rmSync(folder, { recursive: true }))
    const place = join(folder, 'port')
    symlinkSync(pair.near, place)
    const board = await boardAt(pair)
    const station = await startTestStation()
    const slot = await slotAt(station, place)
    const { id } = await station.client.bench.openConsole({ slotId: slot.id })
    await isOpen(station, id)
    await board.write(Buffer.from('before '))
    await until(
      () => output(station, id),
      (got) => bytesOf(got).length > 0,
    )
    unlinkSync(place)
    await pair.pull()
    await until(
      () => station.client.bench.getConsole({ id }),
      ({ state }) => state === 'gone',
    )
    expect(await station.rest('POST', `/bench/consoles/${id}/send`, { text: 'x' })).toMatchObject({
      status: 409,
      body: { code: 'CONSOLE_NOT_OPEN' },
    })
    await using next = await openPtyPair()
    const again = await boardAt(next)
    symlinkSync(next.near, place)
    await isOpen(station, id)
    await again.write(Buffer.from('after'))
    await until(
      () => output(station, id),
      (got) => bytesOf(got).toString() === 'before after',
    )
    expect(await states(station, id)).toEqual(['open', 'gone', 'open'])
  })

  it('keeps a megabyte of a flood, and tells a slow reader what it missed', async () => {
    await using pair = await openPtyPair()
    const board = await boardAt(pair)
    const station = await startTestStation()
    const slot = await slotAt(station, pair.near)
    const { id } = await station.client.bench.openConsole({ slotId: slot.id })
    await isOpen(station, id)
    const abort = new AbortController()
    onTestFinished(() => abort.abort())
    const stream = await station.client.bench.followConsole({ id }, { signal: abort.signal })
    const first = await stream.next()
    expect(first.value).toMatchObject({ dropped: 0, console: { readers: 1 } })
    const total = 3 * 1024 * 1024
    const line = Buffer.from('0123456789abcdef'.repeat(1024))
    for (let sent = 0; sent < total; sent += line.length) await board.write(line)
    const { end, begin } = await until(
      () => station.client.bench.getConsole({ id }),
      (now) => now.end > total,
    )
    expect(end - begin).toBeLessThanOrEqual(1024 * 1024)
    expect(await output(station, id)).toMatchObject({ dropped: begin })
    // Every position is either received or told as dropped.
    let at = first.done ? 0 : first.value.next
    for await (const message of stream) {
      const got = bytesOf(message).length
      expect(message.next).toBe(at + message.dropped + got)
      at = message.next
      if (at >= end) break
    }
    expect(at).toBe(end)
  })

  it('is held by nobody who has gone: it closes, and so do all when the station stops', async () => {
    await using pair = await openPtyPair()
    await boardAt(pair)
    const station = await startTestStation()
    const slot = await slotAt(station, pair.near)
    const { id } = await station.client.bench.openConsole({ slotId: slot.id })
    await isOpen(station, id)
    await station.stop()
    const free = await openSerialLink(pair.near, { baudRate: 115_200 }, clock)
    await free.close()
  })

  it('says why a port cannot be opened, and opens it once another program lets go', async () => {
    await using pair = await openPtyPair()
    const other = await openSerialLink(pair.near, { baudRate: 115_200 }, clock)
    const station = await startTestStation()
    const slot = await slotAt(station, pair.near)
    const { body } = await station.rest('POST', '/bench/consoles', { slotId: slot.id })
    expect(body).toMatchObject({ state: 'failed', trouble: { code: 'PORT_BUSY', message: expect.any(String) } })
    await other.close()
    await isOpen(station, Number(body.id))
  })

  it('does not open what is not there', async () => {
    const station = await startTestStation()
    expect(await station.rest('POST', '/bench/consoles', { slotId: 99 })).toMatchObject({ status: 404 })
    expect(await station.rest('POST', '/bench/consoles', { path: '/dev/ttyNone' })).toMatchObject({ status: 404 })
    expect(await station.rest('POST', '/bench/consoles', {})).toMatchObject({ status: 400 })
    expect(await station.rest('POST', '/bench/consoles', { slotId: 1, baudRate: 3 })).toMatchObject({ status: 400 })
  })

  it('streams over REST as server-sent events', async () => {
    await using pair = await openPtyPair()
    const board = await boardAt(pair)
    const station = await startTestStation()
    const slot = await slotAt(station, pair.near)
    const { id } = await station.client.bench.openConsole({ slotId: slot.id })
    await isOpen(station, id)
    const abort = new AbortController()
    const response = await fetch(`${station.ready.api}/bench/consoles/${id}/stream?offset=1`, {
      headers: { Authorization: `Bearer ${station.ready.token}`, Connection: 'close' },
      signal: abort.signal,
    })
    expect(response.headers.get('content-type')).toContain('text/event-stream')
    await board.write(Buffer.from('hello'))
    let text = ''
    const decoder = new TextDecoder()
    for await (const piece of response.body ?? []) {
      text += decoder.decode(piece as Uint8Array, { stream: true })
      if (text.includes(Buffer.from('hello').toString('base64'))) break
    }
    expect(text).toMatch(/^event: message\ndata: \{/m)
    abort.abort()
    await until(
      () => station.client.bench.getConsole({ id }),
      ({ readers }) => readers === 0,
    )
  })
})

it('operators look at a console and choose its speed; engineers send and set its lines', async () => {
  await using pair = await openPtyPair()
  await boardAt(pair)
  const station = await startTestStation()
  const slot = await slotAt(station, pair.near)
  const { ticket } = await station.client.operator.setPin({ pin: '271828' })
  const { status, body } = await station.rest('POST', '/bench/consoles', { slotId: slot.id })
  expect(status).toBe(200)
  const path = `/bench/consoles/${body.id}`
  await isOpen(station, Number(body.id))
  const engineer = { 'X-OTA-Bench-Engineer': ticket }
  expect((await station.rest('PATCH', path, { baudRate: 9600 })).status).toBe(200)
  expect((await station.rest('GET', `${path}/output`)).status).toBe(200)
  for (const [method, where, what] of [
    ['POST', `${path}/send`, { text: 'erase' }],
    ['PATCH', path, { dtr: false }],
  ] as const) {
    expect(await station.rest(method, where, what)).toMatchObject({ status: 403, body: { code: 'ENGINEER_ONLY' } })
    expect((await station.rest(method, where, what, engineer)).status).toBe(200)
  }
  expect((await station.rest('DELETE', path)).status).toBe(200)
})
