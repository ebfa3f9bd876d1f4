/**
 * Serial numbers under which ST's USB bootloader may show a chip, by its unique id (24 hex digits, words from the lowest address on).
 * Sources agree about most chips and differ where the sum of two words carries, or where bytes 1 and 3 are not zero: ST's USB device
 * library (`Get_SerialNum`) adds whole words, libopencm3 (`desig_get_unique_id_as_dfu`) two pairs of bytes. A chip gets both names.
 */
export const usbNamesOf = (unit: string): readonly string[] => {
  if (!/^[0-9a-f]{24}$/.test(unit)) return []
  const first = Number.parseInt(unit.slice(0, 8), 16)
  const last = Number.parseInt(unit.slice(16), 16)
  const hex = (value: number): string => (value >>> 0).toString(16).padStart(8, '0')
  const tail = unit.slice(8, 12)
  const whole = hex((first + last) | 0)
  // Bytes 0 and 2 are added without a carry; bytes 1 and 3 are those of the last word.
  const byte = (shift: number): number => ((((first >>> shift) & 0xff) + ((last >>> shift) & 0xff)) & 0xff) << shift
  const pairs = hex((last & 0xff00_ff00) | byte(0) | byte(16))
  return [...new Set([whole + tail, pairs + tail])]
}
