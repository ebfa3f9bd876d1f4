import { describe, expect, it } from 'vitest'
import { esp, espChips } from '#shared/targets/esp.ts'
import { stm32 } from '#shared/targets/stm32.ts'
import { isChip, matchChip } from './pre-checks.ts'

describe('a chip is the one asked for', () => {
  it.each([
    ['ESP32-C3 (QFN32) (revision v0.4)', 'ESP32-C3'],
    ['ESP32-C3', 'esp32c3'],
    ['STM32F405xx', 'STM32F405'],
    ['STM32F40xxx/41xxx', 'STM32F40xxx/41xxx'],
  ])('%s is %s', (found, expected) => {
    expect(isChip(found, expected)).toBe(true)
  })

  it.each([
    ['ESP32-C3', 'ESP32'],
    ['ESP32', 'ESP32-C3'],
    ['ESP32-S31', 'ESP32-S3'],
    ['STM32F103', 'STM32F1'],
  ])('%s is no %s', (found, expected) => {
    expect(isChip(found, expected)).toBe(false)
  })
})

describe('a chip against an expected part number', () => {
  const stm32Chip = (productId: string, chip: string) => ({ chip, facts: { productId } })
  const espChip = (chip: string) => ({ chip, facts: {} })

  it.each([
    ['STM32F407VG', '0x413', 'STM32F40xxx/41xxx', 'product id 0x413: STM32F405/407/415/417; VG cannot be told apart'],
    ['stm32 f407', '0x413', 'STM32F40xxx/41xxx', 'product id 0x413: STM32F405/407/415/417'],
    [
      'STM32F103C8T6',
      '0x410',
      'STM32F10xxx Medium-density',
      'product id 0x410: STM32F101/102/103x8/B; C8T6 cannot be told apart',
    ],
  ])('%s is a chip of product id %s, and the record says what was told apart', (expected, id, name, told) => {
    expect(matchChip(stm32Chip(id, name), expected, stm32.parts)).toEqual({ fits: true, told })
  })

  it.each([
    ['STM32F407VG', '0x423', 'STM32F401xB(C)'],
    ['STM32F407VG', '0x433', 'STM32F401xD(E)'],
    ['STM32F401CC', '0x413', 'STM32F40xxx/41xxx'],
    ['STM32F103C8', '0x414', 'STM32F10xxx High-density'],
    ['STM32F407VG', '0x999', 'STM32 0x999'],
    ['STM32F40xxx/41xxx', '0x433', 'STM32F401xD(E)'],
    ['free text of an older station', '0x413', 'STM32F40xxx/41xxx'],
  ])('%s is not a chip of product id %s', (expected, id, name) => {
    expect(matchChip(stm32Chip(id, name), expected, stm32.parts)).toEqual({ fits: false })
  })

  it('ESP32-S3-WROOM-1 is an ESP32-S3 and nothing else, and ESP32 fits no other chip than the first', () => {
    expect(matchChip(espChip('ESP32-S3'), 'esp32-s3-wroom-1', esp.parts)).toEqual({
      fits: true,
      told: 'ESP32-S3; WROOM-1 cannot be told apart',
    })
    for (const other of espChips.filter((chip) => chip !== 'ESP32-S3'))
      expect(matchChip(espChip(other), 'ESP32-S3-WROOM-1', esp.parts).fits, other).toBe(false)
    for (const other of espChips.filter((chip) => chip !== 'ESP32'))
      for (const expected of ['ESP32', 'ESP32-WROOM-32E'])
        expect(matchChip(espChip(other), expected, esp.parts).fits, `${expected} ${other}`).toBe(false)
  })

  it.each(espChips)('%s fits its own name', (chip) => {
    expect(matchChip(espChip(chip), chip, esp.parts).fits).toBe(true)
  })
})
