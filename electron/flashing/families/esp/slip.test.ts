import fc from 'fast-check'
import { expect, test } from 'vitest'
import { encodeSlip, SlipDecoder } from './slip.ts'

const bytes = fc.uint8Array({ minLength: 1, maxLength: 60 }).map((made) => Uint8Array.from(made))
/** What a chip prints between frames: never an end byte. */
const print = fc
  .string({ maxLength: 20 })
  .map((words) => new TextEncoder().encode(words).filter((byte) => byte !== 0xc0))

test('frames come out whole, however the line cuts them and whatever is printed between', () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(print, bytes), { maxLength: 8 }), fc.integer({ min: 1, max: 40 }), (parts, cut) => {
      const stream = Buffer.concat(parts.flatMap(([words, frame]) => [words, encodeSlip(frame)]))
      const decoder = new SlipDecoder(100)
      const frames: Uint8Array[] = []
      for (let at = 0; at < stream.length; at += cut) frames.push(...decoder.push(stream.subarray(at, at + cut)))
      expect(frames.map((frame) => Buffer.from(frame).toString('hex'))).toEqual(
        parts.map(([, frame]) => Buffer.from(frame).toString('hex')),
      )
    }),
  )
})

test('a lost beginning costs one frame, not those behind it', () => {
  const decoder = new SlipDecoder(100)
  const first = encodeSlip(Uint8Array.of(1, 2)).subarray(1)
  const frames = decoder.push(Buffer.concat([first, encodeSlip(Uint8Array.of(3, 4)), encodeSlip(Uint8Array.of(5))]))
  expect(frames).toEqual([Uint8Array.of(3, 4), Uint8Array.of(5)])
})

test('the last that was printed is kept, within its limit', () => {
  const decoder = new SlipDecoder(10)
  decoder.push(new TextEncoder().encode('rst:0x1\u0000 boot:0x13'))
  expect(decoder.text).toBe(' boot:0x13')
})
