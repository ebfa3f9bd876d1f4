import { expect, it } from 'vitest'
import { mapOf } from './address-map.ts'

const region = (address: number, size: number) => ({ address, size, name: 'x' })

it('the map shows regions with the gaps between them', () => {
  const parts = mapOf([region(0x1000, 100), region(0x8000, 400), region(0x8190, 900)])
  expect(parts.map(({ address, size, region }) => [address, size, region !== undefined])).toEqual([
    [0x1000, 100, true],
    [0x1064, 0x8000 - 0x1064, false],
    [0x8000, 400, true],
    [0x8190, 900, true],
  ])
  expect(parts.map(({ weight }) => weight).filter((_, at) => at !== 1)).toEqual([10, 20, 30])
})

it('an overlap leaves no gap behind it, nothing is nothing', () => {
  expect(mapOf([region(0, 1000), region(100, 10), region(1000, 5)]).every(({ region }) => region)).toBe(true)
  expect(mapOf([])).toEqual([])
})
