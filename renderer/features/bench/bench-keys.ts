/** The action of a key on the bench, unless a field has the focus; other keys belong to the scanner. */
export type BenchKey =
  | { readonly do: 'start' | 'retry' | 'stop' | 'help' | 'forget' }
  /** The barcode so far. */
  | { readonly do: 'typed'; readonly code: string }
  | { readonly do: 'scanned'; readonly code: string }

interface Pressed {
  readonly key: string
  readonly ctrlKey: boolean
  readonly altKey: boolean
  readonly metaKey: boolean
}

/** The allowed characters of a barcode (Code 128 without blanks). */
const printable = /^[\x21-\x7e]$/

/**
 * Handles one key. A scanner is a keyboard that types a code and Enter: its characters are collected, so that nobody has to click into a
 * field first.
 * @param typed the characters of the barcode so far
 * @returns undefined: the key is not for the bench
 */
export const benchKey = ({ key, ctrlKey, altKey, metaKey }: Pressed, typed: string): BenchKey | undefined => {
  if (ctrlKey || altKey || metaKey) return undefined
  if (key === 'F4') return { do: 'retry' }
  if (key === 'F8') return { do: 'stop' }
  if (key === 'Escape') return typed === '' ? undefined : { do: 'forget' }
  if (key === 'Backspace') return typed === '' ? undefined : { do: 'typed', code: typed.slice(0, -1) }
  if (key === 'Enter') return typed === '' ? undefined : { do: 'scanned', code: typed }
  if (key === ' ') return typed === '' ? { do: 'start' } : undefined
  if (key === '?' && typed === '') return { do: 'help' }
  return printable.test(key) ? { do: 'typed', code: (typed + key).slice(0, 128) } : undefined
}
