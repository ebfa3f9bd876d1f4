/**
 * Facts of the simulated chips; addresses from Espressif's technical reference manuals and esptool's target files. A fuse or register
 * word is `[address, value]`.
 */
export type Word = readonly [address: number, value: number]

export interface EspWatchdogs {
  readonly protect: number
  readonly config0: number
  /** The super watchdog; undefined where only the RTC watchdog exists or is of interest. */
  readonly super?: { readonly config: number; readonly feed: number; readonly protect: number; readonly key: number }
}

export interface EspChipModel {
  readonly name: string
  /** The value at 0x40001000, which identifies older chips. */
  readonly magic: number
  /** The answer to GET_SECURITY_INFO; undefined where the ROM does not have the command, null where the answer contains no chip id. */
  readonly chipId: number | null | undefined
  readonly spi: { readonly base: number; readonly usr2: number; readonly data: number }
  /** Status bytes of a ROM answer: the ESP8266 sends two, later chips four. */
  readonly statusBytes: 2 | 4
  /** RAM that a program may be loaded to: from, to. */
  readonly ram: readonly (readonly [number, number])[]
  /** Registers that contain this MAC (six bytes) and this revision (100 times major plus minor). */
  readonly fuses: (mac: Uint8Array, revision: number) => readonly Word[]
  readonly revision: number
  /** Fuses of secure boot and flash encryption, set: register and bits. */
  readonly secureBoot?: Word
  readonly flashEncryption?: Word
  /** Register of the UART's clock divider, and the clock it divides, in Hz. */
  readonly uartClock: { readonly register: number; readonly hz: number }
  readonly watchdogs?: EspWatchdogs
  /** The ROM's variable that names the port in use, and its values for native USB. */
  readonly port?: { readonly at: (revision: number) => number; readonly otg?: number; readonly jtag?: number }
  /** Boot pins as sampled at reset: bit 3 is low in download mode. */
  readonly straps?: number
  /** A bit that keeps the chip in download mode over resets. */
  readonly forceDownload?: Word
}

const at = (mac: Uint8Array, index: number): number => mac[index] ?? 0
const word = (mac: Uint8Array, ...indexes: readonly number[]): number =>
  indexes.reduce((value, index) => ((value << 8) | at(mac, index)) >>> 0, 0)

/** ESP32 and later chips store the MAC's last four bytes in one word and its first two in the next. */
const macAt = (address: number, mac: Uint8Array): readonly Word[] => [
  [address, word(mac, 2, 3, 4, 5)],
  [address + 4, word(mac, 0, 1)],
]
/** Chips with IEEE 802.15.4 have what makes their MAC an EUI-64 above it: FF FE. */
const extended = (words: readonly Word[], address: number): readonly Word[] => [...words, [address, 0xfffe_0000]]
const majorOf = (revision: number): number => Math.floor(revision / 100)
const minorOf = (revision: number): number => revision % 100

/** MAC and revision in block 1, which begins at `base` + 0x44. */
const block1 =
  (base: number, revisionWords: (major: number, minor: number) => readonly Word[]): EspChipModel['fuses'] =>
  (mac, revision) => [
    ...macAt(base + 0x44, mac),
    ...revisionWords(majorOf(revision), minorOf(revision)).map(
      ([index, value]): Word => [base + 0x44 + index * 4, value >>> 0],
    ),
  ]
/** ESP32-S3 and ESP32-C3: minor in word 3 from bit 18 with its highest bit in word 5, bit 23; major in word 5 from bit 24. */
const wordsOfS3 = (major: number, minor: number): readonly Word[] => [
  [3, (minor & 7) << 18],
  [5, ((minor >> 3) << 23) | (major << 24)],
]
const wordsOfC5 = (major: number, minor: number): readonly Word[] => [[2, minor | (major << 4)]]

const usualSpi = { usr2: 0x20, data: 0x58 } as const
const usual = { statusBytes: 4, magic: 0 } as const
const mhz = 1_000_000
const uart = 0x6000_0014
const lowPowerWatchdogs = (base: number, shift = 0): EspWatchdogs => ({
  protect: base + 0x18 + shift,
  config0: base,
  super: { config: base + 0x1c + shift, feed: 2 ** 18, protect: base + 0x20 + shift, key: 0x50d8_3aa1 },
})
const lowPower = 0x600b_1c00
const rtcSuper = (config: number) => ({ config, feed: 2 ** 31, protect: config + 4, key: 0x8f1d_312a })

