import fc from 'fast-check'
import { expect, it } from 'vitest'
import { chipOf, flashStart } from './chips.ts'
import { planOf } from './write-plan.ts'

const f4 = chipOf(0x413)
const l4 = chipOf(0x415)

const region = (offset: number, length: number) => ({
  address: flashStart + offset,
  bytes: new Uint8Array(length).fill(0x11),
  name: `${offset}`,
})

it('erases exactly the sectors that an image touches', () => {
  expect(planOf([region(0, 1)], f4, undefined, true).pages).toEqual([0])
  expect(planOf([region(0xffff, 2)], f4, undefined, true).pages).toEqual([3, 4])
  expect(planOf([region(0x2_0000, 0x2_0001)], f4, undefined, true).pages).toEqual([5, 6])
  expect(planOf([region(0, 10), region(0x4_0000, 10)], f4, undefined, true).pages).toEqual([0, 6])
  expect(planOf([region(4095, 2)], l4, undefined, true).pages).toEqual([1, 2])
})

it('writes every byte once and where it belongs, in whole granules of at most 256 bytes, for any regions', () => {
  const pieces = fc.array(fc.tuple(fc.integer({ min: 0, max: 300 }), fc.uint8Array({ minLength: 1, maxLength: 700 })), {
    minLength: 1,
    maxLength: 6,
  })
  fc.assert(
    fc.property(pieces, fc.constantFrom(f4, l4, undefined), fc.boolean(), (some, chip, erased) => {
      const memory = new Uint8Array(8192).fill(0xff)
      const expected = new Uint8Array(8192).fill(0xff)
      const granule = chip?.granule ?? 32
      let at = 0
      const regions = some.map(([gap, bytes], index) => {
        at += gap
        const address = flashStart + at
        expected.set(bytes, at)
        at += bytes.length
        return { address, bytes, name: `${index}` }
      })
      const plan = planOf(regions.toReversed(), chip, undefined, erased)
      const written = new Set<number>()
      for (const { address, bytes } of plan.writes) {
        expect(address % granule).toBe(0)
        expect(bytes.length % granule).toBe(0)
        expect(bytes.length).toBeLessThanOrEqual(256)
        expect(written.has(address)).toBe(false)
        written.add(address)
        memory.set(bytes, address - flashStart)
      }
      expect(Buffer.compare(memory, expected)).toBe(0)
      expect(plan.total).toBe(plan.writes.reduce((sum, { bytes }) => sum + bytes.length, 0))
      return undefined
    }),
  )
})
