import { describe, expect, it } from 'vitest'
import { OutputLines } from './output-lines.ts'

/** The lines of an output that arrives in these pieces; `~` marks one that was overwritten. */
const linesOf = (...pieces: (string | Uint8Array)[]): string[] => {
  const lines = new OutputLines()
  const taken = pieces.flatMap((piece) => lines.take(typeof piece === 'string' ? Buffer.from(piece) : piece))
  return [...taken, ...lines.end()].map(({ text, overwritten }) => (overwritten ? `~${text}` : text))
}

describe('the lines of an output', () => {
  it('end in LF, CR LF, CR or backspaces, wherever it is cut', () => {
    const text = 'one\ntwo\r\n[=  ] 20%\r[== ] 40%\r\nready 1\b\b2\b\b\nend'
    const expected = ['one', 'two', '~[=  ] 20%', '[== ] 40%', '~ready 1', '~2', 'end']
    expect(linesOf(text)).toEqual(expected)
    expect(linesOf(...text)).toEqual(expected)
  })

  it('are without colours, titles, cursor moves and control characters', () => {
    expect(linesOf('\x1b[32mOK\x1b[0m done\n\x1b]0;title\x07text\n\x1b[2K\x1b[1Gbar\x00\x07!\n')).toEqual([
      'OK done',
      'text',
      'bar !',
    ])
  })

  it('keep a character that is cut in two, and replace what is none', () => {
    const bytes = Buffer.from('温度')
    expect(linesOf(bytes.subarray(0, 2), bytes.subarray(2))).toEqual(['温度'])
    expect(linesOf(Buffer.from([0x41, 0xff, 0x42]))).toEqual(['A\ufffdB'])
  })

  it('are cut where a program never ends one', () => {
    const lines = new OutputLines()
    const found = Array.from({ length: 50 }, () => lines.take(Buffer.alloc(1000, 0x61))).flat()
    expect(found.length).toBe(12)
    expect(Math.max(...found.map(({ text }) => text.length))).toBe(4096)
  })
})
