import { expect } from 'vitest'

/** A binary answer of the platform: JSON behind its length in two bytes, and what follows it. */
export const takeApart = (payload: Uint8Array | string): { text: string; json: unknown; rest: Buffer } => {
  const bytes = Buffer.from(payload as Uint8Array)
  const length = bytes.readUInt16BE(0)
  const text = bytes.subarray(2, 2 + length).toString()
  return { text, json: JSON.parse(text), rest: bytes.subarray(2 + length) }
}

/** Whether JSON has no blank between its tokens: LinkSDK's own parser drops what has (docs/protocols/README.md §2.1). */
export const expectCompact = (payload: Uint8Array | string): void => {
  const bytes = Buffer.from(payload as Uint8Array)
  const text = bytes[0] === 0x7b ? bytes.toString() : takeApart(bytes).text
  // Strings may hold blanks; nothing else may.
  expect(text.replace(/"(?:[^"\\]|\\.)*"/g, '""')).not.toMatch(/\s/)
  expect(() => JSON.parse(text)).not.toThrow()
}
