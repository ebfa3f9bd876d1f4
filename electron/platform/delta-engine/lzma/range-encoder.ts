/** Encodes bits with modelled and with even probability, for `RangeDecoder`. */
interface RangeEncoder {
  /** A bit by the model at `index`, which is adapted. */
  bit(models: Uint16Array, index: number, value: number): void
  /** That many bits of even probability, the highest first. */
  direct(value: number, count: number): void
  /** A number of that many bits, the highest first; the model of each bit depends on the bits before it. */
  tree(models: Uint16Array, offset: number, bits: number, value: number): void
  /** The same, the lowest bit first. */
  reverseTree(models: Uint16Array, offset: number, bits: number, value: number): void
  /** The complete output. Nothing may be written after it. */
  end(): Uint8Array
}

const NORMAL = 0x1000000
const FIRST_BYTES = 1 << 16

/** The inverse of the LZMA specification's "Range Decoder"; a carry is delayed as in G. N. N. Martin's range coder of 1979. */
export const createRangeEncoder = (): RangeEncoder => {
  let out = new Uint8Array(FIRST_BYTES)
  let length = 0
  /** Stays below 2^33, so that a carry is visible. */
  let low = 0
  let range = 0xffffffff
  /** The byte that a carry may still change, and the number of delayed bytes: that one and the 0xff bytes after it. */
  let cache = 0
  let held = 1

  const put = (byte: number): void => {
    if (length === out.length) {
      const larger = new Uint8Array(2 * length)
      larger.set(out)
      out = larger
    }
    out[length++] = byte
  }

  const shift = (): void => {
    if (low < 0xff000000 || low > 0xffffffff) {
      const carry = low > 0xffffffff ? 1 : 0
      for (let byte = cache; held > 0; held--) {
        put(byte + carry)
        byte = 0xff
      }
      cache = (low >>> 24) & 0xff
    }
    held++
    low = (low & 0xffffff) * 256
  }

  const normalize = (): void => {
    while (range < NORMAL) {
      range = (range << 8) >>> 0
      shift()
    }
  }

  const bit = (models: Uint16Array, index: number, value: number): void => {
    const model = models[index] as number
    const bound = (range >>> 11) * model
    if (value === 0) {
      range = bound
      models[index] = model + ((2048 - model) >> 5)
    } else {
      low += bound
      range -= bound
      models[index] = model - (model >> 5)
    }
    normalize()
  }

  return {
    bit,
    direct(value, count) {
      for (let i = count - 1; i >= 0; i--) {
        range >>>= 1
        if (((value >>> i) & 1) === 1) low += range
        normalize()
      }
    },
    tree(models, offset, bits, value) {
      let symbol = 1
      for (let i = bits - 1; i >= 0; i--) {
        const one = (value >>> i) & 1
        bit(models, offset + symbol, one)
        symbol = (symbol << 1) | one
      }
    },
    reverseTree(models, offset, bits, value) {
      let symbol = 1
      for (let i = 0; i < bits; i++) {
        const one = (value >>> i) & 1
        bit(models, offset + symbol, one)
        symbol = (symbol << 1) | one
      }
    },
    end() {
      for (let i = 0; i < 5; i++) shift()
      return out.subarray(0, length)
    },
  }
}
