import { crc32 } from 'node:zlib'
import { FlashError } from '../../flasher.ts'
import { hex } from '../../hex.ts'

/** Ids in a suffix; undefined: any device (0xffff). Four lower-case hex digits. */
export interface DfuSuffix {
  readonly vendorId: string | undefined
  readonly productId: string | undefined
  readonly deviceVersion: string | undefined
  /** 0x0100 for DFU, 0x011a for DfuSe files. */
  readonly version: number
}

/** An element of a DfuSe file: bytes for an address of an alternate setting. */
export interface DfuSeElement {
  readonly alternate: number
  readonly address: number
  readonly bytes: Uint8Array
}

const suffixLength = 16
const prefixLength = 11
const targetLength = 274
const elementLength = 8

const viewOf = (bytes: Uint8Array): DataView => new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
const textAt = (bytes: Uint8Array, at: number, length: number): string =>
  Buffer.from(bytes.subarray(at, at + length)).toString('latin1')

/** Whether a file ends with a suffix (USB DFU 1.1, appendix B): its signature is `DFU`, stored backwards. */
export const hasSuffix = (bytes: Uint8Array): boolean => {
  const end = bytes.length - suffixLength
  return end >= 0 && textAt(bytes, end + 8, 3) === 'UFD' && (bytes[end + 11] ?? 0) >= suffixLength
}

/** The CRC of a suffix: CRC-32 as Ethernet computes it, without the inversion at its end. */
export const suffixCrc = (bytes: Uint8Array): number => (crc32(bytes) ^ 0xffff_ffff) >>> 0

/**
 * Takes the suffix off a file.
 * @returns the content before it, and the suffix; undefined where the file has none.
 * @throws FlashError DFU_FILE_DAMAGED: its CRC is of another content.
 */
export const takeSuffix = (
  bytes: Uint8Array,
  name: string,
): { readonly body: Uint8Array; readonly suffix: DfuSuffix | undefined } => {
  if (!hasSuffix(bytes)) return { body: bytes, suffix: undefined }
  const view = viewOf(bytes)
  const end = bytes.length
  const length = view.getUint8(end - 5)
  const stored = view.getUint32(end - 4, true)
  const counted = suffixCrc(bytes.subarray(0, end - 4))
  if (stored !== counted || length > end) {
    throw new FlashError('DFU_FILE_DAMAGED', { name, stored: hex(stored, 8), counted: hex(counted, 8) })
  }
  const id = (at: number): string | undefined => {
    const value = view.getUint16(end - suffixLength + at, true)
    return value === 0xffff ? undefined : value.toString(16).padStart(4, '0')
  }
  return {
    body: bytes.subarray(0, end - length),
    suffix: {
      deviceVersion: id(0),
      productId: id(2),
      vendorId: id(4),
      version: view.getUint16(end - suffixLength + 6, true),
    },
  }
}

/** Whether content is a DfuSe file (ST UM0391). */
export const looksLikeDfuSe = (bytes: Uint8Array): boolean => textAt(bytes, 0, 5) === 'DfuSe'

/**
 * The elements of a DfuSe file without its suffix.
 * @throws FlashError DFU_FILE_VERSION, DFU_FILE_TRUNCATED, IMAGE_EMPTY.
 */
export const parseDfuSe = (bytes: Uint8Array, name: string): readonly DfuSeElement[] => {
  const view = viewOf(bytes)
  const truncated = (at: number) => new FlashError('DFU_FILE_TRUNCATED', { name, at: hex(at) })
  if (bytes.length < prefixLength) throw truncated(bytes.length)
  if (view.getUint8(5) !== 1) throw new FlashError('DFU_FILE_VERSION', { name, version: view.getUint8(5) })
  const elements: DfuSeElement[] = []
  let at = prefixLength
  for (let target = 0; target < view.getUint8(10); target++) {
    if (at + targetLength > bytes.length || textAt(bytes, at, 6) !== 'Target') throw truncated(at)
    const alternate = view.getUint8(at + 6)
    const count = view.getUint32(at + 270, true)
    at += targetLength
    for (let element = 0; element < count; element++) {
      if (at + elementLength > bytes.length) throw truncated(at)
      const address = view.getUint32(at, true)
      const size = view.getUint32(at + 4, true)
      at += elementLength
      if (at + size > bytes.length) throw truncated(at)
      if (size > 0) elements.push({ alternate, address, bytes: bytes.subarray(at, at + size) })
      at += size
    }
  }
  if (elements.length === 0) throw new FlashError('IMAGE_EMPTY', { name })
  return elements
}
