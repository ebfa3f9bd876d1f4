import { createHash } from 'node:crypto'

/** A slot of a unit's flash, and what MCUboot notes at its end. */
export interface SmpSlot {
  flash: Uint8Array
  /** Bytes of the last upload, for the test to look at. */
  size: number
  pending: boolean
  permanent: boolean
  confirmed: boolean
}

export const emptySlot = (bytes: number): SmpSlot => ({
  flash: new Uint8Array(bytes).fill(0xff),
  size: 0,
  pending: false,
  permanent: false,
  confirmed: false,
})

/** What MCUboot makes of a slot: version and hash of a valid image. */
export interface SmpFound {
  readonly version: string
  readonly hash: Uint8Array
}

/** The image in a slot, checked as MCUboot does (MCUboot, "Bootloader design"); undefined: none that is valid. */
export const foundIn = ({ flash }: SmpSlot): SmpFound | undefined => {
  const bytes = Buffer.from(flash.buffer, flash.byteOffset, flash.byteLength)
  if (bytes.length < 40 || bytes.readUInt32LE(0) !== 0x96f3b83d) return undefined
  const end = bytes.readUInt16LE(8) + bytes.readUInt32LE(12) + bytes.readUInt16LE(10)
  if (end + 4 > bytes.length || bytes.readUInt16LE(end) !== 0x6907) return undefined
  const last = end + bytes.readUInt16LE(end + 2)
  for (let at = end + 4; at + 4 <= last && last <= bytes.length; at += 4 + bytes.readUInt16LE(at + 2)) {
    if (bytes[at] !== 0x10) continue
    const hash = bytes.subarray(at + 4, at + 36)
    if (!createHash('sha256').update(bytes.subarray(0, end)).digest().equals(hash)) return undefined
    const build = bytes.readUInt32LE(24)
    const version = `${bytes[20]}.${bytes[21]}.${bytes.readUInt16LE(22)}${build > 0 ? `.${build}` : ''}`
    return { version, hash: Uint8Array.from(hash) }
  }
  return undefined
}

/** What a start does with the two slots of an image: a marked image comes to the first one, one on trial goes back. */
export const swapped = ([first, second]: readonly [SmpSlot, SmpSlot]): readonly [SmpSlot, SmpSlot] => {
  const marks = { pending: false, permanent: false, confirmed: false }
  if (second.pending && foundIn(second))
    return [
      { ...second, ...marks, confirmed: second.permanent },
      { ...first, ...marks, confirmed: !second.permanent },
    ]
  if (!first.confirmed && second.confirmed && foundIn(second))
    return [
      { ...second, ...marks, confirmed: true },
      { ...first, ...marks },
    ]
  return [
    { ...first, ...marks, confirmed: first.confirmed },
    { ...second, ...marks },
  ]
}
