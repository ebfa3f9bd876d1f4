import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { ConsoleReader, consoleLines } from './console-frames.ts'
import { RawReader } from './raw-packets.ts'

const bytes = (hex: string): Uint8Array => new Uint8Array(Buffer.from(hex.replaceAll(' ', ''), 'hex'))
const hex = (packet: Uint8Array): string => Buffer.from(packet).toString('hex')

/** A reset by mcumgr's command line as it was seen on a wire (Nordic DevZone, question 102545): packet, and line. */
const resetPacket = bytes('02 00 00 01 00 00 8a 05 a0')
const resetLine = bytes('06 09 41 41 73 43 41 41 41 42 41 41 43 4b 42 61 41 31 51 77 3d 3d 0a')

/** A packet with a header that an answer may have. */
const answer = fc
  .tuple(fc.constantFrom(1, 3, 9, 11), fc.uint8Array({ maxLength: 700 }), fc.uint8Array({ minLength: 4, maxLength: 4 }))
  .map(([op, body, rest]) => Uint8Array.of(op, 0, body.length >> 8, body.length & 0xff, ...rest, ...body))

/** Output of a console that holds neither marker nor line end. */
const text = fc
  .uint8Array({ maxLength: 40 })
  .map((one) => Buffer.from(one.map((byte) => ([4, 6, 10].includes(byte) ? 32 : byte))))

/** Gives bytes in pieces. */
const inPieces = (reader: ConsoleReader | RawReader, all: Uint8Array, size: number): Uint8Array[] => {
  const packets: Uint8Array[] = []
  for (let at = 0; at < all.length; at += size) packets.push(...reader.push(all.subarray(at, at + size)))
  return packets
}

describe('a packet on a console', () => {
  it('is the line that mcumgr sends', () => {
    expect(hex(consoleLines(resetPacket))).toBe(hex(resetLine))
  })

  it('is read from that line', () => {
    expect(new ConsoleReader().push(resetLine).map(hex)).toEqual([hex(resetPacket)])
  })

  it('has lines of at most 127 bytes, each with base64 of its own, and no carriage return', () => {
    fc.assert(
      fc.property(answer, (packet) => {
        const lines = Buffer.from(consoleLines(packet)).toString('latin1').split('\n').slice(0, -1)
        for (const [at, line] of lines.entries()) {
          expect(line.length).toBeLessThanOrEqual(126)
          expect(line.slice(0, 2)).toBe(at === 0 ? '\u0006\t' : '\u0004\u0014')
          expect(line.slice(2)).toMatch(/^([A-Za-z0-9+/]{4})*([A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/)
        }
      }),
    )
  })

  it('comes through in pieces of any size, between lines of other output and behind a prompt', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(answer, text, text), { maxLength: 4 }),
        fc.integer({ min: 1, max: 50 }),
        (all, size) => {
          const stream = all.flatMap(([packet, before, prompt]) => {
            const lines = Buffer.from(consoleLines(packet))
              .toString('latin1')
              .split(/(?<=\n)/)
            return [before, '\r\n', ...lines.flatMap((line) => [prompt, line])]
          })
          const whole = Buffer.concat(stream.map((one) => (typeof one === 'string' ? Buffer.from(one, 'latin1') : one)))
          expect(inPieces(new ConsoleReader(), whole, size).map(hex)).toEqual(all.map(([packet]) => hex(packet)))
        },
      ),
    )
  })

  it('is dropped when a byte of it changed, and the next one is read', () => {
    const packet = Uint8Array.of(1, 0, 0, 200, 0, 1, 7, 0, ...new Uint8Array(200).fill(0x5a))
    const lines = consoleLines(packet)
    fc.assert(
      fc.property(fc.integer({ min: 0, max: lines.length - 1 }), fc.integer({ min: 1, max: 255 }), (at, mask) => {
        const damaged = Uint8Array.from(lines)
        damaged[at] = (damaged[at] ?? 0) ^ mask
        const read = new ConsoleReader().push(Buffer.concat([damaged, Buffer.from('\n'), lines]))
        expect(read.map(hex).filter((one) => one !== hex(packet))).toEqual([])
        expect(read.length).toBeGreaterThan(0)
      }),
    )
  })

  it('leaves what is no packet as words, without colours', () => {
    const reader = new ConsoleReader()
    reader.push(Buffer.from('\u001b[1;32muart:~$ \u001b[mI: Starting bootloader\r\n'))
    expect(reader.words).toBe('uart:~$ I: Starting bootloader')
  })

  it('leaves output without line ends as words, too', () => {
    const reader = new ConsoleReader()
    for (const piece of ['login', ': ']) reader.push(Buffer.from(piece))
    expect(reader.words).toBe('login')
  })
})

describe('a packet as it is', () => {
  it('comes through in pieces of any size', () => {
    fc.assert(
      fc.property(fc.array(answer, { maxLength: 4 }), fc.integer({ min: 1, max: 50 }), (packets, size) => {
        const read = inPieces(new RawReader(), Buffer.concat(packets), size)
        expect(read.map(hex)).toEqual(packets.map(hex))
      }),
    )
  })

  it('is found behind text', () => {
    const packet = bytes('01 00 00 01 00 00 01 05 a0')
    expect(new RawReader().push(Buffer.concat([Buffer.from('boot ok\r\n'), packet])).map(hex)).toEqual([hex(packet)])
  })
})
