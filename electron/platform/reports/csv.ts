/** The byte order mark: without it Excel reads the file in its local code page and shows Chinese as garbage. */
export const BYTE_ORDER_MARK = '\uFEFF'

/**
 * Protects a value against formula execution in a spreadsheet: a value that starts like a formula (`= + - @`, or a tab or line
 * break before one) gets a leading quote, because device names and device messages come from devices.
 */
export const harmless = (text: string): string => (/^[=+\-@\t\r\n]/.test(text) ? `'${text}` : text)

/** One cell (RFC 4180 2.5-2.7). */
const cell = (value: string | number | null): string => {
  const text = value === null ? '' : typeof value === 'number' ? String(value) : harmless(value)
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}

/** One record with its line break (RFC 4180 2.1). Numbers stay as they are. */
export const csvLine = (values: readonly (string | number | null)[]): string => `${values.map(cell).join(',')}\r\n`
