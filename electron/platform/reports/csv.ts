/** Excel takes a file without it for its own code page, and Chinese for noise. */
export const BYTE_ORDER_MARK = '\uFEFF'

/**
 * A value as a spreadsheet shows it and never runs it: what begins like a formula (`= + - @`, or a tab or line break before
 * one) is led by a quote, as device names and words come from devices.
 */
export const harmless = (text: string): string => (/^[=+\-@\t\r\n]/.test(text) ? `'${text}` : text)

/** One cell (RFC 4180 2.5-2.7). */
const cell = (value: string | number | null): string => {
  const text = value === null ? '' : typeof value === 'number' ? String(value) : harmless(value)
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}

/** One record with its line break (RFC 4180 2.1). Numbers stay as they are. */
export const csvLine = (values: readonly (string | number | null)[]): string => `${values.map(cell).join(',')}\r\n`
