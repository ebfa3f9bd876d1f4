import { expect } from 'vitest'
import { flashReasonText } from '#shared/flash-reasons.ts'
import { FlashError, type FlashEvent, type FlashJob, type Region } from '../../electron/flashing/flasher.ts'
import { linkPair } from '../../electron/flashing/links/link-pair.ts'
import type { EspChipName } from '../../electron/simulator/targets/esp-chips.ts'
import { type EspRomOptions, espRom } from '../../electron/simulator/targets/esp-rom.ts'
import { createIdleClock } from '../helpers/idle-clock.ts'
import { espImage } from './esp-images.ts'

const mac = Uint8Array.of(0x24, 0x6f, 0x28, 0xc0, 0xdb, 0xfe)

/** A simulated chip at a link, what its flasher reported, and jobs for it. The operator presses RESET when asked. */
export const bench = (
  options: Partial<EspRomOptions> = {},
  operator: 'presses RESET' | 'is away' = 'presses RESET',
) => {
  const clock = createIdleClock()
  const rom = espRom({ chip: 'esp32', mac, ...options })
  const link = linkPair('pair', { baudRate: 115_200 }, clock, rom.attach)
  const events: FlashEvent[] = []
  const emit = (event: FlashEvent) => {
    events.push(event)
    if (event.kind === 'phase' && event.phase === 'pressReset' && operator === 'presses RESET') rom.pressReset()
  }
  const job = (regions: readonly Region[], given: Partial<FlashJob<'serial'>> = {}): FlashJob<'serial'> => ({
    link,
    regions,
    options: { reset: 'none', connectAttempts: 1, ...given.options },
    signal: given.signal ?? new AbortController().signal,
    clock,
    emit: given.emit ?? emit,
    beforeErase: given.beforeErase ?? (() => {}),
  })
  return { rom, link, events, job }
}

/** The phases of a run in their order. */
export const phases = (events: readonly FlashEvent[]): string[] =>
  events.flatMap((event) => (event.kind === 'phase' ? [event.phase] : []))

/** A bootloader for an ESP32 at its place. */
export const boot = (bytes = espImage(0, 20_001)): Region => ({ address: 0x1000, bytes, name: 'boot.bin' })

/** What the work threw, or `passed`. */
export const failure = async (work: Promise<unknown>): Promise<unknown> =>
  work.then(
    () => 'passed',
    (error: unknown) => error,
  )
/** The code that the work was refused with, or `passed`; its text is complete in every language. */
export const codeOf = async (work: Promise<unknown>): Promise<string> => {
  const error = await failure(work)
  if (!(error instanceof FlashError)) return String(error)
  for (const language of ['zh', 'en'] as const)
    expect(flashReasonText(error.code, language, error.data)).not.toMatch(/…|^$/)
  return error.code
}

/** Name, name as reported, id in images, place of the bootloader. */
export const chips: readonly (readonly [EspChipName, string, number | 'esp8266', number])[] = [
  ['esp8266', 'ESP8266', 'esp8266', 0],
  ['esp32', 'ESP32', 0, 0x1000],
  ['esp32s2', 'ESP32-S2', 2, 0x1000],
  ['esp32s3', 'ESP32-S3', 9, 0],
  ['esp32c2', 'ESP32-C2', 12, 0],
  ['esp32c3', 'ESP32-C3', 5, 0],
  ['esp32c5', 'ESP32-C5', 23, 0x2000],
  ['esp32c6', 'ESP32-C6', 13, 0],
  ['esp32c61', 'ESP32-C61', 20, 0],
  ['esp32h2', 'ESP32-H2', 16, 0],
  ['esp32p4', 'ESP32-P4', 18, 0x2000],
]
/** Those that neither a command nor a watchdog starts. */
export const startedByHand: readonly EspChipName[] = ['esp32', 'esp32c6', 'esp32h2']
