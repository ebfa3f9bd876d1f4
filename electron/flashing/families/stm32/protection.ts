import { FlashError } from '../../flasher.ts'
import { commands } from './frames.ts'
import { readFlashStart, type Stm32Identity } from './identify.ts'
import type { Job, Met } from './session.ts'

/** From the reply to a bootloader that listens again: reset, loading of the option bytes, start (AN2606: up to 70 ms, depending on the chip). */
const resetMs = 500

/** What a chip is like whose program runs instead of its bootloader. */
const silences: readonly string[] = ['STM32_SILENT', 'STM32_SILENT_LINES', 'STM32_NOT_A_BOOTLOADER']
const isSilent = (error: unknown): boolean => error instanceof FlashError && silences.includes(error.code)

/** Meets the chip again after it has reset itself. @throws FlashError STM32_LEFT_BOOTLOADER if the reset started its program. */
const meetAgain = async (met: Met, command: keyof typeof commands): Promise<Stm32Identity> => {
  await met.wire.pause(resetMs)
  try {
    return await met.greet()
  } catch (error) {
    if (isSilent(error)) throw new FlashError('STM32_LEFT_BOOTLOADER', { command: commands[command].name })
    throw error
  }
}

/** Refuses what the recipe demands of the protection and the bootloader cannot do, before anything is changed. */
export const checkProtection = ({ options, found }: Met): void => {
  const wanted = [
    ...(options.removeWriteProtection ? ([commands.writeUnprotect] as const) : []),
    ...(options.setReadProtection ? ([commands.readoutProtect] as const) : []),
    ...(found.isProtected && options.removeReadProtection ? ([commands.readoutUnprotect] as const) : []),
  ]
  for (const { code, name } of wanted) {
    if (!found.commands.has(code))
      throw new FlashError('STM32_COMMAND_MISSING', { command: name, version: found.version })
  }
  if (found.isProtected && !options.removeReadProtection) throw new FlashError('STM32_PROTECTED')
}

/** Removes read-out protection, which erases all flash and resets the chip (AN3155 3.12), and identifies it again. */
export const removeReadProtection = async (met: Met, job: Job): Promise<Met> => {
  job.emit({ kind: 'phase', phase: 'erasing' })
  job.emit({ kind: 'warning', code: 'STM32_UNPROTECTING', data: {} })
  await met.loader.readoutUnprotect()
  const found = await meetAgain(met, 'readoutUnprotect')
  if (found.isProtected) throw new FlashError('STM32_STILL_PROTECTED')
  return { ...met, found }
}

/** Frees all sectors for writing, which resets the chip (AN3155 3.10). */
export const removeWriteProtection = async (met: Met, job: Job): Promise<Met> => {
  job.emit({ kind: 'phase', phase: 'erasing' })
  await met.loader.writeUnprotect()
  const found = await meetAgain(met, 'writeUnprotect')
  job.emit({ kind: 'warning', code: 'STM32_WRITE_UNPROTECTED', data: {} })
  return { ...met, found }
}

/**
 * Sets read-out protection level 1, which resets the chip (AN3155 3.11), and looks whether flash can still be read. A chip whose reset
 * started its program cannot be asked; then its two replies count.
 * @throws FlashError STM32_NOT_PROTECTED, STM32_PROTECTION_UNSURE.
 */
export const setReadProtection = async (met: Met, job: Job): Promise<void> => {
  job.emit({ kind: 'phase', phase: 'resetting' })
  const confirmed = await met.loader.readoutProtect()
  await met.wire.pause(resetMs)
  try {
    await met.enter()
  } catch (error) {
    if (!isSilent(error)) throw error
    if (!confirmed) throw new FlashError('STM32_PROTECTION_UNSURE')
    job.emit({ kind: 'warning', code: 'STM32_PROTECTION_SET', data: {} })
    return
  }
  if ((await readFlashStart(met.loader)) !== undefined) throw new FlashError('STM32_NOT_PROTECTED')
  job.emit({ kind: 'warning', code: 'STM32_PROTECTION_SET_AND_TRIED', data: {} })
}
