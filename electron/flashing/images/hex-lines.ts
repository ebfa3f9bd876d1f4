import { FlashError } from '../flasher.ts'

/** Two hexadecimal digits a byte. @throws FlashError IMAGE_LINE_BROKEN. */
export const hexBytes = (digits: string, name: string, line: number): Uint8Array => {
  if (digits.length % 2 !== 0 || !/^[0-9a-f]*$/i.test(digits)) throw new FlashError('IMAGE_LINE_BROKEN', { name, line })
  return new Uint8Array(Buffer.from(digits, 'hex'))
}

/** Lines with their numbers from 1, without empty ones and trailing blanks. */
export function* numberedLines(text: string): Generator<readonly [line: number, content: string]> {
  let number = 0
  for (const raw of text.split(/\r\n|\r|\n/)) {
    number += 1
    const content = raw.trim()
    if (content) yield [number, content]
  }
}

/** Big-endian value of bytes. */
export const bigEndian = (bytes: Uint8Array): number => bytes.reduce((value, byte) => value * 256 + byte, 0)

export const sumOf = (bytes: Uint8Array): number => bytes.reduce((sum, byte) => (sum + byte) & 0xff, 0)
