import { describe, expect, it } from 'vitest'
import { createIdleClock } from '../../../../test/helpers/idle-clock.ts'
import type { FlashEvent } from '../../flasher.ts'
import { linkPair } from '../../links/link-pair.ts'
import { ymodem } from '../ymodem/index.ts'
import { xmodem } from './index.ts'

const [ack, nak, request] = [0x06, 0x15, 0x43]

/** A byte of the receiver, that many milliseconds after what it answers. */
type Byte = readonly [afterMs: number, byte: number]
const taken: readonly Byte[] = [[1, ack]]
const refused: readonly Byte[] = [[1, nak]]
/** Acknowledges, and asks for what follows that much later. */
const takenThenAsked = (afterMs: number): readonly Byte[] => [
  [1, ack],
  [1 + afterMs, request],
]

/** A transfer to a receiver that asks at once and answers the nth transmission by the nth script; without a script it is silent. */
const transfer = (
  family: typeof xmodem,
  scripts: readonly (readonly Byte[])[],
  { sizes = [100], options = {}, asks = true } = {},
) => {
  const clock = createIdleClock()
  const start = clock.now()
  const sent: { readonly at: number; readonly length: number }[] = []
  const events: FlashEvent[] = []
  const parsed = family.facts.options.parse(options)
  const link = linkPair('slot 1', family.settings(parsed), clock, (line) => {
    const play = (bytes: readonly Byte[]) => {
      for (const [afterMs, byte] of bytes) clock.after(afterMs, () => line.send(Uint8Array.of(byte)))
    }
    if (asks) play([[1, request]])
    return {
      receive: ({ length }) => {
        play(scripts[sent.length] ?? [])
        sent.push({ at: clock.now() - start, length })
      },
    }
  })
  const flashed = family.flasher.flash({
    link,
    clock,
    options: parsed,
    regions: sizes.map((size, index) => ({ address: 0, bytes: new Uint8Array(size), name: `${index}.bin` })),
    signal: new AbortController().signal,
    emit: (event) => void events.push(event),
    beforeErase: () => undefined,
  })
  const logs = () => events.flatMap((event) => (event.kind === 'log' ? [event.text] : []))
  /** Milliseconds since the transmission with that number. */
  const since = (index: number) => clock.now() - start - (sent[index]?.at ?? Number.NaN)
  return { flashed, sent, logs, since, elapsed: () => clock.now() - start }
}

describe('a transfer by XMODEM', () => {
  it('waits for the receiver as long as the recipe says, and sends it nothing', async () => {
    const { flashed, sent, elapsed } = transfer(xmodem, [], { options: { startSeconds: 7 }, asks: false })
    await expect(flashed).rejects.toMatchObject({ code: 'MODEM_NO_RECEIVER', data: { seconds: 7 } })
    expect([sent, elapsed()]).toEqual([[], 7_000])
  })

  it('goes on with small blocks when the first large one was refused three times', async () => {
    const answers = [refused, refused, refused, ...Array.from({ length: 9 }, () => taken)]
    const { flashed, sent, logs } = transfer(xmodem, answers, { sizes: [1_000] })
    await flashed
    const sizes = sent.map(({ length }) => length)
    expect(sizes).toEqual([1_029, 1_029, 1_029, ...Array.from({ length: 8 }, () => 133), 1])
    expect(logs()).toHaveLength(1)
  })

  it('takes three silences at the first large block for a receiver that is gone, not for a refusal', async () => {
    const { flashed, sent } = transfer(xmodem, [], { sizes: [1_000] })
    await expect(flashed).rejects.toMatchObject({ code: 'MODEM_SILENT', data: { block: 1 } })
    // Behind the third block: the CANs.
    expect(sent.map(({ length }) => length)).toEqual([1_029, 1_029, 1_029, 16])
  })
})

describe('a transfer by YMODEM', () => {
  it('gives a receiver ten seconds to ask for the data of a file whose name it has taken', async () => {
    const late = transfer(ymodem, [takenThenAsked(9_900), taken, takenThenAsked(5), taken])
    await late.flashed
    expect(late.sent).toHaveLength(4)

    const silent = transfer(ymodem, [taken])
    await expect(silent.flashed).rejects.toMatchObject({ code: 'MODEM_SILENT', data: { block: 0 } })
    expect(silent.since(0)).toBe(10_001)
  })

  it('gives it ten seconds to ask for the next file', async () => {
    const first = [takenThenAsked(5), taken]
    const late = transfer(ymodem, [...first, takenThenAsked(9_900), ...first, takenThenAsked(5), taken], {
      sizes: [9, 9],
    })
    await late.flashed
    expect(late.sent).toHaveLength(7)

    const silent = transfer(ymodem, [...first, taken], { sizes: [9, 9] })
    await expect(silent.flashed).rejects.toMatchObject({ code: 'MODEM_SILENT', data: { block: 0 } })
    expect(silent.since(2)).toBe(10_001)
  })

  it('waits three seconds for the request behind the last file, and is through without it', async () => {
    const file = [takenThenAsked(5), taken]
    const late = transfer(ymodem, [...file, takenThenAsked(2_900), taken])
    await late.flashed
    expect([late.sent.length, late.logs()]).toEqual([4, []])

    const gone = transfer(ymodem, [...file, taken])
    await gone.flashed
    expect([gone.sent.length, gone.since(2)]).toEqual([3, 3_001])
    expect(gone.logs()).toEqual(['the receiver left without closing the batch'])
  })
})
