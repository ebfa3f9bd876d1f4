import { FlashError } from '../flasher.ts'

/*
 * Files that are no image for a flash, told by their content, so that they are refused by their name with what to do instead.
 */

const word = (bytes: Uint8Array, at: number): number =>
  at + 4 <= bytes.length ? new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength).getUint32(at, true) : 0

const begins = (bytes: Uint8Array, ...first: readonly number[]): boolean =>
  first.every((byte, at) => bytes[at] === byte)

const beginsWith = (bytes: Uint8Array, text: string): boolean => begins(bytes, ...Buffer.from(text, 'latin1'))

/** UF2, "File format": two magics at the start of each block of 512 bytes. */
const isUf2 = (bytes: Uint8Array): boolean => word(bytes, 0) === 0x0a32_4655 && word(bytes, 4) === 0x9e5d_5157

/** The suffix of DFU files (USB DFU 1.1, appendix B): `UFD` and its length before the CRC at the end. */
const hasDfuSuffix = (bytes: Uint8Array): boolean => {
  const end = bytes.length - 16
  return (
    end >= 0 && Buffer.from(bytes.subarray(end + 8, end + 11)).toString('latin1') === 'UFD' && bytes[end + 11] === 16
  )
}

/** MS-DOS header with the position of the PE signature (Microsoft, "PE Format"). */
const isPe = (bytes: Uint8Array): boolean => beginsWith(bytes, 'MZ') && word(bytes, word(bytes, 0x3c)) === 0x0000_4550

const machO = new Set([0xfeed_face, 0xfeed_facf, 0xcefa_edfe, 0xcffa_edfe, 0xbeba_feca])

/** Files that are refused whatever address they are for: nothing that a chip runs or reads begins like these. */
const strangeFiles: readonly (readonly [
  code: string,
  is: (bytes: Uint8Array, text: string) => boolean,
  kind?: string,
])[] = [
  ['FILE_UF2', isUf2],
  ['FILE_DFU', (bytes) => beginsWith(bytes, 'DfuSe')],
  ['FILE_DFU', hasDfuSuffix],
  // TI, "MSP430 Flash Programming", TI-TXT: an address behind @, bytes, and q at the end.
  [
    'FILE_OTHER_HEX',
    (_, text) => /^\s*@[0-9a-f]{2,8}\s*[\r\n]+\s*([0-9a-f]{2}\s+)*([0-9a-f]{2}|q)/i.test(text),
    'TI-TXT',
  ],
  // Tektronix extended: length, type 6, 7 or 8, checksum.
  [
    'FILE_OTHER_HEX',
    (_, text) => /^\s*%[0-9a-f]{2}[678][0-9a-f]{4,}\s*$/im.test(text.split(/\r|\n/, 1)[0] ?? ''),
    'Tektronix HEX',
  ],
  // IAR ILINK and XLINK, "simple-code": magic 0x7F494152.
  ['FILE_OTHER_HEX', (bytes) => begins(bytes, 0x7f, 0x49, 0x41, 0x52), 'IAR simple'],
  ['FILE_PROGRAM', isPe, 'Windows'],
  ['FILE_PROGRAM', (bytes) => machO.has(word(bytes, 0)), 'macOS'],
  ['FILE_OBJECT', (bytes) => beginsWith(bytes, '!<arch>\n')],
]

/** Files in which firmware travels, and pages that a server sent in place of it. */
const packed: readonly (readonly [kind: string, is: (bytes: Uint8Array, text: string) => boolean])[] = [
  ['ZIP', (bytes) => begins(bytes, 0x50, 0x4b, 0x03, 0x04) || begins(bytes, 0x50, 0x4b, 0x05, 0x06)],
  ['gzip', (bytes) => begins(bytes, 0x1f, 0x8b, 0x08)],
  ['bzip2', (bytes) => /^BZh[1-9]1AY/.test(Buffer.from(bytes.subarray(0, 8)).toString('latin1'))],
  ['XZ', (bytes) => begins(bytes, 0xfd, 0x37, 0x7a, 0x58, 0x5a, 0x00)],
  ['7z', (bytes) => begins(bytes, 0x37, 0x7a, 0xbc, 0xaf, 0x27, 0x1c)],
  ['RAR', (bytes) => beginsWith(bytes, 'Rar!\x1a\x07')],
  ['zstd', (bytes) => begins(bytes, 0x28, 0xb5, 0x2f, 0xfd)],
  ['tar', (bytes) => Buffer.from(bytes.subarray(257, 262)).toString('latin1') === 'ustar'],
]
const isPage = (text: string): boolean => /^\s*(<!doctype html|<html|<head|<\?xml)/i.test(text)

/** Characters of a file's start that tell what it is. */
const headBytes = 1024

const headOf = (bytes: Uint8Array): string =>
  new TextDecoder('latin1').decode(bytes.subarray(begins(bytes, 0xef, 0xbb, 0xbf) ? 3 : 0, headBytes))

/**
 * Refuses files that no flash takes at any address.
 * @throws FlashError FILE_UF2, FILE_DFU, FILE_OTHER_HEX, FILE_PROGRAM, FILE_OBJECT.
 */
export const refuseStrangeFile = (bytes: Uint8Array, name: string): void => {
  const text = headOf(bytes)
  const found = strangeFiles.find(([, is]) => is(bytes, text))
  if (!found) return
  const [code, , kind] = found
  throw new FlashError(code, kind === undefined ? { name } : { name, kind })
}

/** Whether a file is a web page, which a server may have sent in place of firmware. */
export const isWebPage = (bytes: Uint8Array): boolean => isPage(headOf(bytes))

/**
 * What content is that cannot be started but may be data: an archive, or a web page, usually of a failed download.
 * @returns the code of a refusal and its values, to which the file's name is added; undefined for anything else.
 */
export const packedContent = (bytes: Uint8Array): { readonly code: string; readonly kind?: string } | undefined => {
  const text = headOf(bytes)
  if (isPage(text)) return { code: 'FILE_PAGE' }
  const found = packed.find(([, is]) => is(bytes, text))
  return found && { code: 'FILE_PACKED', kind: found[0] }
}
