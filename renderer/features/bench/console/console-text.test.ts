import { expect, it } from 'vitest'
import type { ConsoleEntry } from '#shared/schema.ts'
import { ConsoleText, plain } from './console-text.ts'

const entry = (kind: ConsoleEntry['kind'], bytes: Uint8Array, position = 0): ConsoleEntry => ({
  position,
  at: '2026-01-01T00:00:00.000Z',
  kind,
  base64: Buffer.from(bytes).toString('base64'),
  note: kind === 'note' ? 'paused' : null,
  slot: null,
})
const textOf = (look: { hex?: boolean; stamps?: boolean }, entries: readonly ConsoleEntry[]): string => {
  const text = new ConsoleText({ hex: false, stamps: false, time: () => '12:00', note: () => 'paused', ...look })
  return plain(entries.map((one) => text.feed(one)).join(''))
}

it('shows characters that are cut between two entries, and one time at the start of each line', () => {
  const pieces = [...Buffer.from('启动\r\nok\n')].map((byte) => entry('received', Uint8Array.of(byte)))
  expect(textOf({}, pieces)).toBe('启动\r\nok\r\n')
  expect(textOf({ stamps: true }, pieces)).toBe('12:00 启动\r\n12:00 ok\r\n')
})

it('puts what was sent and what happened on lines of their own', () => {
  expect(
    textOf({}, [
      entry('received', Buffer.from('> ')),
      entry('sent', Buffer.from('ver\r\n')),
      entry('note', Buffer.of()),
    ]),
  ).toBe('> \r\n» ver\r\n12:00 — paused\r\n')
})

it('shows bytes in hex with their positions', () => {
  expect(textOf({ hex: true }, [entry('received', Uint8Array.of(0, 0x41, 0xff), 16)])).toBe(
    `00000010  00 41 ff${' '.repeat(39)}  .A.\r\n`,
  )
})

it('leaves colours out of a file', () => {
  const red = `${String.fromCharCode(27)}[31mE (12)${String.fromCharCode(27)}[0m bad`
  expect(plain(red)).toBe('E (12) bad')
})
