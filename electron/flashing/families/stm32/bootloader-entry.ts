import type { Stm32Options } from '#shared/targets/stm32.ts'
import type { SerialLink } from '../../transport.ts'
import type { TimedLink } from '../timed-link.ts'

const resetMs = 50
/** From the release of reset to a bootloader that listens (AN2606: up to 70 ms, depending on the chip). */
const bootMs = 150

/** Drives BOOT0 and reset by the control lines, as the board is wired. */
const setPins = (
  link: SerialLink,
  options: Stm32Options,
  pins: { readonly boot0: boolean; readonly reset: boolean },
) => {
  const reset = pins.reset === options.resetWhenAsserted
  const boot0 = pins.boot0 === options.boot0WhenAsserted
  return link.setLines(options.resetLine === 'dtr' ? { dtr: reset, rts: boot0 } : { dtr: boot0, rts: reset })
}

const resetWith = async (link: SerialLink, wire: TimedLink, options: Stm32Options, boot0: boolean): Promise<void> => {
  await setPins(link, options, { boot0, reset: true })
  await wire.pause(resetMs)
  await setPins(link, options, { boot0, reset: false })
  await wire.pause(bootMs)
}

/** Resets into the bootloader (AN2606: BOOT0 high), where the control lines are wired for it. */
export const enterBootloader = async (link: SerialLink, wire: TimedLink, options: Stm32Options): Promise<void> => {
  if (options.entry === 'lines') await resetWith(link, wire, options, true)
}

/** Resets into the program in flash (BOOT0 low). */
export const startProgram = (link: SerialLink, wire: TimedLink, options: Stm32Options): Promise<void> =>
  resetWith(link, wire, options, false)
