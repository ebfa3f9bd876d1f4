import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { texts } from '#shared/texts/index.ts'
import { failurePlan, faultKinds, faultWords } from './faults.ts'

const failing = (count: number, percent: number): number[] =>
  failurePlan(count, percent).flatMap((fault, index) => (fault ? [index] : []))

const settings = [fc.integer({ min: 0, max: 5000 }), fc.double({ min: 0, max: 100, noNaN: true })] as const

describe('the failure plan', () => {
  it('fails exactly 5 of 50 at 10 %', () => {
    expect(failing(50, 10)).toEqual([9, 19, 29, 39, 49])
  })

  it('fails exactly the rounded share, whatever the numbers', () => {
    fc.assert(
      fc.property(...settings, (count, percent) => {
        expect(failurePlan(count, percent)).toHaveLength(count)
        expect(failing(count, percent)).toHaveLength(Math.round((count * percent) / 100))
      }),
    )
  })

  it('spreads them so that no two gaps differ by more than one', () => {
    fc.assert(
      fc.property(...settings, (count, percent) => {
        const indices = failing(count, percent)
        const gaps = indices.map((index, nth) => index - (indices[nth - 1] ?? -1))
        if (gaps.length > 0) expect(Math.max(...gaps) - Math.min(...gaps)).toBeLessThanOrEqual(1)
      }),
    )
  })

  it('takes the four kinds in turn, the second round in the other language', () => {
    const faults = failurePlan(80, 10).filter((fault) => fault !== undefined)
    expect(faults.map(({ kind }) => kind)).toEqual([...faultKinds, ...faultKinds])
    expect(faults.map(({ words }) => words)).toEqual([
      ...Array(4).fill(texts.en.virtualDevice),
      ...Array(4).fill(texts.zh.virtualDevice),
    ])
  })

  it('puts values into the words of a device', () => {
    expect(faultWords(texts.zh.virtualDevice, 'download', { received: 10, size: 20 })).toBe(
      '已下载 10/20 字节后连接中断',
    )
  })
})
