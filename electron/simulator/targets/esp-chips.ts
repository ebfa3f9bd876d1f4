/** The register values of a simulated chip; addresses from Espressif's technical reference manuals and esptool's target files. */
export interface EspChipModel {
  readonly name: string
  /** The value at 0x40001000, which identifies older chips. */
  readonly magic: number
  /** The answer to GET_SECURITY_INFO; undefined where the ROM does not have the command, null where the answer contains no chip id. */
  readonly chipId: number | null | undefined
  readonly spi: { readonly base: number; readonly usr2: number; readonly data: number }
  /** Status bytes of a ROM answer: the ESP8266 sends two, later chips four. */
  readonly statusBytes: 2 | 4
  /** Registers that contain this MAC (six bytes). */
  readonly fuses: (mac: Uint8Array) => readonly (readonly [address: number, value: number])[]
}

const at = (mac: Uint8Array, index: number): number => mac[index] ?? 0
const word = (mac: Uint8Array, ...indexes: readonly number[]): number =>
  indexes.reduce((value, index) => ((value << 8) | at(mac, index)) >>> 0, 0)

/** ESP32 and later chips store the MAC's last four bytes in one word and its first two in the next. */
const macAt =
  (address: number): EspChipModel['fuses'] =>
  (mac) => [
    [address, word(mac, 2, 3, 4, 5)],
    [address + 4, word(mac, 0, 1)],
  ]

const modern = (name: string, magic: number, chipId: number, spiBase: number, macBase: number): EspChipModel => ({
  name,
  magic,
  chipId,
  spi: { base: spiBase, usr2: 0x20, data: 0x58 },
  statusBytes: 4,
  fuses: macAt(macBase),
})

export const espChipModels = {
  esp8266: {
    name: 'ESP8266',
    magic: 0xfff0_c101,
    chipId: undefined,
    spi: { base: 0x6000_0200, usr2: 0x24, data: 0x40 },
    statusBytes: 2,
    fuses: (mac) => [
      [0x3ff0_0050, word(mac, 5) * 0x100_0000],
      [0x3ff0_0054, word(mac, 3, 4)],
      [0x3ff0_005c, word(mac, 0, 1, 2)],
    ],
  },
  esp32: {
    name: 'ESP32',
    magic: 0x00f0_1d83,
    chipId: undefined,
    spi: { base: 0x3ff4_2000, usr2: 0x24, data: 0x80 },
    statusBytes: 4,
    fuses: macAt(0x3ff5_a004),
  },
  esp32s2: { ...modern('ESP32-S2', 0x0000_07c6, 2, 0x3f40_2000, 0x3f41_a044), chipId: null },
  esp32s3: modern('ESP32-S3', 0x0000_0009, 9, 0x6000_2000, 0x6000_7044),
  esp32c3: modern('ESP32-C3', 0x1b31_506f, 5, 0x6000_2000, 0x6000_8844),
  esp32c6: modern('ESP32-C6', 0x2ce0_806f, 13, 0x6000_3000, 0x600b_0844),
} satisfies Record<string, EspChipModel>
export type EspChipName = keyof typeof espChipModels
