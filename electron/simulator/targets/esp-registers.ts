import type { EspChipModel } from './esp-chips.ts'
import { EspSpi } from './esp-spi.ts'

const detectAddress = 0x4000_1000
const bootPinHigh = 8
const watchdogKey = 0x50d8_3aa1
const enabled = 2 ** 31

/** The ESP32-P4's supply of its flash (esptool, esp32p4.py): off after reset in revisions 3.1 and 3.2. */
const p4Supply = { revisions: [301, 302], pads: 0x5011_010c, ldo: 0x5011_51b8, tieHigh: 2 ** 7, force: 0x5011_53fc }

/** The kinds of USB that a chip itself has: a serial port in hardware, or one of its ROM. */
export type EspUsb = 'jtag' | 'otg'

export interface EspFuses {
  /** Six bytes. */
  readonly mac: Uint8Array
  /** 100 times major plus minor; left out: a usual one of the chip. */
  readonly revision?: number
  readonly secureBoot?: boolean
  readonly flashEncryption?: boolean
  /** The ROM only takes writes: it reads neither registers nor memory. */
  readonly secureDownload?: boolean
  /** The chip's own USB is the line; left out: its UART. */
  readonly usb?: EspUsb
}

/** Values that can be read and written by address: fuses, watchdogs, supply, flash controller, and the chip's magic value. */
export class EspRegisters {
  readonly #model: EspChipModel
  readonly #revision: number
  readonly #values: Map<number, number>
  readonly #spi: EspSpi
  readonly #baudRate: () => number
  readonly #usb: EspUsb | undefined
  /** Called when a host has let the watchdog reset the chip. */
  onWatchdog: () => void = () => undefined
  /** Whether the flash's pins are attached to the controller. */
  attached = false

  /** @param sizeCode the third byte of the flash's JEDEC id. */
  constructor(model: EspChipModel, options: EspFuses, sizeCode: number, baudRate: () => number) {
    this.#model = model
    this.#revision = options.revision ?? model.revision
    this.#baudRate = baudRate
    this.#usb = options.usb
    this.#spi = new EspSpi(model, sizeCode, () => this.attached && this.isFlashPowered)
    this.#values = new Map([[detectAddress, model.magic]])
    for (const [address, value] of model.fuses(options.mac, this.#revision)) this.#set(address, value)
    if (options.secureBoot && model.secureBoot) this.#set(...model.secureBoot)
    if (options.flashEncryption && model.flashEncryption) this.#set(...model.flashEncryption)
    const { port, watchdogs } = model
    const portInUse = options.usb && port?.[options.usb]
    if (port && portInUse !== undefined) this.#set(port.at(this.#revision), portInUse)
    // A firmware over native USB leaves its watchdogs on, and the reset into the loader does not stop them.
    if (options.usb === 'jtag' && watchdogs) this.#set(watchdogs.config0, enabled)
  }

  #set(address: number, bits: number): void {
    this.#values.set(address, ((this.#values.get(address) ?? 0) | bits) >>> 0)
  }

  get revision(): number {
    return this.#revision
  }

  get isFlashPowered(): boolean {
    if (this.#model.name !== 'ESP32-P4' || !p4Supply.revisions.includes(this.#revision)) return true
    const isForced = ((this.#values.get(p4Supply.force) ?? 0) & 3) === 3
    const isHeld = ((this.#values.get(p4Supply.ldo) ?? 0) & p4Supply.tieHigh) !== 0
    return this.#values.get(p4Supply.pads) === 1 && isForced && !isHeld
  }

  /** Whether a watchdog runs that nobody feeds; only over USB, where the reset into the loader leaves it on. */
  get watchdogRuns(): boolean {
    const { watchdogs } = this.#model
    if (!watchdogs || this.#usb !== 'jtag') return false
    const isOn = ((this.#values.get(watchdogs.config0) ?? 0) & enabled) !== 0
    const { super: own } = watchdogs
    return isOn || (own !== undefined && ((this.#values.get(own.config) ?? 0) & own.feed) === 0)
  }

  /** The boot pin as the last reset found it, and whether download mode is forced. */
  setBoot(isPinLow: boolean, isForced: boolean): void {
    const { straps, forceDownload } = this.#model
    if (straps !== undefined) this.#values.set(straps, isPinLow ? 0 : bootPinHigh)
    if (forceDownload) this.#values.set(forceDownload[0], isForced ? forceDownload[1] : 0)
  }

  get isDownloadForced(): boolean {
    const { forceDownload } = this.#model
    return forceDownload !== undefined && ((this.#values.get(forceDownload[0]) ?? 0) & forceDownload[1]) !== 0
  }

  read(address: number): number {
    const { register, hz } = this.#model.uartClock
    if (address === register) return Math.round(hz / this.#baudRate())
    if (this.#spi.owns(address)) return this.#spi.read(address)
    return this.#values.get(address) ?? 0
  }

  /** @param mask the bits that are written. */
  write(address: number, value: number, mask = 0xffff_ffff): void {
    if (this.#spi.owns(address)) {
      this.#spi.write(address, value)
      return
    }
    if (this.#isLocked(address)) return
    const next = (((this.#values.get(address) ?? 0) & ~mask) | (value & mask)) >>> 0
    this.#values.set(address, next)
    const { watchdogs } = this.#model
    const isLocking = watchdogs !== undefined && address === watchdogs.protect && value === 0
    // A host lets the first stage reset the whole chip (stage 5), and locks the watchdog when it runs.
    if (isLocking && (this.#values.get(watchdogs.config0) ?? 0) >>> 28 === 0xd) this.onWatchdog()
  }

  /** Watchdogs only take writes after their key. */
  #isLocked(address: number): boolean {
    const { watchdogs } = this.#model
    if (!watchdogs) return false
    const { super: own } = watchdogs
    if (address === watchdogs.config0 || address === watchdogs.config0 + 4) {
      return this.#values.get(watchdogs.protect) !== watchdogKey
    }
    return own !== undefined && address === own.config && this.#values.get(own.protect) !== own.key
  }

  /** What any reset of the chip forgets. */
  reset(): void {
    this.attached = false
    for (const address of [p4Supply.pads, p4Supply.ldo, p4Supply.force]) this.#values.delete(address)
  }
}
