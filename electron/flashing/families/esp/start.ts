import type { EspOptions } from '#shared/targets/esp.ts'
import { FlashError, type FlashJob } from '../../flasher.ts'
import { type LineSettings, LinkLostError } from '../../transport.ts'
import { chipFacts, watchdogKey } from './chip-facts.ts'
import type { NativeUsb } from './chip-state.ts'
import type { EspSession } from './loader.ts'
import { firstBaud } from './loader-transport.ts'
import { restart } from './reset.ts'
import { encodeSlip, SlipDecoder } from './slip.ts'

type Job = Pick<FlashJob<'serial'>, 'link' | 'clock' | 'signal' | 'emit'>

/** How the firmware is started. `command`: a last request to the loader, sent when nobody else reads the link. */
export type Start =
  | { readonly by: 'lines' }
  | { readonly by: 'command'; readonly request: Uint8Array }
  | { readonly by: 'hand' }

const op = {
  flashBegin: 0x02,
  flashEnd: 0x04,
  sync: 0x08,
  writeReg: 0x09,
  changeBaud: 0x0f,
  runUserCode: 0xd3,
} as const
const bootPinHigh = 8
/** Enabled; its first stage resets the chip and all but the clock; pulses as long as esptool's (esptool, `watchdog_reset`). */
const watchdogOn = 2 ** 31 + (5 << 28) + (1 << 8) + 2
/** In ticks of the slow clock: about 70 ms, so that the last answer arrives and the link is free when the firmware prints. */
const watchdogTicks = 10_000
const allBits = 0xffff_ffff

const bootWaitMs = 2000
const probeWaitMs = 200
const handWaitMs = 120_000
const textLimit = 4096
/** ESP-IDF chips print their boot mode at every reset, ESP8266 as two numbers of which the first is 1 in download mode. */
const bootLine = /boot:0x[0-9a-f]+ \(([^)]*)\)|boot mode:\((\d),\d\)/i

const request = (code: number, ...words: readonly number[]): Uint8Array => {
  const data = new Uint8Array(Uint32Array.from(words, (word) => word >>> 0).buffer)
  return new Uint8Array([0, code, data.length, 0, 0, 0, 0, 0, ...data])
}

/** Back to the speed of the console, so that what the chip prints at its reset can be read. */
const slowDown = async ({ loader, transport }: EspSession): Promise<void> => {
  if (transport.baudrate === firstBaud) return
  const words = Uint32Array.of(firstBaud, loader.IS_STUB ? transport.baudrate : 0)
  await loader.command(op.changeBaud, new Uint8Array(words.buffer))
  await transport.changeBaudrate(firstBaud)
  await transport.drainInput()
}

const byWatchdog = async ({ loader }: EspSession): Promise<Start> => {
  const { watchdogs } = chipFacts(loader.chip.CHIP_NAME)
  if (!watchdogs) return { by: 'hand' }
  await loader.writeReg(watchdogs.protect, watchdogKey)
  await loader.writeReg(watchdogs.config + 4, watchdogTicks)
  await loader.writeReg(watchdogs.config, watchdogOn)
  return { by: 'command', request: request(op.writeReg, watchdogs.protect, 0, allBits, 0) }
}

/** ESP32-S3 and ESP32-S2 over USB would enter download mode again at the next reset (arduino-esp32 issue 6762). */
const leaveForcedDownload = async ({ loader }: EspSession): Promise<void> => {
  const { forceDownload } = chipFacts(loader.chip.CHIP_NAME)
  if (!forceDownload?.clear) return
  await loader.writeReg(forceDownload.register, 0, forceDownload.mask)
}

/** Whether BOOT was held at the last reset and a ROM's own USB is the line: then only a watchdog looks at BOOT again. */
const needsWatchdog = async ({ loader, chip }: EspSession): Promise<boolean> => {
  if (chip.usb !== 'otg') return false
  const { straps, forceDownload } = chipFacts(loader.chip.CHIP_NAME)
  if (loader.chip.CHIP_NAME === 'ESP32-P4') return true
  if (straps === undefined || !forceDownload) return false
  const isPinLow = ((await loader.readReg(straps)) & bootPinHigh) === 0
  return isPinLow && ((await loader.readReg(forceDownload.register)) & forceDownload.mask) === 0
}

