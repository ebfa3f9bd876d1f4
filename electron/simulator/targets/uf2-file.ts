/** Payload of a block as all public tools write it. */
const PAYLOAD = 256

interface Uf2Maker {
  /** Undefined: the blocks name no family. */
  readonly family: number | undefined
  readonly address: number
  /** Left out: as many as the bytes need. */
  readonly count?: number
}

/** Bytes as a UF2 file (github.com/microsoft/uf2, "File format"). */
export const makeUf2 = (bytes: Uint8Array, { family, address, count }: Uf2Maker): Buffer => {
  const total = Math.ceil(bytes.length / PAYLOAD)
  return Buffer.concat(
    Array.from({ length: total }, (_, number) => {
      const block = Buffer.alloc(512)
      const words = [
        ...[0x0a32_4655, 0x9e5d_5157, family === undefined ? 0 : 0x2000, address + number * PAYLOAD],
        ...[PAYLOAD, number, count ?? total, family ?? 0],
      ]
      for (const [at, word] of words.entries()) block.writeUInt32LE(word, at * 4)
      block.set(bytes.subarray(number * PAYLOAD, (number + 1) * PAYLOAD), 32)
      block.writeUInt32LE(0x0ab1_6f30, 508)
      return block
    }),
  )
}
