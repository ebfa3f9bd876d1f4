import { Stm32Options } from '#shared/schema/flash-options.ts'
import type { Family } from '../family.ts'
import { flashStm32, identifyOnly } from './flash.ts'

/** STM32 chips by their UART boot loader (ST AN3155, AN2606). */
export const stm32: Family = {
  target: 'stm32',
  options: Stm32Options,
  line: (options) => {
    const { baudRate, parity } = Stm32Options.parse(options)
    return { baudRate, parity }
  },
  flasher: { target: 'stm32', identify: identifyOnly, flash: flashStm32 },
}
