import { describe, expect, it } from 'vitest'
import { createIdleClock } from '../../../../test/helpers/idle-clock.ts'
import { linkPair } from '../../links/link-pair.ts'
import { TimedLink } from '../timed-link.ts'
import { blockFrame } from './frames.ts'
import { XmodemSender } from './sender.ts'

const [ack, nak, can, request] = [0x06, 0x15, 0x18, 0x43]
const retries = 10
const frame = blockFrame(7, new Uint8Array(128), 'crc')

/** A byte of the receiver, that many milliseconds after what it answers. */
type Byte = readonly [afterMs: number, byte: number]

/** A sender and a receiver that answers the nth transmission by the nth script; without a script it is silent. */
const connect = (
  scripts: readonly (readonly Byte[])[],
  { baudRate = 115_200, chatter = [] as readonly Byte[] } = {},
) => {
  const clock = createIdleClock()
  const start = clock.now()
  const sentAt: number[] = []
  const link = linkPair('slot 1', { baudRate }, clock, (line) => {
    const play = (bytes: readonly Byte[]) => {
      for (const [afterMs, byte] of bytes) clock.after(afterMs, () => line.send(Uint8Array.of(byte)))
    }
    play(chatter)
    return {
      receive: () => {
        play(scripts[sentAt.length] ?? [])
        sentAt.push(clock.now() - start)
      },
    }
  })
  const sender = new XmodemSender(new TimedLink(link, clock, new AbortController().signal), { baudRate, retries })
  return { sender, sentAt, elapsed: () => clock.now() - start }
}

/** Ten seconds, the time of the frame on the line and a second of reserve. */
const answerMs = (baudRate: number) => 11_000 + (frame.length * 10_000) / baudRate

describe('a receiver that falls silent at a block', () => {
  it('gets it three times, and is given up after the third silence with the number of the block', async () => {
    const { sender, sentAt, elapsed } = connect([])
    await expect(sender.block(7, frame)).rejects.toMatchObject({ code: 'MODEM_SILENT', data: { block: 7 } })
    expect(sentAt).toHaveLength(3)
    expect(elapsed()).toBeCloseTo(3 * answerMs(115_200), 3)
  })

  it('is not given up while it answers in between: silences count in a row', async () => {
    const silent: readonly Byte[] = []
    const refusal: readonly Byte[] = [[5, nak]]
    const { sender, sentAt } = connect([silent, silent, refusal, silent, silent, refusal, [[5, ack]]])
    await expect(sender.block(7, frame)).resolves.toBe(true)
    expect(sentAt).toHaveLength(7)
  })

  it('may take ten seconds to answer, and is sent nothing meanwhile', async () => {
    const { sender, sentAt } = connect([[[9_990, ack]]])
    await expect(sender.block(7, frame)).resolves.toBe(true)
    expect(sentAt).toEqual([0])
  })

  it('may take longer on a slow line, by as long as the block is on its way', async () => {
    const onTheWay = (frame.length * 10_000) / 300
    const { sender, sentAt } = connect([[[onTheWay + 9_990, ack]]], { baudRate: 300 })
    await expect(sender.block(7, frame)).resolves.toBe(true)
    expect(sentAt).toEqual([0])
  })

  it('gains no time by bytes that are no answer', async () => {
    const chatter = Array.from({ length: 60 }, (_, second): Byte => [second * 1_000 + 500, 0x2e])
    const { sender, sentAt, elapsed } = connect([], { chatter })
    await expect(sender.block(7, frame)).rejects.toMatchObject({ code: 'MODEM_SILENT' })
    expect(sentAt).toHaveLength(3)
    expect(elapsed()).toBeCloseTo(3 * answerMs(115_200), 3)
  })

  it('is sent the block as often as asked for where it refuses it, and nothing is thrown', async () => {
    const { sender, sentAt } = connect(Array.from({ length: 20 }, (): readonly Byte[] => [[5, nak]]))
    await expect(sender.block(7, frame)).resolves.toBe(false)
    expect(sentAt).toHaveLength(retries)
    await expect(sender.block(7, frame, 3)).resolves.toBe(false)
    expect(sentAt).toHaveLength(retries + 3)
  })
})

describe('a request for CRC in place of an answer', () => {
  it('was overtaken by the block where it comes while that is on the line', async () => {
    const { sender, sentAt } = connect([
      [
        [900, request],
        [1_100, ack],
      ],
    ])
    await expect(sender.block(7, frame)).resolves.toBe(true)
    expect(sentAt).toEqual([0])
  })

  it('asks for the block again where it comes later, and breaks no silence off', async () => {
    const { sender, sentAt } = connect([[[1_500, request]], [[5, ack]]])
    await expect(sender.block(7, frame)).resolves.toBe(true)
    expect(sentAt).toEqual([0, 1_500])
  })
})

