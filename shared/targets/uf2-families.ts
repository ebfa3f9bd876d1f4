/*
 * Family ids of UF2 (microsoft/uf2, `utils/uf2families.json`): which chip the blocks of a file are for. RP2350's: Raspberry Pi,
 * "RP2350 Datasheet", 5.5.3.
 */

const named = {
  RP2040: 0xe48b_ff56,
  RP2XXX_ABSOLUTE: 0xe48b_ff57,
  RP2XXX_DATA: 0xe48b_ff58,
  RP2350_ARM_S: 0xe48b_ff59,
  RP2350_RISCV: 0xe48b_ff5a,
  RP2350_ARM_NS: 0xe48b_ff5b,
  SAMD21: 0x68ed_2b88,
  SAMD51: 0x5511_4460,
  SAML21: 0x1851_780a,
  NRF52: 0x1b57_745f,
  NRF52820: 0x820d_9a5f,
  NRF52832xxAA: 0x7272_1d4e,
  NRF52832xxAB: 0x6f75_2678,
  NRF52833: 0x621e_937a,
  NRF52840: 0xada5_2840,
  ESP8266: 0x7eab_61ed,
  ESP32: 0x1c5f_21b0,
  ESP32S2: 0xbfdd_4eee,
  ESP32S3: 0xc47e_5767,
  ESP32C2: 0x2b88_d29c,
  ESP32C3: 0xd42b_a06c,
  ESP32C5: 0xf71c_0343,
  ESP32C6: 0x540d_df62,
  ESP32C61: 0x77d8_50c4,
  ESP32H2: 0x3327_26f6,
  ESP32P4: 0x3d30_8e94,
  STM32F0: 0x6478_24b6,
  STM32F1: 0x5ee2_1072,
  STM32F2: 0x5d1a_0a2e,
  STM32F3: 0x6b84_6188,
  STM32F4: 0x5775_5a57,
  STM32F407: 0x6d09_22fa,
  STM32F407VG: 0x8fb0_60fe,
  STM32F411xC: 0x06d1_097b,
  STM32F411xE: 0x2dc3_09c5,
  STM32F7: 0x53b8_0f00,
  STM32G0: 0x300f_5633,
  STM32G4: 0x4c71_240a,
  STM32H5: 0x4e8f_1c5d,
  STM32H7: 0x6db6_6082,
  STM32L0: 0x202e_3a91,
  STM32L1: 0x1e1f_432d,
  STM32L4: 0x00ff_6919,
  STM32L5: 0x0424_0bdf,
  STM32WB: 0x70d1_6653,
  STM32WL: 0x2146_0ff0,
  MIMXRT10XX: 0x4fb2_d5bd,
  LPC55: 0x2abc_77ec,
  KL32L2: 0x7f83_e793,
  RA4M1: 0x7be8_976d,
  CH32V: 0x699b_62ec,
  GD32F350: 0x31d2_28c6,
  GD32VF103: 0x9af0_3e33,
  AT32F415: 0xa0c9_7b8e,
  BL602: 0xde12_70b7,
  BK7231N: 0x7b3e_f230,
  BK7231U: 0x675a_40b0,
  BK7251: 0x6a82_cc42,
  RTL8710A: 0x9fff_d543,
  RTL8710B: 0x22e0_d6fc,
  RTL8720C: 0xe08f_7564,
  RTL8720D: 0x3379_cfe2,
  MAX32650: 0xd63f_8632,
  MAX32666: 0xf0c3_0d71,
  MAX32690: 0x7410_520a,
  MAX78002: 0x91d3_fd18,
} as const

export type Uf2FamilyName = keyof typeof named

/** Ids by name. */
export const uf2Families: Readonly<Record<Uf2FamilyName, number>> = named

/** An erratum of RP2350 (E10) makes its files begin with one block of this family; blocks of it go to any address. */
export const absoluteFamily = named.RP2XXX_ABSOLUTE

const plain = (name: string): string => name.toLowerCase().replace(/[\s_-]/g, '')
const ids = new Map(Object.entries(named).map(([name, id]) => [plain(name), id]))
const names = new Map(Object.entries(named).map(([name, id]) => [id as number, name]))

/** The id that a person wrote: `0xe48bff56`, or a name of the list in any case; undefined: neither. */
export const uf2FamilyOf = (text: string): number | undefined =>
  /^0x[0-9a-f]{1,8}$/i.test(text.trim()) ? Number(text.trim()) : ids.get(plain(text))

/** A family for people: its name, and the id of one without a name. */
export const uf2FamilyText = (id: number): string => names.get(id) ?? `0x${id.toString(16).padStart(8, '0')}`
