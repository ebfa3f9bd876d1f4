/** The bytes of a text with escapes as in C: `\r`, `\n`, `\t`, `\\`, `\xNN`; anything else is sent as UTF-8. */
export const startBytes = (text: string): Uint8Array => {
  const parts = text.split(/(\\x[0-9a-fA-F]{2}|\\[rnt\\])/)
  const encoder = new TextEncoder()
  const named: Readonly<Record<string, number>> = { '\\r': 13, '\\n': 10, '\\t': 9, '\\\\': 92 }
  return Uint8Array.from(
    parts.flatMap((part) => {
      if (part in named) return [named[part] ?? 0]
      if (/^\\x[0-9a-fA-F]{2}$/.test(part)) return [Number.parseInt(part.slice(2), 16)]
      return [...encoder.encode(part)]
    }),
  )
}
