import type { ConsoleEntry } from '#shared/schema.ts'

/** How entries become text. */
export interface ConsoleLook {
  readonly hex: boolean
  readonly stamps: boolean
  /** The time of an entry. */
  readonly time: (at: string) => string
  /** What a note says. */
  readonly note: (entry: ConsoleEntry) => string
}

const ESC = String.fromCharCode(27)
const dim = (text: string): string => `${ESC}[2m${text}${ESC}[0m`
const sentColour = (text: string): string => `${ESC}[36m${text}${ESC}[0m`
/** Control sequences of ECMA-48. */
const sequences = new RegExp(`${ESC}\\[[0-9;?]*[ -/]*[@-~]|${ESC}[@-_]`, 'g')
const BYTES_A_LINE = 16

export const bytesOf = ({ base64 }: ConsoleEntry): Uint8Array =>
  Uint8Array.from(atob(base64), (character) => character.charCodeAt(0))

/** Text without colours and other control sequences, for a file. */
export const plain = (text: string): string => text.replace(sequences, '')

const hexLine = (position: number, bytes: Uint8Array): string => {
  const pairs = [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join(' ')
  const shown = [...bytes].map((byte) => (byte >= 0x20 && byte < 0x7f ? String.fromCharCode(byte) : '.')).join('')
  return `${position.toString(16).padStart(8, '0')}  ${pairs.padEnd(3 * BYTES_A_LINE - 1)}  ${shown}`
}

/** Turns entries into text for a terminal, one after the other: a character or line may be cut between two of them. */
export class ConsoleText {
  readonly #look: ConsoleLook
  #decoder = new TextDecoder()
  #atStart = true
  /** The last character that was received. */
  #last: string | undefined

  constructor(look: ConsoleLook) {
    this.#look = look
  }

  feed(entry: ConsoleEntry): string {
    if (entry.kind === 'note') return this.#line(dim(`${this.#look.time(entry.at)} — ${this.#look.note(entry)}`))
    const bytes = bytesOf(entry)
    if (this.#look.hex) return this.#hex(entry, bytes)
    if (entry.kind === 'sent')
      return this.#line(`${this.#stamp(entry)}${sentColour(`» ${new TextDecoder().decode(bytes).trimEnd()}`)}`)
    return this.#received(entry, this.#decoder.decode(bytes, { stream: true }))
  }

  #stamp({ at }: ConsoleEntry): string {
    return this.#look.stamps ? dim(`${this.#look.time(at)} `) : ''
  }

  /** A line of its own. */
  #line(text: string): string {
    const before = this.#atStart ? '' : '\r\n'
    this.#atStart = true
    return `${before}${text}\r\n`
  }

  #received(entry: ConsoleEntry, text: string): string {
    let shown = ''
    for (const [piece] of text.matchAll(/[^\n]*\n|[^\n]+$/g)) {
      if (this.#atStart) shown += this.#stamp(entry)
      const ends = piece.endsWith('\n')
      // A terminal needs both; the CR may have come with the entry before.
      const hasReturn = piece.endsWith('\r\n') || (piece === '\n' && this.#last === '\r')
      shown += ends && !hasReturn ? `${piece.slice(0, -1)}\r\n` : piece
      this.#atStart = ends
      this.#last = piece.at(-1)
    }
    return shown
  }

  #hex(entry: ConsoleEntry, bytes: Uint8Array): string {
    let shown = ''
    for (let at = 0; at < bytes.length; at += BYTES_A_LINE) {
      const line = hexLine(entry.position + at, bytes.subarray(at, at + BYTES_A_LINE))
      shown += this.#line(`${this.#stamp(entry)}${entry.kind === 'sent' ? sentColour(`» ${line}`) : line}`)
    }
    return shown
  }
}
