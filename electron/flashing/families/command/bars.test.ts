import { expect, it } from 'vitest'
import { Bars } from './bars.ts'

const shown = (count: number, percents: readonly number[]): number[] => {
  const bars = new Bars(count)
  return percents.map((percent) => bars.take(percent))
}

it('one image fills one bar, and what follows does not empty it', () => {
  expect(shown(1, [0, 50, 100, 0, 60, 100])).toEqual([0, 50, 100, 100, 100, 100])
})

it('the bars of several images are parts of one', () => {
  expect(shown(2, [0, 100, 0, 50, 100, 0, 100])).toEqual([0, 50, 50, 75, 100, 100, 100])
  expect(shown(4, [40, 20])).toEqual([10, 30])
})
