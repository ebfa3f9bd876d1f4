import type { EspChip } from '#shared/targets/esp.ts'

/** Bits of a register. */
export interface Field {
  readonly address: number
  readonly shift: number
  readonly bits: number
}

/** Watchdogs in the chip's low-power part, which a reset over native USB leaves running. Registers take writes only after their key. */
export interface Watchdogs {
  readonly protect: number
  /** The timeout of the first stage is the next register. */
  readonly config: number
  /** The super watchdog. */
  readonly super?: { readonly config: number; readonly feed: number; readonly protect: number; readonly key: number }
}

/** What esptool-js does not tell of a chip (esptool 5.3, `targets/`; ESP-IDF, register headers). */
export interface ChipFacts {
  /** Parts of the major and minor revision number, lowest bits first. */
  readonly revision?: { readonly major: readonly Field[]; readonly minor: readonly Field[] }
  readonly watchdogs?: Watchdogs
  /** Whether the watchdog can restart the chip into its firmware. esptool refuses it for ESP32, ESP32-C6 and ESP32-H2. */
  readonly restartsByWatchdog?: boolean
  /** The ROM's variable that names the port in use, and its values for native USB. */
  readonly port?: { readonly at: (revision: number) => number; readonly otg?: number; readonly jtag?: number }
  /** The boot pins as the last reset found them. */
  readonly straps?: number
  /** Keeps the chip in download mode over a reset: register and bits. */
  readonly forceDownload?: { readonly register: number; readonly mask: number; readonly clear: boolean }
  /** These ROMs do not start a stub once secure boot is on. */
  readonly noStubWithSecureBoot?: boolean
}

const field = (address: number, shift: number, bits: number): Field => ({ address, shift, bits })
/** A word of block 1, which begins 0x44 behind the fuses' base. */
const block1 = (base: number, word: number, shift: number, bits: number): Field =>
  field(base + 0x44 + word * 4, shift, bits)

const revisionOfS3 = (base: number) => ({
  major: [block1(base, 5, 24, 2)],
  minor: [block1(base, 3, 18, 3), block1(base, 5, 23, 1)],
})
const revisionOfC5 = { major: [block1(0x600b_4800, 2, 4, 2)], minor: [block1(0x600b_4800, 2, 0, 4)] }

const lowPowerWatchdogs = (base: number, protect = 0x18): Watchdogs => ({
  protect: base + protect,
  config: base,
  super: { config: base + protect + 4, feed: 2 ** 18, protect: base + protect + 8, key: 0x50d8_3aa1 },
})
const rtcWatchdogs = (config: number, protect: number): Watchdogs => ({
  protect,
  config,
  super: { config: protect + 4, feed: 2 ** 31, protect: protect + 8, key: 0x8f1d_312a },
})

/** Bytes of one block that a ROM's own USB takes (esptool, USB_RAM_BLOCK). */
export const otgBlock = 0x800
/** Unlocks the watchdogs. */
export const watchdogKey = 0x50d8_3aa1

const facts: Readonly<Partial<Record<EspChip, ChipFacts>>> = {
  'ESP32-S2': {
    revision: {
      major: [block1(0x3f41_a000, 3, 18, 2)],
      minor: [block1(0x3f41_a000, 4, 4, 3), block1(0x3f41_a000, 3, 20, 1)],
    },
    watchdogs: { protect: 0x3f40_80ac, config: 0x3f40_8094 },
    restartsByWatchdog: true,
    port: { at: () => 0x3fff_fd14, otg: 2 },
    straps: 0x3f40_4038,
    forceDownload: { register: 0x3f40_8128, mask: 1, clear: true },
  },
  'ESP32-S3': {
    revision: revisionOfS3(0x6000_7000),
    watchdogs: rtcWatchdogs(0x6000_8098, 0x6000_80b0),
    restartsByWatchdog: true,
    port: { at: () => 0x3fce_f14c, otg: 3, jtag: 4 },
    straps: 0x6000_4038,
    forceDownload: { register: 0x6000_812c, mask: 1, clear: true },
    noStubWithSecureBoot: true,
  },
  'ESP32-C2': {
    revision: { major: [field(0x6000_8844, 20, 2)], minor: [field(0x6000_8844, 16, 4)] },
    watchdogs: { protect: 0x6000_809c, config: 0x6000_8084 },
    restartsByWatchdog: true,
  },
  'ESP32-C3': {
    revision: revisionOfS3(0x6000_8800),
    watchdogs: rtcWatchdogs(0x6000_8090, 0x6000_80a8),
    restartsByWatchdog: true,
    port: { at: (revision) => (revision < 101 ? 0x3fcd_f07c : 0x3fcd_f078), jtag: 3 },
    noStubWithSecureBoot: true,
  },
  'ESP32-C5': {
    revision: revisionOfC5,
    watchdogs: lowPowerWatchdogs(0x600b_1c00),
    restartsByWatchdog: true,
    port: { at: () => 0x4085_f514, jtag: 3 },
  },
  'ESP32-C6': {
    revision: { major: [block1(0x600b_0800, 3, 22, 2)], minor: [block1(0x600b_0800, 3, 18, 4)] },
    watchdogs: lowPowerWatchdogs(0x600b_1c00),
    port: { at: () => 0x4087_f580, jtag: 3 },
  },
  'ESP32-C61': {
    revision: revisionOfC5,
    watchdogs: lowPowerWatchdogs(0x600b_1c00),
    restartsByWatchdog: true,
    port: { at: (revision) => (revision <= 2 ? 0x4084_f5ec : 0x4084_f5e4), jtag: 4 },
  },
  'ESP32-H2': {
    revision: { major: [block1(0x600b_0800, 3, 21, 2)], minor: [block1(0x600b_0800, 3, 18, 3)] },
    watchdogs: lowPowerWatchdogs(0x600b_1c00, 0x1c),
    port: { at: () => 0x4084_fefc, jtag: 3 },
  },
  'ESP32-P4': {
    revision: {
      major: [block1(0x5012_d000, 2, 4, 2), block1(0x5012_d000, 2, 23, 1)],
      minor: [block1(0x5012_d000, 2, 0, 4)],
    },
    watchdogs: lowPowerWatchdogs(0x5011_6000),
    restartsByWatchdog: true,
    port: { at: (revision) => (revision < 300 ? 0x4ff3_fec8 : 0x4ffb_fec8), otg: 5, jtag: 6 },
    straps: 0x500e_0038,
    forceDownload: { register: 0x5011_0008, mask: 4, clear: false },
  },
}

/** Empty for a chip of which nothing more is known than esptool-js tells. */
export const chipFacts = (chip: string): ChipFacts => facts[chip as EspChip] ?? {}
