import { Stm32Options } from '#shared/targets/stm32.ts'
import { FlashError, type FlashJob, type IdentifyJob } from '../../flasher.ts'
import { TimedLink } from '../timed-link.ts'
import { Stm32Bootloader } from './bootloader.ts'
import { enterBootloader } from './bootloader-entry.ts'
import { identifyStm32, type Stm32Identity } from './identify.ts'

export type Job = FlashJob<'serial'>

/** A chip in its bootloader, and what it said of itself. */
export interface Met {
  readonly options: Stm32Options
  readonly wire: TimedLink
  readonly loader: Stm32Bootloader
  readonly found: Stm32Identity
  /** Enters the bootloader, synchronises and identifies, also after the chip has reset itself. */
  readonly greet: () => Promise<Stm32Identity>
  /** Enters the bootloader and synchronises. @throws FlashError STM32_SILENT, STM32_SILENT_LINES, STM32_NOT_A_BOOTLOADER, STM32_ECHO. */
  readonly enter: () => Promise<void>
}

/** Opens the session and identifies the chip. @throws FlashError, LinkLostError, the signal's reason. */
export const meet = async (job: IdentifyJob<'serial'>): Promise<Met> => {
  const options = Stm32Options.parse(job.options)
  const wire = new TimedLink(job.link, job.clock, job.signal)
  const loader = new Stm32Bootloader(wire, new TimedLink(job.link, job.clock, new AbortController().signal))
  job.emit({ kind: 'phase', phase: 'connecting' })
  await job.link.configure({ baudRate: options.baudRate, parity: options.parity })
  const enter = async (): Promise<void> => {
    await enterBootloader(job.link, wire, options)
    try {
      await loader.sync()
    } catch (error) {
      const bySilentLines = options.entry === 'lines' && error instanceof FlashError && error.code === 'STM32_SILENT'
      throw bySilentLines ? new FlashError('STM32_SILENT_LINES', {}, { cause: error }) : error
    }
  }
  const greet = async (): Promise<Stm32Identity> => {
    await enter()
    job.emit({ kind: 'phase', phase: 'identifying' })
    const found = await identifyStm32(loader, options.banks === 'read' ? undefined : options.banks)
    job.emit({ kind: 'identity', identity: found.identity })
    return found
  }
  return { options, wire, loader, greet, enter, found: await greet() }
}
