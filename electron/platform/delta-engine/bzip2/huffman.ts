/** The longest code that the encoder of bzip2 1.0 writes, bits; decoders accept 20. */
const MAX_LENGTH = 17

/** Code lengths (bits) of a Huffman code for these frequencies; every symbol gets a code. */
const lengthsOf = (frequencies: Int32Array): { readonly lengths: Uint8Array; readonly longest: number } => {
  const count = frequencies.length
  // Two queues: the leaves by weight, and the joined nodes, which are created in the order of their weight.
  const leaves = Array.from(frequencies.keys()).sort((a, b) => (frequencies[a] as number) - (frequencies[b] as number))
  const weights = new Float64Array(2 * count)
  const parents = new Int32Array(2 * count)
  for (let symbol = 0; symbol < count; symbol++) weights[symbol] = Math.max(1, frequencies[symbol] as number)
  let leaf = 0
  let joined = count
  let last = count
  const lightest = (): number => {
    const fromLeaves = leaf < count ? (leaves[leaf] as number) : -1
    if (joined === last || (fromLeaves >= 0 && (weights[fromLeaves] as number) <= (weights[joined] as number))) {
      leaf++
      return fromLeaves
    }
    return joined++
  }
  for (; last < 2 * count - 1; last++) {
    const a = lightest()
    const b = lightest()
    weights[last] = (weights[a] as number) + (weights[b] as number)
    parents[a] = last
    parents[b] = last
  }
  const depths = new Uint8Array(2 * count)
  let longest = 0
  for (let node = last - 2; node >= 0; node--) {
    depths[node] = (depths[parents[node] as number] as number) + 1
    if (node < count) longest = Math.max(longest, depths[node] as number)
  }
  return { lengths: depths.slice(0, count), longest }
}

/** As `lengthsOf`, but limited to bzip2's maximum length: weights are levelled until the limit holds. Needs at least two symbols. */
export const codeLengths = (frequencies: Int32Array): Uint8Array => {
  for (let weights = frequencies; ; weights = weights.map((weight) => 1 + (weight >> 1))) {
    const { lengths, longest } = lengthsOf(weights)
    if (longest <= MAX_LENGTH) return lengths
  }
}

/** The canonical code of these lengths: shorter codes first, codes of equal length in the order of the symbols. */
export const codesOf = (lengths: Uint8Array): Int32Array => {
  const codes = new Int32Array(lengths.length)
  let code = 0
  for (let length = 1; length <= 20; length++) {
    for (let symbol = 0; symbol < lengths.length; symbol++) if (lengths[symbol] === length) codes[symbol] = code++
    code <<= 1
  }
  return codes
}
