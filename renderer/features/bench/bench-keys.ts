/** What a key does on the bench, wherever the focus is but in a field; the rest belongs to the scanner. */
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

/** What a barcode may hold (Code 128 without blanks). */
const printable = /^[\x21-\x7e]$/

/**
 * Reads one key. A scanner is a keyboard that types a code and Enter: what it types is collected, so that nobody has to
 * put the cursor anywhere first.
 * @param typed what was typed of a barcode so far
 * @returns undefined: the key is not ours
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
