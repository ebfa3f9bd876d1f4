import { GROUP } from './crc.ts'
import { codeLengths } from './huffman.ts'

const PASSES = 4

/** Bits that hold the cost of a group in one table: 50 symbols of at most 17 bits cost less than 1024, so three tables fit into one number. */
const COST_BITS = 10
const COST_MASK = (1 << COST_BITS) - 1
const PACKED = 3

/** Code lengths of three tables from `first` on, packed side by side, so that one addition serves all three (bzip2 1.0 packs two). */
const packLengths = (tables: readonly Uint8Array[], first: number, alphabet: number): Int32Array => {
  const packed = new Int32Array(alphabet)
  for (let table = first; table < Math.min(first + PACKED, tables.length); table++) {
    const lengths = tables[table] as Uint8Array
    for (let symbol = 0; symbol < alphabet; symbol++)
      packed[symbol] = (packed[symbol] as number) | ((lengths[symbol] as number) << (COST_BITS * (table - first)))
  }
  return packed
}

/** Sets the selector of every group to its cheapest table. */
const selectTables = (symbols: Uint16Array, alphabet: number, tables: readonly Uint8Array[], selectors: Uint8Array) => {
  const front = packLengths(tables, 0, alphabet)
  const back = packLengths(tables, PACKED, alphabet)
  for (let group = 0; group < selectors.length; group++) {
    let frontCosts = 0
    let backCosts = 0
    const end = Math.min((group + 1) * GROUP, symbols.length)
    for (let i = group * GROUP; i < end; i++) {
      const symbol = symbols[i] as number
      frontCosts += front[symbol] as number
      backCosts += back[symbol] as number
    }
    let best = 0
    let least = frontCosts & COST_MASK
    for (let table = 1; table < tables.length; table++) {
      const costs = table < PACKED ? frontCosts : backCosts
      const cost = (costs >>> (COST_BITS * (table % PACKED))) & COST_MASK
      if (cost < least) {
        least = cost
        best = table
      }
    }
    selectors[group] = best
  }
}

/** The frequency of each symbol in the groups of each table. */
const countSymbols = (symbols: Uint16Array, alphabet: number, selectors: Uint8Array, count: number): Int32Array[] => {
  const frequencies = Array.from({ length: count }, () => new Int32Array(alphabet))
  for (let group = 0; group < selectors.length; group++) {
    const seen = frequencies[selectors[group] as number] as Int32Array
    const end = Math.min((group + 1) * GROUP, symbols.length)
    for (let i = group * GROUP; i < end; i++) {
      const symbol = symbols[i] as number
      seen[symbol] = (seen[symbol] as number) + 1
    }
  }
  return frequencies
}

/** Creates code tables that divide the symbols by groups, with as many refinement rounds as bzip2. */
export const chooseTables = (symbols: Uint16Array, alphabet: number) => {
  const size = symbols.length
  const count = size < 200 ? 2 : size < 600 ? 3 : size < 1200 ? 4 : size < 2400 ? 5 : 6
  const selectors = new Uint8Array(Math.ceil(size / GROUP))
  const [totals] = countSymbols(symbols, alphabet, selectors, 1) as [Int32Array]
  // First guess: each table covers a range of symbols with the same total frequency.
  let from = 0
  let rest = size
  let tables: Uint8Array[] = Array.from({ length: count }, (_, table) => {
    const share = Math.floor(rest / (count - table))
    let sum = 0
    let to = from
    while (to < alphabet && (sum < share || to === from)) sum += totals[to++] as number
    const lengths = new Uint8Array(alphabet).fill(15).fill(0, from, to)
    from = to
    rest -= sum
    return lengths
  })
  for (let pass = 0; pass < PASSES; pass++) {
    selectTables(symbols, alphabet, tables, selectors)
    tables = countSymbols(symbols, alphabet, selectors, count).map(codeLengths)
  }
  return { tables, selectors }
}
