/** CRC-32 as IEEE 802.3 computes it, bit by bit, without the inversion at its end (USB DFU 1.1, appendix B). */
const crc = (bytes: Uint8Array): number => {
  let value = 0xffff_ffff
  for (const byte of bytes) {
    value ^= byte
    for (let bit = 0; bit < 8; bit++) value = (value >>> 1) ^ ((value & 1) * 0xedb8_8320)
  }
  return value >>> 0
}

interface Ids {
  readonly vendorId?: number
  readonly productId?: number
  readonly deviceVersion?: number
  readonly version?: number
}

/** A file with the suffix of DFU files. */
export const dfuFile = (
  body: Uint8Array,
  { vendorId = 0xffff, productId = 0xffff, deviceVersion = 0xffff, version = 0x0100 }: Ids = {},
): Buffer => {
  const suffix = Buffer.alloc(16)
  suffix.writeUInt16LE(deviceVersion, 0)
  suffix.writeUInt16LE(productId, 2)
  suffix.writeUInt16LE(vendorId, 4)
  suffix.writeUInt16LE(version, 6)
  suffix.write('UFD', 8, 'latin1')
  suffix.writeUInt8(16, 11)
  const file = Buffer.concat([body, suffix])
  file.writeUInt32LE(crc(file.subarray(0, -4)), file.length - 4)
  return file
}

interface Element {
  readonly alternate: number
  readonly address: number
  readonly bytes: Uint8Array
}

/** A DfuSe file (ST UM0391), one target for each alternate setting. */
export const dfuSeFile = (elements: readonly Element[], ids: Ids = {}): Buffer => {
  const targets = [...new Set(elements.map(({ alternate }) => alternate))].map((alternate) => {
    const own = elements.filter((one) => one.alternate === alternate)
    const parts = own.map(({ address, bytes }) => {
      const head = Buffer.alloc(8)
      head.writeUInt32LE(address, 0)
      head.writeUInt32LE(bytes.length, 4)
      return Buffer.concat([head, bytes])
    })
    const content = Buffer.concat(parts)
    const head = Buffer.alloc(274)
    head.write('Target', 0, 'latin1')
    head.writeUInt8(alternate, 6)
    head.writeUInt32LE(1, 7)
    head.write('ST...', 11, 'latin1')
    head.writeUInt32LE(content.length, 266)
    head.writeUInt32LE(own.length, 270)
    return Buffer.concat([head, content])
  })
  const body = Buffer.concat(targets)
  const prefix = Buffer.alloc(11)
  prefix.write('DfuSe', 0, 'latin1')
  prefix.writeUInt8(1, 5)
  prefix.writeUInt32LE(prefix.length + body.length, 6)
  prefix.writeUInt8(targets.length, 10)
  return dfuFile(Buffer.concat([prefix, body]), { version: 0x011a, ...ids })
}
