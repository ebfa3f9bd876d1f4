import type { FlashTarget } from '#shared/flashing.ts'

/** `0x10000`. */
export const hex = (address: number): string => `0x${address.toString(16).toUpperCase()}`

/** An address as engineers write it; null: none given, undefined: it is none. */
export const addressIn = (text: string): number | null | undefined => {
  const written = text.trim()
  if (written === '') return null
  if (!/^(0x[0-9a-f]{1,8}|\d{1,10})$/i.test(written)) return undefined
  const address = Number(written)
  return address <= 0xffff_ffff ? address : undefined
}

/** Where an image's addresses come from: targets without any, the file itself, the chip's beginning unless told, or a person. */
export type AddressKind = 'none' | 'file' | 'optional' | 'needed'

const ownAddresses = /\.(hex|ihex|s19|s28|s37|srec|mot|elf|axf|out)$/i

export const addressKind = (target: FlashTarget, fileName: string): AddressKind => {
  if (target === 'xmodem' || target === 'ymodem') return 'none'
  if (ownAddresses.test(fileName)) return 'file'
  return target === 'stm32' ? 'optional' : 'needed'
}

/** Where the parts of a build for ESP usually go, by their names. The loader of ESP32 and ESP32-S2 begins at 0x1000, of later chips at 0. */
const usual: readonly (readonly [name: RegExp, address: (chip: string) => number])[] = [
  [/boot_?app0|ota_?data/i, () => 0xe000],
  [/boot_?loader/i, (chip) => (/^ESP32(-S2)?$/i.test(chip) ? 0x1000 : 0)],
  [/partition/i, () => 0x8000],
  [/merged|factory|full|combined/i, () => 0],
]

/** An address to begin with; '' where there is none to suggest. */
export const suggestedAddress = (target: FlashTarget, fileName: string, chip: string): string => {
  const kind = addressKind(target, fileName)
  if (kind === 'optional') return hex(0x0800_0000)
  if (kind !== 'needed') return ''
  if (chip === 'ESP8266') return hex(0)
  return hex(usual.find(([name]) => name.test(fileName))?.[1](chip) ?? 0x1_0000)
}
