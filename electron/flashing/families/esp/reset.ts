import type { Clock } from '../../../platform/basics/clock.ts'
import type { FlashJob } from '../../flasher.ts'
import { pause } from '../../pause.ts'
import type { ControlLines, LineSettings } from '../../transport.ts'
import type { NativeUsb } from './chip-state.ts'
import type { LinkTransport } from './loader-transport.ts'

/** Control lines, and how long they are held. RTS holds the chip in reset, DTR pulls its boot pin (esptool, "Boot Mode Selection"). */
type Sequence = readonly (readonly [lines: ControlLines, ms: number])[]

const idle: ControlLines = { dtr: false, rts: false }
const inReset: ControlLines = { dtr: false, rts: true }
const bootPin: ControlLines = { dtr: true, rts: false }
const both: ControlLines = { dtr: true, rts: true }

/** For the two transistors of Espressif's boards; `bootMs` longer where the reset line has a large capacitor. */
const classic = (bootMs: number): Sequence => [
  [inReset, 100],
  [bootPin, bootMs],
  [idle, 0],
]

/** For a chip's native USB, which must never see both lines released while the pin is pulled. */
const usbJtag: Sequence = [
  [idle, 100],
  [bootPin, 100],
  [both, 0],
  [inReset, 100],
  [idle, 0],
]

/** A chip that drops from its own USB needs longer, and time to return (esptool, HardReset). */
const hard = (usb: NativeUsb | undefined): Sequence => [
  [inReset, usb ? 200 : 100],
  [idle, usb ? 200 : 0],
]

const play = async (set: (lines: ControlLines) => Promise<void>, clock: Clock, sequence: Sequence): Promise<void> => {
  for (const [lines, ms] of sequence) {
    await set(lines)
    if (ms > 0) await pause(clock, ms)
  }
}

/**
 * Restarts the chip into its firmware. Nothing else may read the link, so that the firmware's first output is there for the next reader.
 * @throws LinkLostError, the signal's reason.
 */
export const restart = async (
  { link, clock, signal }: Pick<FlashJob<'serial'>, 'link' | 'clock' | 'signal'>,
  line: LineSettings,
  usb?: NativeUsb,
): Promise<void> => {
  const set = async (lines: ControlLines) => {
    signal.throwIfAborted()
    if (lines === idle) {
      link.flush()
      await link.configure(line)
    }
    await link.setLines(lines)
  }
  await play(set, clock, hard(usb))
}

/** The reset strategies of esptool-js, over our control lines and clock. */
export const resetWays = (transport: LinkTransport, clock: Clock) => {
  const set = ({ dtr, rts }: ControlLines) => transport.setSignals(dtr, rts)
  return {
    classicReset: (_: unknown, bootMs: number) => ({
      transport,
      resetDelay: bootMs,
      reset: () => play(set, clock, classic(bootMs)),
    }),
    usbJTAGSerialReset: () => ({ transport, reset: () => play(set, clock, usbJtag) }),
  }
}
