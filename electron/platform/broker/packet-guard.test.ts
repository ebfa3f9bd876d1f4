import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type GuardLimits, PacketGuard } from './packet-guard.ts'

const limits: GuardLimits = { connectBytes: 64, packetBytes: 512 }

/** MQTT 3.1.1, 2.2.3. */
const remainingLength = (length: number): number[] => {
  const bytes: number[] = []
  do {
    const rest = Math.floor(length / 128)
    bytes.push((length % 128) | (rest > 0 ? 0x80 : 0))
    length = rest
  } while (length > 0)
  return bytes
}
const packet = (type: number, body: number): Buffer =>
  Buffer.concat([Buffer.from([type, ...remainingLength(body)]), Buffer.alloc(body, 0x61)])
const connect = packet(0x10, 20)

/** Feeds the stream in chunks of these sizes, cyclically, and joins the output. */
const through = (guard: PacketGuard, stream: Buffer, sizes: readonly number[]): Buffer => {
  const passed: Buffer[] = []
  for (let at = 0, turn = 0; at < stream.length; turn++) {
    const size = sizes[turn % sizes.length] ?? 1
    const whole = guard.admit(Buffer.from(stream.subarray(at, at + size)))
    if (whole) passed.push(Buffer.from(whole))
    at += size
  }
  return Buffer.concat(passed)
}

describe('the packet guard', () => {
  test('hands a chunk of whole packets back itself, without a copy', () => {
    const guard = new PacketGuard(limits)
    const chunk = Buffer.concat([connect, packet(0x30, 200), packet(0xc0, 0)])
    expect(guard.admit(chunk)).toBe(chunk)
    expect(guard.holding).toBe(false)
  })

  test('lets every byte of a lawful stream through, in order, however it is cut', () => {
    fc.assert(
      fc.property(
        fc.array(fc.nat(509), { maxLength: 12 }),
        fc.array(fc.integer({ min: 1, max: 300 }), { minLength: 1, maxLength: 6 }),
        (bodies, sizes) => {
          const stream = Buffer.concat([connect, ...bodies.map((body) => packet(0x30, body))])
          const guard = new PacketGuard(limits)
          expect(through(guard, stream, sizes).equals(stream)).toBe(true)
          expect(guard.refused).toBeUndefined()
          expect(guard.holding).toBe(false)
        },
      ),
    )
  })

  test('keeps a packet back until its last byte is there', () => {
    const guard = new PacketGuard(limits)
    guard.admit(connect)
    const publish = packet(0x30, 300)
    expect(guard.admit(publish.subarray(0, 1))).toBeUndefined()
    expect(guard.admit(publish.subarray(1, 302))).toBeUndefined()
    expect(guard.holding).toBe(true)
    expect(guard.admit(Buffer.concat([publish.subarray(302), packet(0xc0, 0)]))).toEqual(
      Buffer.concat([publish, packet(0xc0, 0)]),
    )
  })

  test('lets a packet of exactly the limit through and refuses one byte more by its header alone', () => {
    const guard = new PacketGuard(limits)
    guard.admit(connect)
    expect(guard.admit(packet(0x30, 509))?.length).toBe(512)
    expect(guard.admit(packet(0x30, 510).subarray(0, 3))).toBeUndefined()
    expect(guard.refused).toBe('packet too large')
    expect(guard.admit(connect)).toBeUndefined()
  })

  test('has a limit of its own for the packet before the login', () => {
    const guard = new PacketGuard(limits)
    expect(guard.admit(packet(0x10, 63))).toBeUndefined()
    expect(guard.refused).toBe('packet too large')
  })

  test('refuses a stream that does not begin with a CONNECT', () => {
    const guard = new PacketGuard(limits)
    expect(guard.admit(Buffer.from('GET / HTTP/1.1\r\n\r\n'))).toBeUndefined()
    expect(guard.refused).toBe('first packet is no CONNECT')
  })

  test('refuses a length of more than four bytes, in one piece or dribbled', () => {
    for (const sizes of [[6], [1]]) {
      const guard = new PacketGuard(limits)
      guard.admit(connect)
      through(guard, Buffer.from([0x30, 0xff, 0xff, 0xff, 0xff, 0x01]), sizes)
      expect(guard.refused).toBe('malformed packet length')
    }
  })

  test('puts right what clients get wrong, however the packet is cut', () => {
    const unsubscribe = Buffer.from([0xa0, 5, 0, 1, 0, 1, 0x61])
    for (let size = 1; size <= unsubscribe.length; size++) {
      const guard = new PacketGuard(limits)
      guard.admit(Buffer.from(connect))
      const passed = through(guard, Buffer.concat([unsubscribe, unsubscribe]), [size])
      expect([...passed]).toEqual([0, 1].flatMap(() => [0xa2, 5, 0, 1, 0, 1, 0x61]))
    }
  })

  test('never throws and never lets more through than it was given, whatever the bytes', () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ maxLength: 400 }),
        fc.array(fc.integer({ min: 1, max: 50 }), { minLength: 1 }),
        (bytes, sizes) => {
          const stream = Buffer.concat([connect, Buffer.from(bytes)])
          const passed = through(new PacketGuard(limits), Buffer.from(stream), sizes)
          expect(passed.length).toBeLessThanOrEqual(stream.length)
          // Only flags may be corrected.
          expect([...passed].filter((byte, at) => (byte ^ (stream[at] ?? 0)) & 0xc0)).toEqual([])
        },
      ),
    )
  })
})
