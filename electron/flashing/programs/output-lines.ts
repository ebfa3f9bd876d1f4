import { stripVTControlCharacters } from 'node:util'

/** Characters of a line; what is longer becomes the next one. */
const LINE_MAX = 4096

/** A line of a program's output. */
export interface OutputLine {
  readonly text: string
  /** It ended in CR or backspaces: on a console the next line takes its place. */
  readonly overwritten: boolean
}

/** Splits output into lines that can be read: without colour codes and control characters, and without empty ones. */
export class OutputLines {
  readonly #decoder = new TextDecoder('utf-8')
  #rest = ''

  /** The lines that are complete with these bytes. */
  take(bytes: Uint8Array): OutputLine[] {
    return this.#split(this.#rest + this.#decoder.decode(bytes, { stream: true }), false)
  }

  /** What is left at the end. */
  end(): OutputLine[] {
    return this.#split(this.#rest + this.#decoder.decode(), true)
  }

  #split(text: string, isEnd: boolean): OutputLine[] {
    const found: OutputLine[] = []
    let from = 0
    for (const { 0: mark, index } of text.matchAll(/\r?\n|\r+|[\b]+/g)) {
      // A CR at the end may be the first half of CR LF.
      if (!isEnd && mark.startsWith('\r') && index + mark.length === text.length) break
      push(found, text.slice(from, index), !mark.endsWith('\n'))
      from = index + mark.length
    }
    while (text.length - from > LINE_MAX) {
      push(found, text.slice(from, from + LINE_MAX), false)
      from += LINE_MAX
    }
    this.#rest = isEnd ? '' : text.slice(from)
    if (isEnd) push(found, text.slice(from), false)
    return found
  }
}

const push = (lines: OutputLine[], raw: string, overwritten: boolean): void => {
  for (let at = 0; at < raw.length; at += LINE_MAX) {
    const text = stripVTControlCharacters(raw.slice(at, at + LINE_MAX))
      .replace(/\p{Cc}+/gu, ' ')
      .trim()
    if (text !== '') lines.push({ text, overwritten })
  }
}
