import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type Entry, Transcript } from './transcript.ts'

const textOf = (entries: readonly Entry[]): string =>
  entries.map((entry) => (entry.kind === 'note' ? `<${entry.note}>` : Buffer.from(entry.bytes).toString())).join('')

const transcript = (bytes = 1000, entries = 100): Transcript => new Transcript({ bytes, entries })

describe('a transcript', () => {
  it('gives what was received, sent and noted in order, from any position', () => {
    const kept = transcript()
    kept.note('open', undefined, 0)
    kept.append('received', Buffer.from('boot\n'), 0)
    kept.append('sent', Buffer.from('ver\n'), 100)
    kept.append('received', Buffer.from('1.0\n'), 200)
    expect(textOf(kept.read(0, 1000).entries)).toBe('<open>boot\nver\n1.0\n')
    expect(kept.read(3, 4)).toMatchObject({ dropped: 0, next: 7 })
    expect(textOf(kept.read(3, 4).entries)).toBe('ot\nv')
    expect(kept.read(kept.end, 10)).toEqual({ entries: [], dropped: 0, next: kept.end })
    expect(kept.read(9999, 10)).toEqual({ entries: [], dropped: 0, next: kept.end })
  })

  it('gives bytes that arrive together one time, and keeps apart what does not', () => {
    const kept = transcript()
    for (const [at, letter] of ['a', 'b', 'c'].entries()) kept.append('received', Buffer.from(letter), at * 15)
    expect(kept.read(0, 10).entries).toMatchObject([
      { position: 0, at: 0 },
      { position: 2, at: 30 },
    ])
  })

  it('drops the oldest beyond its bytes and entries, and says how much a reader missed', () => {
    const kept = transcript(10, 3)
    kept.append('received', Buffer.from('0123456789abcdef'), 0)
    expect(kept.read(2, 100)).toMatchObject({ dropped: 4, next: 16 })
    expect(textOf(kept.read(2, 100).entries)).toBe('6789abcdef')
    for (let at = 1; at <= 5; at += 1) kept.append('received', Buffer.from('.'), at * 1000)
    expect(kept.read(0, 100).entries).toHaveLength(3)
    expect(kept.begin).toBe(18)
  })

  it('gives every byte once and in order to a reader that keeps up, however it is cut', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.uint8Array({ maxLength: 50 }), fc.nat(60), fc.boolean()), { maxLength: 60 }),
        fc.integer({ min: 1, max: 30 }),
        (pieces, limit) => {
          const kept = transcript(100_000, 1000)
          let at = 0
          let next = 0
          const read: number[] = []
          const written: number[] = []
          const take = (): void => {
            while (next < kept.end) {
              const reading = kept.read(next, limit)
              expect(reading.dropped).toBe(0)
              for (const entry of reading.entries) if (entry.kind !== 'note') read.push(...entry.bytes)
              next = reading.next
            }
          }
          for (const [bytes, ms, reads] of pieces) {
            at += ms
            kept.append('received', bytes, at)
            written.push(...bytes)
            if (ms === 0) kept.note('gone', undefined, at)
            if (reads) take()
          }
          take()
          expect(read).toEqual(written)
        },
      ),
    )
  })

  it('never keeps more than its limits', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.nat(300), fc.nat(40)), { maxLength: 100 }), (pieces) => {
        const kept = transcript(256, 8)
        let at = 0
        for (const [length, ms] of pieces) {
          at += ms
          kept.append('received', new Uint8Array(length), at)
          expect(kept.end - kept.begin).toBeLessThanOrEqual(256)
          expect(kept.read(0, 10_000).entries.length).toBeLessThanOrEqual(8)
        }
      }),
    )
  })
})
