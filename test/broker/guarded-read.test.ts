import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { guardReads } from '../../electron/platform/broker/guarded-read.ts'
import { PacketGuard } from '../../electron/platform/broker/packet-guard.ts'

/** A clock whose time passes when the test says so. */
const handClock = () => {
  const due = new Set<() => void>()
  return {
    now: () => 0,
    steady: () => 0,
    after: (_ms: number, then: () => void) => {
      due.add(then)
      return () => due.delete(then)
    },
    get waiting() {
      return due.size
    },
    elapse: () => {
      for (const then of [...due]) then()
    },
  }
}

const connectPacket = Buffer.from([0x10, 3, 1, 2, 3])
const ping = Buffer.from([0xc0, 0])
let clock: ReturnType<typeof handClock>
let device: Socket
let station: Socket
let stop: () => void
let refused: string[]

beforeEach(async () => {
  const server = createServer()
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const accepted = once(server, 'connection')
  device = connect((server.address() as AddressInfo).port, '127.0.0.1')
  station = ((await accepted) as [Socket])[0]
  stop = () => {
    device.destroy()
    station.destroy()
    server.close()
  }
  clock = handClock()
  refused = []
  guardReads(station, new PacketGuard({ connectBytes: 100, packetBytes: 100 }), 1000, clock, (reason) => {
    refused.push(reason)
    station.destroy()
  })
})

afterEach(() => stop())

/** Reads as aedes does: on `readable`, all there is, once. */
const nextPackets = (): Promise<Buffer> =>
  new Promise((resolve) => {
    const look = () => {
      const bytes = station.read() as Buffer | null
      if (!bytes) return
      station.off('readable', look)
      resolve(bytes)
    }
    station.on('readable', look)
  })

test('whole packets come out, the beginning of the next one is kept back and timed', async () => {
  device.write(Buffer.concat([connectPacket, Buffer.from([0x30, 10, 1])]))
  expect(await nextPackets()).toEqual(connectPacket)
  expect(clock.waiting).toBe(1)
  device.write(Buffer.concat([Buffer.alloc(9), ping]))
  expect(await nextPackets()).toEqual(Buffer.concat([Buffer.from([0x30, 10, 1]), Buffer.alloc(9), ping]))
  expect(clock.waiting).toBe(0)
})

test('a packet that is not finished in time ends the connection, once', async () => {
  device.write(Buffer.concat([connectPacket, Buffer.from([0x30, 10, 1])]))
  await nextPackets()
  const closed = once(station, 'close')
  clock.elapse()
  await closed
  clock.elapse()
  expect(refused).toEqual(['packet not completed in time'])
  expect(clock.waiting).toBe(0)
})

test('a refused packet ends the connection and nothing of its chunk comes out', async () => {
  const closed = once(station, 'close')
  const read: unknown[] = []
  station.on('readable', () => read.push(station.read()))
  device.write(Buffer.concat([connectPacket, Buffer.from([0x30, 0xff, 0x7f])]))
  await closed
  expect(refused).toEqual(['packet too large'])
  expect(read.filter((bytes) => bytes !== null)).toEqual([])
})
