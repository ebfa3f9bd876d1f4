import { ESPLoader } from 'esptool-js'
import type { EspOptions } from '#shared/targets/esp.ts'
import { FlashError, type FlashJob } from '../../flasher.ts'
import { LinkLostError } from '../../transport.ts'
import { type ChipState, prepareChip } from './chip-state.ts'
import { type EspLoader, isLoaderError, isSilence, LinkTransport } from './loader-transport.ts'
import { resetWays } from './reset.ts'

type Job = Pick<FlashJob<'serial'>, 'link' | 'signal' | 'clock' | 'emit'>

/** Codes by the step in which esptool-js fails. */
const stepCodes = {
  connect: 'ESP_NO_SYNC',
  identify: 'ESP_READ_FAILED',
  stub: 'ESP_STUB_FAILED',
  baud: 'ESP_BAUD_FAILED',
  erase: 'ESP_ERASE_FAILED',
  write: 'ESP_WRITE_FAILED',
  verify: 'ESP_VERIFY_FAILED',
  reset: 'ESP_RESET_FAILED',
} as const
export type EspStep = keyof typeof stepCodes

/** A session with one chip. */
export interface EspSession {
  readonly loader: EspLoader
  readonly transport: LinkTransport
  readonly chip: ChipState
  /** Runs `work`; errors of esptool-js become the step's FlashError, others pass. */
  during<T>(step: EspStep, work: () => Promise<T>): Promise<T>
}

/** Flash is written in blocks of this size without a stub: a ROM has no room for more (esptool, FLASH_WRITE_SIZE). */
const romBlock = 0x400

/** Whether a stub of an earlier session answered the connection; esptool-js keeps it to itself. */
const stubAnswers = (loader: EspLoader): boolean => Reflect.get(loader, 'syncStubDetected') === true

const resetModes = { classic: 'default_reset', 'usb-jtag': 'usb_reset', none: 'no_reset' } as const

/** Boot output of a chip that runs its firmware instead of the loader. */
const bootMode = /boot:0x[0-9a-f]+ \(([^)]*)\)|boot mode:\(\d,\d\)/i

const connectFailure = (error: Error, { text, echoed }: LinkTransport): FlashError => {
  const unknown = /Unexpected (?:CHIP magic|chip ID) value (\S+?)\.? /i.exec(error.message)
  if (unknown) return new FlashError('ESP_UNKNOWN_CHIP', { value: unknown[1] ?? '' }, { cause: error })
  if (echoed) return new FlashError('ESP_ECHO', {}, { cause: error })
  const code = bootMode.test(text) && !/waiting for download/i.test(text) ? 'ESP_NOT_IN_LOADER' : stepCodes.connect
  return new FlashError(code, {}, { cause: error })
}

const failure = (step: EspStep, error: Error, transport: LinkTransport): FlashError => {
  if (step === 'connect') return connectFailure(error, transport)
  if (isSilence(error)) return new FlashError('ESP_SILENT', { step }, { cause: error })
  return new FlashError(stepCodes[step], { detail: error.message.replaceAll(/\s+/g, ' ').trim() }, { cause: error })
}

const printable = (words: string): string => words.replaceAll(/[\r\n]+/g, ' ').trim()

/**
 * As `withEspSession`, also with a chip that leaves the bus on its way into the loader: it is looked for once, and met where it stands.
 * Only where the recipe says that the chip's own USB is the line; an adapter that is lost was pulled.
 * @returns With the job over the link that the chip is at now.
 */
export const withReturningChip = async <J extends Job & Pick<FlashJob<'serial'>, 'reopen'>, T>(
  job: J,
  options: EspOptions,
  work: (session: EspSession, emit: Job['emit']) => Promise<T>,
): Promise<{ readonly value: T; readonly job: J }> => {
  let isConnected = false
  const once = (session: EspSession, emit: Job['emit']) => {
    isConnected = true
    return work(session, emit)
  }
  try {
    return { value: await withEspSession(job, options, once), job }
  } catch (error) {
    if (!(error instanceof LinkLostError) || !job.reopen || isConnected || options.reset !== 'usb-jtag') throw error
    const back = { ...job, link: await job.reopen() }
    return { value: await withEspSession(back, { ...options, reset: 'none' }, work), job: back }
  }
}

/**
 * Runs a session with the chip on the link, beginning with the reset into its ROM loader, and releases the link afterwards. esptool-js
 * has no abort: the signal fails the transport, this call rejects at once, and the work inside fails at its next byte.
 * @throws FlashError, LinkLostError, the signal's reason, what `work` throws.
 */
export const withEspSession = async <T>(
  job: Job,
  options: EspOptions,
  work: (session: EspSession, emit: Job['emit']) => Promise<T>,
): Promise<T> => {
  job.signal.throwIfAborted()
  const transport = new LinkTransport(job.link, job.clock)
  let over = false
  const emit: Job['emit'] = (event) => {
    if (!over) job.emit(event)
  }
  const abort = () => transport.fail(job.signal.reason)
  job.signal.addEventListener('abort', abort, { once: true })
  let line = ''
  const write = (words: string, level: 'info' | 'warn') => {
    if (printable(words)) emit({ kind: 'log', level, text: printable(words) })
  }
  const loader = new ESPLoader({
    transport,
    baudrate: options.baudRate,
    resetConstructors: resetWays(transport, job.clock),
    terminal: {
      clean: () => {},
      write: (words) => {
        line += words
      },
      writeLine: (words) => {
        write(line + words, /^(warning|error)/i.test(words) ? 'warn' : 'info')
        line = ''
      },
    },
  })
  const during: EspSession['during'] = async (step, part) => {
    try {
      return await part()
    } catch (error) {
      if (!isLoaderError(error)) throw error
      if (printable(transport.text)) write(`Chip: ${transport.text}`, 'warn')
      throw failure(step, error, transport)
    }
  }
  const whole = async () => {
    emit({ kind: 'phase', phase: 'connecting' })
    await during('connect', () => loader.connect(resetModes[options.reset], options.connectAttempts))
    // esptool-js treats the 0 that means "not on this chip" in its table as a register, and would write to a wrong one.
    if (loader.chip.CHIP_NAME === 'ESP8266') Reflect.deleteProperty(loader.chip, 'SPI_MOSI_DLEN_OFFS')
    const stubRuns = stubAnswers(loader)
    loader.IS_STUB = stubRuns
    if (!stubRuns) loader.FLASH_WRITE_SIZE = romBlock
    const usb = options.reset === 'usb-jtag' ? 'jtag' : undefined
    const chip = await during('identify', () => prepareChip(loader, stubRuns, usb))
    return work({ loader, transport, chip, during }, emit)
  }
  try {
    return await Promise.race([whole(), transport.failure])
  } finally {
    over = true
    job.signal.removeEventListener('abort', abort)
    await transport.letGo(new FlashError('ESP_SILENT', { step: 'reset' }))
  }
}
