import { describe, expect, it } from 'vitest'
import { chips, flashStart } from './chips.ts'
import { flashOfPart, memoryMapOf, rangeAt, seriesNameOf } from './memory-maps.ts'

describe('the memory map of every chip in the table', () => {
  it.each(chips)('$name has its flash, RAM, and the signature that is read from it', ({ name, series, maxFlash }) => {
    const map = memoryMapOf(name)
    expect(`STM32${map.series}`).toBe(series.name)
    const kindAt = (address: number) => rangeAt(map, address)?.kind
    expect(kindAt(flashStart)).toBe('flash')
    expect(kindAt(flashStart + maxFlash - 1)).toBe('flash')
    expect(map.ranges.some(({ kind }) => kind === 'ram')).toBe(true)
    const { unit, size } = series.signature
    for (const address of [...unit, ...(size === undefined ? [] : [size])])
      expect(['system', 'otp'], address.toString(16)).toContain(kindAt(address))
  })

  it.each(chips.filter(({ division }) => 'option' in division))(
    '$name has the option bytes that tell its banks',
    ({ name, division }) => {
      const address = 'option' in division ? division.option.address : 0
      const isRegister = address >= 0x4000_0000
      expect(rangeAt(memoryMapOf(name), address)?.kind).toBe(isRegister ? undefined : 'options')
    },
  )

  it('has no two memories at one address but aliases and option bytes', () => {
    for (const { name } of chips) {
      const ranges = memoryMapOf(name).ranges.filter(({ kind }) => kind !== 'alias' && kind !== 'options')
      const sorted = [...ranges].sort((left, right) => left.from - right.from)
      for (const [index, range] of sorted.entries()) {
        const next = sorted[index + 1]
        expect(next === undefined || next.from >= range.to, `${name} ${range.from.toString(16)}`).toBe(true)
      }
    }
  })
})

it.each([
  ['STM32F103C8', 64],
  ['stm32f103c8t6', 64],
  ['F407VG', 1024],
  ['STM32H743ZI', 2048],
  ['STM32L4R5ZI', 2048],
  ['STM32G0B1RE', 512],
  ['STM32WB55RG', 1024],
  ['STM32WB15CC', 320],
  ['STM32WBA52CG', 1024],
  ['STM32WLE5JC', 256],
  ['STM32U5A9NJ', 4096],
  ['STM32L011F4', 16],
  ['STM32F4', undefined],
  ['STM32F407', undefined],
  ['STM32F407V', undefined],
  ['STM32F40xxx/41xxx', undefined],
])('%s names %s KiB of flash', (part, kib) => {
  expect(flashOfPart(part)).toBe(kib === undefined ? undefined : kib * 1024)
})

it.each([
  ['STM32WBA52CG', 'WBA'],
  ['STM32WB55RG', 'WB'],
  ['0x413', 'F4'],
  ['f103c8', 'F1'],
  ['something', undefined],
  ['ESP32', undefined],
])('%s is of the series %s', (part, series) => {
  expect(seriesNameOf(part)).toBe(series)
})