describe('the end of a file', () => {
  it('is sent every three seconds to a silent receiver, as often as a block, and then fails', async () => {
    const { sender, sentAt } = connect([])
    await expect(sender.end(3, false)).rejects.toMatchObject({ code: 'MODEM_END_REFUSED' })
    expect(sentAt).toEqual(Array.from({ length: retries }, (_, attempt) => attempt * 3_000))
  })

  it('is sent again at once to a receiver that refuses the first one', async () => {
    const { sender, sentAt } = connect([[[5, nak]], [[5, ack]]])
    await sender.end(3, false)
    expect(sentAt).toEqual([0, 5])
  })

  it('is confirmed by the request for the next file in a batch alone, and that request is not waited for again', async () => {
    const batch = connect([[[5, request]]])
    await batch.sender.end(3, true)
    await expect(batch.sender.requestNext(10_000)).resolves.toBe(true)
    expect(batch.elapsed()).toBe(5)
    await expect(batch.sender.requestNext(10_000)).resolves.toBe(false)

    const single = connect([[[5, request]], [[5, ack]]])
    await single.sender.end(3, false)
    expect(single.sentAt).toHaveLength(2)
  })

  it('of a batch is waited for two seconds, and not insisted on', async () => {
    const { sender, sentAt, elapsed } = connect([])
    await expect(sender.close(new Uint8Array(128))).resolves.toBe(false)
    expect([sentAt, elapsed()]).toEqual([[0], 2_000])
    await expect(connect([[[1_990, ack]]]).sender.close(new Uint8Array(128))).resolves.toBe(true)
  })
})

describe('the first request', () => {
  it('is waited for as long as was asked, whatever a bootloader prints meanwhile', async () => {
    const chatter = Array.from({ length: 40 }, (_, n): Byte => [n * 700 + 1, 0x2e])
    const { sender, elapsed } = connect([], { chatter })
    await expect(sender.request(20_000)).resolves.toBeUndefined()
    expect(elapsed()).toBe(20_000)
  })

  it('is answered when the line has been quiet for 50 ms: receivers empty their buffer behind a request', async () => {
    const { sender, elapsed } = connect([], {
      chatter: [
        [100, request],
        [140, request],
        [180, request],
      ],
    })
    await expect(sender.request(20_000)).resolves.toBe('crc')
    expect(elapsed()).toBe(230)
  })

  it('says by its byte how blocks are checked', async () => {
    await expect(connect([], { chatter: [[1, nak]] }).sender.request(1_000)).resolves.toBe('checksum')
  })
})

describe('a CAN', () => {
  it('ends the transfer where a second one follows within a second', async () => {
    const { sender, elapsed } = connect([
      [
        [10, can],
        [1_000, can],
      ],
    ])
    await expect(sender.block(7, frame)).rejects.toMatchObject({ code: 'MODEM_CANCELLED', data: { block: 7 } })
    expect(elapsed()).toBe(1_000)
  })

  it('is noise where it stays alone', async () => {
    const { sender, sentAt } = connect([
      [
        [10, can],
        [1_100, can],
        [2_200, ack],
      ],
    ])
    await expect(sender.block(7, frame)).resolves.toBe(true)
    expect(sentAt).toEqual([0])
  })
})

describe('a receiver of YMODEM-G, which confirms nothing', () => {
  const stream = 0x47
  const each = (everyMs: number, ...bytes: number[]): Byte[] =>
    bytes.map((byte, index) => [(index + 1) * everyMs, byte])

  it('is said by its name at its third request, instead of a minute later', async () => {
    const { sender, elapsed } = connect([], { chatter: each(1_000, stream, stream, stream, stream) })
    await expect(sender.request(60_000)).rejects.toMatchObject({ code: 'MODEM_STREAMING' })
    expect(elapsed()).toBeLessThan(4_000)
  })

  it('is said at the end of the time where it asked once', async () => {
    const { sender } = connect([], { chatter: [[500, stream]] })
    await expect(sender.request(5_000)).rejects.toMatchObject({ code: 'MODEM_STREAMING' })
  })

  it('is not taken for one that prints words with a G, nor for one that asks for CRC later', async () => {
    const words = [...Buffer.from('LOADING\r\nG')].map((byte, index): Byte => [10 + index, byte])
    const dots: Byte[] = [[900, 0x2e]]
    const silent = connect([], { chatter: [...words, ...dots] })
    await expect(silent.sender.request(5_000)).resolves.toBeUndefined()
    const asking = connect([], { chatter: [...words, [1_000, stream], [1_100, request]] })
    await expect(asking.sender.request(5_000)).resolves.toBe('crc')
  })
})
