import { BadDeltaError } from '../delta-format.ts'

/** Decodes bits with modelled and with even probability (LZMA specification, "Range Decoder"). */
export interface RangeDecoder {
  /** A bit by the model at `index`, which is adapted. */
  bit(models: Uint16Array, index: number): 0 | 1
  /** That many bits of even probability, the highest first. */
  direct(count: number): number
  /** A number of that many bits, the highest first; the model of each bit depends on the bits before it. */
  tree(models: Uint16Array, offset: number, bits: number): number
  /** The same, the lowest bit first. */
  reverseTree(models: Uint16Array, offset: number, bits: number): number
}

/** @throws BadDeltaError when the input does not begin like the output of a range coder, and from every call when the bytes end. */
export const createRangeDecoder = (bytes: Uint8Array): RangeDecoder => {
  let at = 0
  let range = 0xffffffff
  let code = 0

  const nextByte = (): number => {
    if (at >= bytes.length) throw new BadDeltaError('DATA_INCOMPLETE')
    return bytes[at++] as number
  }

  if (nextByte() !== 0) throw new BadDeltaError('NOT_LZMA')
  for (let i = 0; i < 4; i++) code = ((code << 8) | nextByte()) >>> 0

  const normalize = (): void => {
    if (range >= 0x1000000) return
    range = (range << 8) >>> 0
    code = ((code << 8) | nextByte()) >>> 0
  }

  const bit = (models: Uint16Array, index: number): 0 | 1 => {
    const model = models[index] as number
    const bound = (range >>> 11) * model
    let value: 0 | 1
    if (code < bound) {
      range = bound
      models[index] = model + ((2048 - model) >> 5)
      value = 0
    } else {
      range -= bound
      code -= bound
      models[index] = model - (model >> 5)
      value = 1
    }
    normalize()
    return value
  }

  return {
    bit,
    direct(count) {
      let value = 0
      for (let i = 0; i < count; i++) {
        range >>>= 1
        const one = code >= range
        if (one) code -= range
        value = value * 2 + (one ? 1 : 0)
        normalize()
      }
      return value
    },
    tree(models, offset, bits) {
      let symbol = 1
      for (let i = 0; i < bits; i++) symbol = (symbol << 1) | bit(models, offset + symbol)
      return symbol - (1 << bits)
    },
    reverseTree(models, offset, bits) {
      let symbol = 1
      let value = 0
      for (let i = 0; i < bits; i++) {
        const one = bit(models, offset + symbol)
        symbol = (symbol << 1) | one
        value |= one << i
      }
      return value
    },
  }
}
