import { type FlashTarget, targets } from '#shared/targets/index.ts'

/** `0x10000`. */
export const hex = (address: number): string => `0x${address.toString(16).toUpperCase()}`

/** Parses an address in the form that engineers use; null: the text is empty, undefined: it is no address. */
export const addressIn = (text: string): number | null | undefined => {
  const written = text.trim()
  if (written === '') return null
  if (!/^(0x[0-9a-f]{1,8}|\d{1,10})$/i.test(written)) return undefined
  const address = Number(written)
  return address <= 0xffff_ffff ? address : undefined
}

/** The source of an image's addresses: none (the target has no addresses), the file, an optional input (`given`: for any file), a required input. */
export type AddressKind = 'none' | 'file' | 'given' | 'optional' | 'needed'

const ownAddresses = /\.(hex|ihex|s19|s28|s37|srec|mot|elf|axf|out|dfu)$/i

export const addressKind = (target: FlashTarget, fileName: string): AddressKind => {
  const { kind } = targets[target].address
  return (kind === 'optional' || kind === 'needed') && ownAddresses.test(fileName) ? 'file' : kind
}

/** The usual address of an image; '' where a target or its file needs none. */
export const suggestedAddress = (
  target: FlashTarget,
  fileName: string,
  options: Readonly<Record<string, unknown>>,
): string => {
  const { address } = targets[target]
  if (address.kind === 'none' || address.kind === 'given' || ownAddresses.test(fileName)) return ''
  return hex(address.kind === 'optional' ? address.first : address.suggest(fileName, options))
}
