import { FlashError } from '../../flasher.ts'
import type { Stm32Bootloader } from './bootloader.ts'

/** Number of attempts before the unit fails. */
const attempts = 3

/**
 * Runs a command until it works, and resynchronises the line in between; `failed` is called with every error. Not for erasing, which
 * may still be going on.
 * @throws its last FlashError; anything else at once.
 */
export const retryCommand = async <T>(
  loader: Stm32Bootloader,
  act: (attempt: number) => Promise<T>,
  failed: (error: FlashError) => void = () => undefined,
): Promise<T> => {
  for (let attempt = 1; ; attempt++) {
    try {
      return await act(attempt)
    } catch (error) {
      if (!(error instanceof FlashError) || error.code === 'LINE_STALLED' || attempt === attempts) throw error
      failed(error)
      // A refusal may leave half a command in the chip, which would shift all that follow.
      if (error.code !== 'STM32_VERIFY') await loader.recover()
    }
  }
}
