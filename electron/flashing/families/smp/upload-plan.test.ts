import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { leastRequest, smallerRequest, type UploadState, uploadAfter, uploadStart } from './upload-plan.ts'

const stateAfter = (offsets: readonly number[], total = 1000): UploadState =>
  offsets.reduce((state, offset) => uploadAfter(state, offset, 'app.bin'), uploadStart(total))

describe('an upload', () => {
  it('goes on where the unit says, forward or back', () => {
    expect(stateAfter([100, 612, 608, 900]).offset).toBe(900)
  })

  it('begins anew after a reset of the unit', () => {
    expect(stateAfter([100, 612, 0, 100, 612, 1000])).toMatchObject({ offset: 1000, restarts: 1 })
  })

  it('fails when the unit asks for the same offset again and again', () => {
    expect(() => stateAfter([100, ...Array<number>(9).fill(100)])).not.toThrow()
    expect(() => stateAfter([100, ...Array<number>(10).fill(100)])).toThrow('SMP_STUCK')
  })

  it('fails when the unit begins again and again', () => {
    expect(() => stateAfter(Array.from({ length: 12 }, (_, at) => (at % 2 === 0 ? 500 : 0)))).toThrow('SMP_RESTARTS')
  })

  it('fails on an offset behind the end', () => {
    expect(() => stateAfter([1001])).toThrow('SMP_STRANGE_OFFSET')
  })

  it('ends after finitely many answers, whatever a unit says', () => {
    fc.assert(
      fc.property(fc.infiniteStream(fc.integer({ min: 0, max: 50 })), (offsets) => {
        let state = uploadStart(51)
        for (const [count, offset] of [...offsets.take(2000)].entries()) {
          try {
            state = uploadAfter(state, offset, 'app.bin')
          } catch {
            return
          }
          expect(count).toBeLessThan(1000)
        }
      }),
    )
  })
})

it('requests of a silent unit become smaller, down to the least', () => {
  const sizes: number[] = []
  for (let size: number | undefined = 4096; size !== undefined; size = smallerRequest(size)) sizes.push(size)
  expect(sizes).toEqual([4096, 512, 256, leastRequest])
})
