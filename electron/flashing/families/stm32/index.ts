import { stm32 as facts, Stm32Options } from '#shared/targets/stm32.ts'
import { stm32ProductIds } from '#shared/targets/stm32-parts.ts'
import type { Family } from '../family.ts'
import { chipOf } from './chips.ts'
import { flashStm32, identifyOnly } from './flash.ts'
import { imageRefusals, stm32Images } from './image-rules.ts'

/** STM32 chips by their UART bootloader (ST AN3155, AN2606). */
export const stm32: Family<'serial'> = {
  facts,
  transport: 'serial',
  settings: (options) => {
    const { baudRate, parity } = Stm32Options.parse(options)
    return { baudRate, parity }
  },
  images: stm32Images,
  refusals: [
    'STM32_CHIP_UNKNOWN',
    'STM32_PROTECTED',
    'STM32_OUTSIDE_FLASH',
    'STM32_FLASH_GAP',
    'STM32_BANKS_UNKNOWN',
    'STM32_PAGES_UNNUMBERED',
    'STM32_COMMAND_MISSING',
    'STM32_MASS_ERASE_MISSING',
    ...imageRefusals,
  ],
  flasher: { identify: identifyOnly, flash: flashStm32 },
  chipNames: stm32ProductIds.flatMap((id) => chipOf(Number(id))?.name ?? []),
}