export const espChipModels = {
  esp8266: {
    name: 'ESP8266',
    magic: 0xfff0_c101,
    chipId: undefined,
    spi: { base: 0x6000_0200, usr2: 0x24, data: 0x40 },
    statusBytes: 2,
    ram: [
      [0x3ffe_8000, 0x4000_0000],
      [0x4010_0000, 0x4011_0000],
    ],
    revision: 0,
    fuses: (mac) => [
      [0x3ff0_0050, word(mac, 5) * 0x100_0000],
      [0x3ff0_0054, word(mac, 3, 4)],
      [0x3ff0_005c, word(mac, 0, 1, 2)],
    ],
    uartClock: { register: uart, hz: 52 * mhz },
  },
  esp32: {
    name: 'ESP32',
    magic: 0x00f0_1d83,
    chipId: undefined,
    spi: { base: 0x3ff4_2000, usr2: 0x24, data: 0x80 },
    statusBytes: 4,
    ram: [
      [0x3ffa_e000, 0x4000_0000],
      [0x4008_0000, 0x400c_0000],
    ],
    revision: 301,
    fuses: (mac, revision) => {
      const major = majorOf(revision)
      return [
        ...macAt(0x3ff5_a004, mac),
        // Majors 1, 2, 3 are one, two, three bits: in word 3, in word 5 and in a register outside of the fuses.
        [0x3ff5_a00c, major > 0 ? 2 ** 15 : 0],
        [0x3ff5_a014, (major > 1 ? 2 ** 20 : 0) + (minorOf(revision) << 24)],
        [0x3ff6_607c, major > 2 ? 2 ** 31 : 0],
        // The 8 MHz clock's calibration, from which the ROM derives its 40 MHz crystal.
        [0x3ff5_a010, 128],
        [0x3ff5_f06c, 800 << 7],
      ]
    },
    secureBoot: [0x3ff5_a018, 2 ** 5],
    flashEncryption: [0x3ff5_a000, 2 ** 20],
    uartClock: { register: 0x3ff4_0014, hz: 40 * mhz },
  },
  esp32s2: {
    ...usual,
    name: 'ESP32-S2',
    magic: 0x0000_07c6,
    chipId: null,
    spi: { base: 0x3f40_2000, ...usualSpi },
    ram: [
      [0x3ffb_0000, 0x4000_0000],
      [0x4002_0000, 0x4007_0000],
    ],
    revision: 100,
    fuses: block1(0x3f41_a000, (major, minor) => [
      [3, (major << 18) | ((minor >> 3) << 20)],
      [4, (minor & 7) << 4],
    ]),
    secureBoot: [0x3f41_a038, 2 ** 20],
    flashEncryption: [0x3f41_a034, 2 ** 18],
    uartClock: { register: 0x3f40_0014, hz: 40 * mhz },
    watchdogs: { protect: 0x3f40_80ac, config0: 0x3f40_8094 },
    port: { at: () => 0x3fff_fd14, otg: 2 },
    straps: 0x3f40_4038,
    forceDownload: [0x3f40_8128, 1],
  },
  esp32s3: {
    ...usual,
    name: 'ESP32-S3',
    magic: 0x0000_0009,
    chipId: 9,
    spi: { base: 0x6000_2000, ...usualSpi },
    ram: [
      [0x3fc8_8000, 0x3fd0_0000],
      [0x4037_0000, 0x403e_0000],
    ],
    revision: 2,
    fuses: block1(0x6000_7000, wordsOfS3),
    secureBoot: [0x6000_7038, 2 ** 20],
    flashEncryption: [0x6000_7034, 2 ** 18],
    uartClock: { register: uart, hz: 40 * mhz },
    watchdogs: { protect: 0x6000_80b0, config0: 0x6000_8098, super: rtcSuper(0x6000_80b4) },
    port: { at: () => 0x3fce_f14c, otg: 3, jtag: 4 },
    straps: 0x6000_4038,
    forceDownload: [0x6000_812c, 1],
  },
  esp32c2: {
    ...usual,
    name: 'ESP32-C2',
    magic: 0x6f51_306f,
    chipId: 12,
    spi: { base: 0x6000_2000, ...usualSpi },
    ram: [
      [0x3fca_0000, 0x3fce_0000],
      [0x4037_c000, 0x403c_0000],
    ],
    revision: 200,
    fuses: (mac, revision) => {
      const [low, high] = macAt(0x6000_8840, mac)
      const revisionBits = (minorOf(revision) << 16) | (majorOf(revision) << 20)
      return low && high ? [low, [high[0], (high[1] | revisionBits) >>> 0]] : []
    },
    secureBoot: [0x6000_8830, 2 ** 21],
    flashEncryption: [0x6000_8830, 2 ** 7],
    uartClock: { register: uart, hz: 26 * mhz },
    watchdogs: { protect: 0x6000_809c, config0: 0x6000_8084 },
  },
  esp32c3: {
    ...usual,
    name: 'ESP32-C3',
    magic: 0x1b31_506f,
    chipId: 5,
    spi: { base: 0x6000_2000, ...usualSpi },
    ram: [
      [0x3fc8_0000, 0x3fce_0000],
      [0x4037_c000, 0x403e_0000],
    ],
    revision: 4,
    fuses: block1(0x6000_8800, wordsOfS3),
    secureBoot: [0x6000_8838, 2 ** 20],
    flashEncryption: [0x6000_8834, 2 ** 18],
    uartClock: { register: uart, hz: 40 * mhz },
    watchdogs: { protect: 0x6000_80a8, config0: 0x6000_8090, super: rtcSuper(0x6000_80ac) },
    port: { at: (revision) => (revision < 101 ? 0x3fcd_f07c : 0x3fcd_f078), jtag: 3 },
  },
  esp32c5: {
    ...usual,
    name: 'ESP32-C5',
    magic: 0x1101_406f,
    chipId: 23,
    spi: { base: 0x6000_3000, ...usualSpi },
    ram: [[0x4080_0000, 0x4086_0000]],
    revision: 100,
    fuses: (mac, revision) => [
      ...extended(block1(0x600b_4800, wordsOfC5)(mac, revision), 0x600b_4848),
      // The crystal that the ROM takes for granted.
      [0x6009_6110, 48 << 24],
    ],
    secureBoot: [0x600b_4838, 2 ** 25],
    flashEncryption: [0x600b_4834, 2 ** 16],
    uartClock: { register: uart, hz: 48 * mhz },
    watchdogs: lowPowerWatchdogs(lowPower),
    port: { at: () => 0x4085_f514, jtag: 3 },
  },
  esp32c6: {
    ...usual,
    name: 'ESP32-C6',
    magic: 0x2ce0_806f,
    chipId: 13,
    spi: { base: 0x6000_3000, ...usualSpi },
    ram: [[0x4080_0000, 0x4088_0000]],
    revision: 2,
    fuses: (mac, revision) =>
      extended(block1(0x600b_0800, (major, minor) => [[3, (minor << 18) | (major << 22)]])(mac, revision), 0x600b_0848),
    secureBoot: [0x600b_0838, 2 ** 20],
    flashEncryption: [0x600b_0834, 2 ** 18],
    uartClock: { register: uart, hz: 40 * mhz },
    watchdogs: lowPowerWatchdogs(lowPower),
    port: { at: () => 0x4087_f580, jtag: 3 },
  },
  esp32c61: {
    ...usual,
    name: 'ESP32-C61',
    magic: 0x33f0_206f,
    chipId: 20,
    spi: { base: 0x6000_3000, ...usualSpi },
    ram: [[0x4080_0000, 0x4086_0000]],
    revision: 100,
    fuses: block1(0x600b_4800, wordsOfC5),
    secureBoot: [0x600b_4834, 2 ** 26],
    flashEncryption: [0x600b_4830, 2 ** 23],
    uartClock: { register: uart, hz: 40 * mhz },
    watchdogs: lowPowerWatchdogs(lowPower),
    port: { at: (revision) => (revision <= 2 ? 0x4084_f5ec : 0x4084_f5e4), jtag: 4 },
  },
  esp32h2: {
    ...usual,
    name: 'ESP32-H2',
    magic: 0xd7b7_3e80,
    chipId: 16,
    spi: { base: 0x6000_3000, ...usualSpi },
    ram: [[0x4080_0000, 0x4085_0000]],
    revision: 102,
    fuses: (mac, revision) =>
      extended(block1(0x600b_0800, (major, minor) => [[3, (minor << 18) | (major << 21)]])(mac, revision), 0x600b_0848),
    secureBoot: [0x600b_0838, 2 ** 20],
    flashEncryption: [0x600b_0834, 2 ** 18],
    uartClock: { register: uart, hz: 32 * mhz },
    watchdogs: lowPowerWatchdogs(lowPower, 4),
    port: { at: () => 0x4084_fefc, jtag: 3 },
  },
  esp32p4: {
    ...usual,
    name: 'ESP32-P4',
    chipId: 18,
    spi: { base: 0x5008_d000, ...usualSpi },
    ram: [[0x4ff0_0000, 0x4ffc_0000]],
    revision: 103,
    fuses: block1(0x5012_d000, (major, minor) => [[2, minor | ((major & 3) << 4) | ((major >> 2) << 23)]]),
    secureBoot: [0x5012_d038, 2 ** 20],
    flashEncryption: [0x5012_d034, 2 ** 18],
    uartClock: { register: 0x500c_a014, hz: 40 * mhz },
    watchdogs: lowPowerWatchdogs(0x5011_6000),
    port: { at: (revision) => (revision < 300 ? 0x4ff3_fec8 : 0x4ffb_fec8), otg: 5, jtag: 6 },
    straps: 0x500e_0038,
    forceDownload: [0x5011_0008, 4],
  },
} satisfies Record<string, EspChipModel>
export type EspChipName = keyof typeof espChipModels
