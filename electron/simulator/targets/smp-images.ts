import { createHash } from 'node:crypto'

interface ImageWish {
  readonly major?: number
  readonly revision?: number
  readonly build?: number
  /** Left out: with a made-up signature. */
  readonly unsigned?: boolean
}

const tag = (type: number, value: Uint8Array): Buffer => {
  const head = Buffer.alloc(4)
  head[0] = type
  head.writeUInt16LE(value.length, 2)
  return Buffer.concat([head, value])
}

/** A program as imgtool packs it for MCUboot (MCUboot, "Bootloader design"): header, program, hash, made-up signature. */
export const mcubootImage = (program: Uint8Array, wish: ImageWish = {}): Buffer => {
  const { major = 1, revision = 0, build = 0, unsigned = false } = wish
  const header = Buffer.alloc(512)
  header.writeUInt32LE(0x96f3b83d, 0)
  header.writeUInt16LE(header.length, 8)
  header.writeUInt32LE(program.length, 12)
  header[20] = major
  header.writeUInt16LE(revision, 22)
  header.writeUInt32LE(build, 24)
  const hashed = Buffer.concat([header, program])
  const hash = createHash('sha256').update(hashed).digest()
  const tags = Buffer.concat([
    tag(0x10, hash),
    ...(unsigned ? [] : [tag(0x01, createHash('sha256').update('key').digest()), tag(0x22, Buffer.alloc(71, 0x30))]),
  ])
  const head = Buffer.alloc(4)
  head.writeUInt16LE(0x6907, 0)
  head.writeUInt16LE(4 + tags.length, 2)
  return Buffer.concat([hashed, head, tags])
}
