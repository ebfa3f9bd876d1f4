import { FlashError } from '../flasher.ts'

/** Two hexadecimal digits a byte. @throws FlashError IMAGE_LINE_BROKEN. */
export const hexBytes = (digits: string, name: string, line: number): Uint8Array => {
  if (digits.length % 2 !== 0 || !/^[0-9a-f]*$/i.test(digits)) throw new FlashError('IMAGE_LINE_BROKEN', { name, line })
  return new Uint8Array(Buffer.from(digits, 'hex'))
}

/** Marks of text files: UTF-8's, and UTF-16's, which the redirection of Windows PowerShell writes. */
const byteOrderMarks: readonly (readonly [mark: readonly number[], encoding: string])[] = [
  [[0xef, 0xbb, 0xbf], 'utf-8'],
  [[0xff, 0xfe], 'utf-16le'],
  [[0xfe, 0xff], 'utf-16be'],
]

/** The text of a file by its byte order mark; without one each byte is a character. */
export const textOf = (bytes: Uint8Array): string => {
  const marked = byteOrderMarks.find(([mark]) => mark.every((byte, at) => bytes[at] === byte))
  return new TextDecoder(marked?.[1] ?? 'latin1').decode(bytes)
}

/** Where a text ends whatever follows: CP/M's end of file, with which XMODEM fills up, and zeros. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what ends the text.
const endOfText = /[\x00\x1a]/

/** A line that a person or a tool wrote for people; `$` begins the lines with symbols of S-record files. */
const isRemark = (content: string): boolean => /^(;|#|\/\/|\$|\*|\/\*)/.test(content)

/** Lines with their numbers from 1, without remarks, empty lines and blanks at either end. */
export function* numberedLines(text: string): Generator<readonly [line: number, content: string]> {
  let number = 0
  const [body = ''] = text.split(endOfText, 1)
  for (const raw of body.split(/\r\n|\r|\n/)) {
    number += 1
    const content = raw.replace(/\s+(;|#|\/\/).*$/, '').trim()
    if (content && !isRemark(content)) yield [number, content]
  }
}

/** Lines that must look like records; one or two of them may be damaged. */
const linesLookedAt = 20

/**
 * Whether a text consists of records: its first line that is no remark begins like one, and most of the first lines are whole ones. A
 * file whose first record is damaged is still of its format, so that the damage is named.
 * @param record a whole line.
 */
export const looksLikeRecords = (text: string, start: RegExp, record: RegExp): boolean => {
  const lines: string[] = []
  for (const [, content] of numberedLines(text)) {
    if (lines.push(content) === linesLookedAt) break
  }
  const [first = ''] = lines
  const whole = lines.filter((line) => record.test(line)).length
  return start.test(first) && whole > 0 && whole * 2 >= lines.length - 1
}

/** Big-endian value of bytes. */
export const bigEndian = (bytes: Uint8Array): number => bytes.reduce((value, byte) => value * 256 + byte, 0)

export const sumOf = (bytes: Uint8Array): number => bytes.reduce((sum, byte) => (sum + byte) & 0xff, 0)
