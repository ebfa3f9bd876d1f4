import { expect, it } from 'vitest'
import { stm32Parts, stm32ProductIds } from '#shared/targets/stm32-parts.ts'
import { hex } from '../../hex.ts'
import { chipOf } from './chips.ts'

it('every product id that the flasher knows has part numbers that a recipe can expect', () => {
  const known = Array.from({ length: 0x1000 }, (_, id) => id).filter((id) => chipOf(id) !== undefined)
  expect(known.length).toBeGreaterThan(40)
  expect(known.map((id) => hex(id, 3)).filter((id) => !stm32ProductIds.includes(id))).toEqual([])
  for (const id of known) expect(stm32Parts.find(hex(id, 3))?.groups[0]?.name).toMatch(/^STM32[A-Z]+\w/)
})
