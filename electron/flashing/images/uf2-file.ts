import { absoluteFamily } from '#shared/targets/uf2-families.ts'

/*
 * The file format UF2 (github.com/microsoft/uf2, "File format"): blocks of 512 bytes, each with its own address, number and family.
 */

export const UF2_BLOCK = 512
const MAGICS = [
  [0, 0x0a32_4655],
  [4, 0x9e5d_5157],
  [508, 0x0ab1_6f30],
] as const
const MOST_PAYLOAD = 476

const NOT_MAIN_FLASH = 0x1
const FILE_CONTAINER = 0x1000
const FAMILY_PRESENT = 0x2000

/** What is wrong with a file; `block` counts from 0 in the file. */
export type Uf2Fault =
  /** Its length is no multiple of a block. */
  | { readonly kind: 'length'; readonly size: number }
  | { readonly kind: 'damaged'; readonly block: number }
  /** Of a family's blocks, some are missing or there twice. */
  | {
      readonly kind: 'incomplete'
      readonly family: number | undefined
      readonly expected: number
      readonly found: number
    }
  /** An address is below the end of the block before it. */
  | { readonly kind: 'order'; readonly block: number; readonly address: number }

/** The blocks of one family. */
export interface Uf2Group {
  /** Undefined: the blocks name none. */
  readonly family: number | undefined
  readonly blocks: number
  /** Of the first block. */
  readonly address: number
  /** Bytes that they write. */
  readonly size: number
}

/** A file as a boot loader sees it. */
export interface Uf2File {
  /** In the order of the file. Blocks that are not for the main flash, and those of other files in a container, are left out. */
  readonly groups: readonly Uf2Group[]
  readonly faults: readonly Uf2Fault[]
}

interface Collected {
  readonly family: number | undefined
  readonly numbers: Set<number>
  readonly address: number
  count: number
  blocks: number
  size: number
  end: number
  isOrdered: boolean
  isCounted: boolean
}

/** Whether a file begins like UF2. */
export const looksLikeUf2 = (bytes: Uint8Array): boolean => {
  if (bytes.length < 8) return false
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  return MAGICS.slice(0, 2).every(([at, magic]) => view.getUint32(at, true) === magic)
}

/** One absolute block of two that are never sent: it makes RP2350 erase a sector that nobody uses (erratum E10). */
const isErratumBlock = ({ family, blocks, count }: Collected): boolean =>
  family === absoluteFamily && blocks === 1 && count === 2

/** Reads all blocks. Faults are listed at most once a kind and family. */
export const readUf2 = (bytes: Uint8Array): Uf2File => {
  const faults: Uf2Fault[] = []
  const groups = new Map<number | undefined, Collected>()
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  if (bytes.length === 0 || bytes.length % UF2_BLOCK !== 0) faults.push({ kind: 'length', size: bytes.length })
  for (let block = 0; (block + 1) * UF2_BLOCK <= bytes.length; block++) {
    const at = block * UF2_BLOCK
    const word = (offset: number) => view.getUint32(at + offset, true)
    const [flags, address, size, number, count] = [word(8), word(12), word(16), word(20), word(24)]
    if (MAGICS.some(([offset, magic]) => word(offset) !== magic) || size > MOST_PAYLOAD || number >= count) {
      if (!faults.some(({ kind }) => kind === 'damaged')) faults.push({ kind: 'damaged', block })
      continue
    }
    if (flags & (NOT_MAIN_FLASH | FILE_CONTAINER)) continue
    const family = flags & FAMILY_PRESENT ? word(28) : undefined
    const group = groups.get(family) ?? {
      ...{ family, address, count, numbers: new Set<number>() },
      ...{ blocks: 0, size: 0, end: 0, isOrdered: true, isCounted: true },
    }
    groups.set(family, group)
    if (address < group.end && group.isOrdered) {
      group.isOrdered = false
      faults.push({ kind: 'order', block, address })
    }
    if (count !== group.count || group.numbers.has(number)) group.isCounted = false
    group.count = Math.max(group.count, count)
    group.numbers.add(number)
    group.end = address + size
    group.blocks += 1
    group.size += size
  }
  for (const group of groups.values()) {
    const { family, count: expected, numbers, isCounted } = group
    if ((isCounted && numbers.size === expected) || isErratumBlock(group)) continue
    faults.push({ kind: 'incomplete', family, expected, found: numbers.size })
  }
  return {
    groups: [...groups.values()].map(({ family, blocks, address, size }) => ({ family, blocks, address, size })),
    faults,
  }
}
