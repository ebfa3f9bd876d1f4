/** CRC-16/ARC: polynomial 0x8005 reflected, from 0 (docs/protocols/sagoo.md §8.3; "123456789" gives 0xBB3D). */
export const crc16 = (bytes: Uint8Array): number => {
  let crc = 0
  for (const byte of bytes) {
    crc ^= byte
    for (let bit = 0; bit < 8; bit += 1) crc = crc & 1 ? (crc >>> 1) ^ 0xa001 : crc >>> 1
  }
  return crc
}
