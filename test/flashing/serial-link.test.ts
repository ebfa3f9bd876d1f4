import { chmod } from 'node:fs/promises'
import { expect, it } from 'vitest'
import { FlashError } from '../../electron/flashing/flasher.ts'
import { openError } from '../../electron/flashing/links/open-error.ts'
import { openSerialLink } from '../../electron/flashing/links/serial-link.ts'
import { LinkLostError, type SerialLink } from '../../electron/flashing/transport.ts'
import { createAwakeClock } from '../helpers/awake-clock.ts'
import { openPtyPair } from '../helpers/pty.ts'
import { limits } from '../limits.mjs'

const settings = { baudRate: 115_200 }

const open = async (path: string): Promise<SerialLink & AsyncDisposable> => {
  const link = await openSerialLink(path, settings, createAwakeClock())
  return { ...link, [Symbol.asyncDispose]: () => link.close() }
}

const collect = async (link: SerialLink, count: number): Promise<Buffer> => {
  let bytes = Buffer.alloc(0)
  while (bytes.length < count) {
    const more = await link.read(limits.wait)
    if (more.length === 0) break
    bytes = Buffer.concat([bytes, more])
  }
  return bytes
}

it('carries bytes of every value both ways, also those that came before anyone read', async () => {
  await using pty = await openPtyPair()
  await using near = await open(pty.near)
  await using far = await open(pty.far)
  const bytes = Uint8Array.from({ length: 4096 }, (_, at) => at & 0xff)
  await near.write(bytes)
  expect(await collect(far, bytes.length)).toEqual(Buffer.from(bytes))
  await far.write(bytes)
  expect(await collect(near, bytes.length)).toEqual(Buffer.from(bytes))
})

it('gives back what was read too much, drops what is flushed, and answers silence with nothing', async () => {
  await using pty = await openPtyPair()
  await using near = await open(pty.near)
  await using far = await open(pty.far)
  await far.write(Uint8Array.of(1, 2, 3))
  const bytes = await collect(near, 3)
  near.unread(bytes.subarray(1))
  expect([...(await near.read(limits.wait))]).toEqual([2, 3])
  near.unread(Uint8Array.of(9))
  near.flush()
  expect(await near.read(20)).toHaveLength(0)
})

it('carries on without modem lines, and through a change of speed and parity', async () => {
  await using pty = await openPtyPair()
  await using near = await open(pty.near)
  await using far = await open(pty.far)
  await near.setLines({ dtr: true, rts: false })
  await near.configure({ baudRate: 9600 })
  await near.configure({ baudRate: 57_600, parity: 'even' })
  await near.write(Uint8Array.of(0x55))
  expect([...(await collect(far, 1))]).toEqual([0x55])
})

it('is lost when the cable is pulled: who reads, who writes and who comes later hear of it', async () => {
  await using pty = await openPtyPair()
  await using near = await open(pty.near)
  const reading = expect(near.read(limits.wait)).rejects.toThrow(LinkLostError)
  await pty.pull()
  await reading
  await expect(near.write(Uint8Array.of(1))).rejects.toThrow(LinkLostError)
  await expect(near.read(10)).rejects.toThrow(LinkLostError)
  await expect(near.setLines({ dtr: false, rts: false })).rejects.toThrow(LinkLostError)
})

it('ends a write into a line that nobody empties when the cable is pulled', async () => {
  await using pty = await openPtyPair()
  await using near = await open(pty.near)
  const writing = expect(near.write(new Uint8Array(2_000_000))).rejects.toThrow(LinkLostError)
  await pty.pull()
  await writing
})

it('ends a read with the reason of the signal', async () => {
  await using pty = await openPtyPair()
  await using near = await open(pty.near)
  const control = new AbortController()
  const reading = near.read(limits.wait, control.signal)
  control.abort(new Error('stopped by a person'))
  await expect(reading).rejects.toThrow('stopped by a person')
})

it('refuses a port that is open already, and one that is not there, each in its own words', async () => {
  await using pty = await openPtyPair()
  await using _near = await open(pty.near)
  await expect(open(pty.near)).rejects.toMatchObject({ code: 'PORT_BUSY', data: { port: pty.near } })
  await expect(open('/dev/ttyUSB-none')).rejects.toMatchObject({ code: 'PORT_GONE' })
  await expect(open('/dev/null')).rejects.toMatchObject({ code: 'PORT_NOT_SERIAL' })
})

it('says so when permission is missing', async () => {
  await using pty = await openPtyPair()
  await chmod(pty.near, 0)
  const isRoot = process.getuid?.() === 0
  // Root may open everything: for a moment we are nobody.
  if (isRoot) process.seteuid?.(65_534)
  try {
    await expect(open(pty.near)).rejects.toMatchObject({ code: 'PORT_DENIED' })
  } finally {
    if (isRoot) process.seteuid?.(0)
  }
})

it.each([
  ['Error: Permission denied, cannot open /dev/ttyUSB0', 'PORT_DENIED'],
  ['Error Permission denied Cannot open /dev/ttyUSB0', 'PORT_DENIED'],
  ['Error Resource temporarily unavailable Cannot lock port', 'PORT_BUSY'],
  ['Error Device or resource busy Cannot open /dev/ttyACM0', 'PORT_BUSY'],
  ['Opening COM7: Access denied', 'PORT_BUSY'],
  ['Opening COM7: File not found', 'PORT_GONE'],
  ['Error No such file or directory Cannot open /dev/ttyUSB0', 'PORT_GONE'],
  ['Error No such device or address Cannot open /dev/ttyS3', 'PORT_GONE'],
  ['Opening COM7: Unknown error code 31', 'PORT_FAILED'],
])('reads "%s" as %s', (words, code) => {
  const error = openError('COM7', new Error(words))
  expect(error).toBeInstanceOf(FlashError)
  expect(error.code).toBe(code)
})
