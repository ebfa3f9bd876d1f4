import { describe, expect, it } from 'vitest'
import { isChip } from './pre-checks.ts'

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