const withoutLines = async (session: EspSession): Promise<Start> => {
  const { loader } = session
  const { CHIP_NAME: name } = loader.chip
  await slowDown(session)
  if (name === 'ESP8266' && loader.IS_STUB) return { by: 'command', request: request(op.runUserCode) }
  if (name === 'ESP8266') {
    await loader.checkCommand('begin an empty write', op.flashBegin, new Uint8Array(16))
    return { by: 'command', request: request(op.flashEnd, 1) }
  }
  return chipFacts(name).restartsByWatchdog ? byWatchdog(session) : { by: 'hand' }
}

/** Prepares the start of the firmware while the loader still listens. A stub has no command for it, except ESP8266's. */
export const prepareStart = (session: EspSession, { reset }: EspOptions): Promise<Start> =>
  session.during('reset', async () => {
    if (session.loader.secureDownloadMode) return { by: reset === 'none' ? 'hand' : 'lines' }
    await leaveForcedDownload(session)
    if (reset === 'none') return withoutLines(session)
    return (await needsWatchdog(session)) ? byWatchdog(session) : { by: 'lines' }
  })

type Boot = 'firmware' | 'loader' | 'silent'

/** What the chip says of its boot mode within `ms`, and what was heard, without answers of the loader before it. */
const bootOf = async ({ link, clock, signal }: Job, ms: number): Promise<readonly [boot: Boot, heard: Uint8Array]> => {
  const end = clock.steady() + ms
  let heard = Buffer.alloc(0)
  for (;;) {
    const left = end - clock.steady()
    const bytes = left > 0 ? await link.read(left, signal) : new Uint8Array(0)
    heard = Buffer.concat([heard, bytes]).subarray(-textLimit)
    const boot = bootLine.exec(heard.toString('latin1'))
    if (!boot && bytes.length > 0) continue
    const text = new Uint8Array(heard.subarray(heard.lastIndexOf(0xc0) + 1))
    if (!boot) return ['silent', text]
    return [/download/i.test(boot[1] ?? '') || boot[2] === '1' ? 'loader' : 'firmware', text]
  }
}

/** Whether a loader answers; firmware that prints nothing at its start does not. */
const loaderAnswers = async ({ link, signal }: Job): Promise<boolean> => {
  const sync = new Uint8Array([0, op.sync, 36, 0, 0, 0, 0, 0, 7, 7, 0x12, 0x20, ...new Uint8Array(32).fill(0x55)])
  const slip = new SlipDecoder(textLimit)
  for (let attempt = 0; attempt < 3; attempt++) {
    await link.write(encodeSlip(sync))
    for (;;) {
      const bytes = await link.read(probeWaitMs, signal)
      if (bytes.length === 0) break
      if (slip.push(bytes).some(([direction, code]) => direction === 1 && code === op.sync)) {
        link.flush()
        return true
      }
    }
  }
  return false
}

/** Whether the firmware runs now: its first output tells, else that no loader answers. Its output stays for the next reader. */
const runs = async (job: Job): Promise<boolean> => {
  const [boot, heard] = await bootOf(job, bootWaitMs)
  if (boot === 'loader' || (boot === 'silent' && (await loaderAnswers(job)))) return false
  job.link.unread(heard)
  return true
}

const byHand = async (job: Job): Promise<void> => {
  job.emit({ kind: 'phase', phase: 'pressReset' })
  job.emit({ kind: 'warning', code: 'ESP_PRESS_RESET', data: {} })
  const end = job.clock.steady() + handWaitMs
  while (!(await runs(job))) {
    job.signal.throwIfAborted()
    if (job.clock.steady() >= end) throw new FlashError('ESP_NOT_STARTED')
  }
}

/**
 * Starts the firmware and waits until it runs, as far as that shows. A chip whose own USB is the line leaves the bus when it starts.
 * @throws FlashError ESP_NOT_STARTED, LinkLostError, the signal's reason.
 */
export const startFirmware = async (
  job: Job,
  start: Start,
  usb: NativeUsb | undefined,
  line: LineSettings,
): Promise<void> => {
  try {
    if (start.by === 'lines') await restart(job, line, usb)
    else if (start.by === 'hand') await byHand(job)
    else {
      await job.link.write(encodeSlip(start.request))
      if (!(await runs(job))) throw new FlashError('ESP_NOT_STARTED')
    }
  } catch (error) {
    if (!(usb && error instanceof LinkLostError)) throw error
  }
}
