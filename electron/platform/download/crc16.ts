/** A CRC-16 in the terms of the CRC catalogues. */
interface Crc16 {
  /** In reflected form for a reflected CRC. */
  readonly polynomial: number
  readonly reflected: boolean
  readonly start: number
  /** Value that is XORed with the result. */
  readonly final: number
}

/**
 * What ThingsPanel computes for the values of `Crc16-Method` (docs/protocols/thingspanel.md §9.2). Not all match their names:
 * its library starts reflected sums at all ones and inverts them, and uses Meter-Bus for MODBUS. In the names of the catalogues:
 * IBM is CRC-16/USB, CCITT is CRC-16/X-25, MODBUS is CRC-16/EN-13757 without its inversion.
 */
const methods = {
  IBM: { polynomial: 0xa001, reflected: true, start: 0xffff, final: 0xffff },
  CCITT: { polynomial: 0x8408, reflected: true, start: 0xffff, final: 0xffff },
  MODBUS: { polynomial: 0x3d65, reflected: false, start: 0, final: 0 },
} as const satisfies Record<string, Crc16>

const tableOf = ({ polynomial, reflected }: Crc16): Uint16Array =>
  Uint16Array.from({ length: 256 }, (_, byte) => {
    let crc = reflected ? byte : byte << 8
    for (let bit = 0; bit < 8; bit++) {
      if (reflected) crc = crc & 1 ? (crc >>> 1) ^ polynomial : crc >>> 1
      else crc = crc & 0x8000 ? (crc << 1) ^ polynomial : crc << 1
    }
    return crc
  })
const tables = { IBM: tableOf(methods.IBM), CCITT: tableOf(methods.CCITT), MODBUS: tableOf(methods.MODBUS) }

/** The checksum of a piece of a file by a device's `Crc16-Method`, four hex digits; any other value, or none, means IBM. */
export const pieceCrc16 = (method: string | undefined, bytes: Uint8Array): string => {
  const name = method === 'CCITT' || method === 'MODBUS' ? method : 'IBM'
  const { reflected, start, final } = methods[name]
  const table = tables[name]
  let crc: number = start
  for (let at = 0; at < bytes.length; at++) {
    const byte = bytes[at] ?? 0
    crc = reflected
      ? (crc >>> 8) ^ (table[(crc ^ byte) & 0xff] ?? 0)
      : ((crc << 8) ^ (table[((crc >>> 8) ^ byte) & 0xff] ?? 0)) & 0xffff
  }
  return ((crc ^ final) & 0xffff).toString(16).padStart(4, '0')
}
