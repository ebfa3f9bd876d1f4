import { expect, it } from 'vitest'
import { demoStm32Board, demoStm32Image } from './demo-stm32.ts'

it('a demo board has a number of its own, and its program begins as an STM32 looks for it', () => {
  const clock = { now: () => 0, after: () => () => {} }
  const numbers = [1, 2, 3].map(() => demoStm32Board(clock, undefined).serialNumber)
  expect(new Set(numbers).size).toBe(3)
  const image = demoStm32Image()
  expect(image.readUInt32LE(0) & 0xfff0_0000).toBe(0x2000_0000)
  // Thumb: the reset handler's address is odd (ARMv7-M ARM, B1.5.3).
  expect(image.readUInt32LE(4) % 2).toBe(1)
})
