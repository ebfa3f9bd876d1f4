import { FlashError } from '../flasher.ts'
import { joinPieces, type Piece } from './join-pieces.ts'
import type { ParsedImage } from './parsed-image.ts'

/** Values of e_machine for the cores that stand on a bench (System V ABI, "Machine types"). */
const elfMachines: Readonly<Record<number, string>> = {
  3: 'x86',
  8: 'MIPS',
  40: 'ARM',
  62: 'x86-64',
  83: 'AVR',
  94: 'Xtensa',
  105: 'MSP430',
  183: 'AArch64',
  243: 'RISC-V',
}

interface ElfImage extends ParsedImage {
  readonly machine: string
}

/** System V ABI, "ELF Header", "Program Header", "Sections". */
const headerSize = 52
const programHeaderSize = 32
const sectionHeaderSize = 40
const object = 1
const loadable = 1
const noBits = 8
const allocated = 2

export const looksLikeElf = (bytes: Uint8Array): boolean =>
  bytes[0] === 0x7f && bytes[1] === 0x45 && bytes[2] === 0x4c && bytes[3] === 0x46

/** Bytes of the file that belong to an address. */
interface Stretch {
  readonly offset: number
  readonly size: number
  readonly address: number
}

/** A part of the file that is loaded; `physical` is where it lies in flash, `address` where it runs. */
interface Segment extends Stretch {
  readonly physical: number
  readonly memorySize: number
}

const endOf = ({ offset, size }: Stretch): number => offset + size

const holdsBytes = (segment: Segment, section: Stretch): boolean =>
  section.offset >= segment.offset && endOf(section) <= endOf(segment)

const holdsAddress = (segment: Segment, section: Stretch): boolean =>
  section.address >= segment.address &&
  section.address + section.size <= segment.address + Math.max(segment.memorySize, segment.size)

/**
 * Where a section's bytes lie in flash: as far into its segment as they are in the file. The segment that also runs there comes first, as
 * for objcopy; ARM's linker places initialised data that runs in RAM behind the program in one segment.
 */
const placeOf = (segments: readonly Segment[], section: Stretch): number => {
  const holding = segments.filter((segment) => holdsBytes(segment, section))
  const segment = holding.find((one) => holdsAddress(one, section)) ?? holding[0]
  return segment ? segment.physical + section.offset - segment.offset : section.address
}

/**
 * What a 32-bit ELF program has for its flash: the contents of its allocated sections at their load addresses, which is what `objcopy -O
 * ihex` writes. What a segment holds besides (the ELF header, the padding of pages) is no part of the program and would overwrite what
 * is there already.
 * @throws FlashError ELF_NOT_32_BIT, IMAGE_TRUNCATED, ELF_NOTHING_TO_LOAD, ELF_WITHOUT_SECTIONS, IMAGE_SCATTERED, and those of joinPieces.
 */
export const parseElf = (bytes: Uint8Array, name: string): ElfImage => {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const truncated = () => new FlashError('IMAGE_TRUNCATED', { name })
  if (bytes.length < headerSize) throw truncated()
  if (view.getUint8(4) !== 1) throw new FlashError('ELF_NOT_32_BIT', { name })
  const little = view.getUint8(5) === 1
  const u16 = (at: number) => view.getUint16(at, little)
  const u32 = (at: number) => view.getUint32(at, little)
  const number = u16(18)
  const machine = elfMachines[number] ?? String(number)

  /** Positions of the entries of a table. */
  const table = (at: number, entrySize: number, count: number, least: number): number[] => {
    if (count > 0 && (entrySize < least || at + entrySize * count > bytes.length)) throw truncated()
    return Array.from({ length: count }, (_, index) => at + index * entrySize)
  }
  const segments = table(u32(28), u16(42), u16(44), programHeaderSize)
    .filter((at) => u32(at) === loadable && u32(at + 16) > 0)
    .map(
      (at): Segment => ({
        offset: u32(at + 4),
        address: u32(at + 8),
        physical: u32(at + 12),
        size: u32(at + 16),
        memorySize: u32(at + 20),
      }),
    )
  if (u16(16) === object || segments.length === 0) throw new FlashError('ELF_NOTHING_TO_LOAD', { name })
  if (segments.some((segment) => endOf(segment) > bytes.length)) throw truncated()

  const sectionTable = u32(32)
  const sectionCount = sectionTable === 0 ? 0 : u16(48)
  const sections = table(sectionTable, u16(46), sectionCount, sectionHeaderSize)
    .filter((at) => u32(at + 4) !== noBits && (u32(at + 8) & allocated) !== 0 && u32(at + 20) > 0)
    .map((at): Stretch => ({ address: u32(at + 12), offset: u32(at + 16), size: u32(at + 20) }))
  if (sections.some((section) => endOf(section) > bytes.length)) throw truncated()

  const pieceOf = (address: number, { offset, size }: Stretch, index: number): Piece => ({
    address,
    bytes: bytes.subarray(offset, offset + size),
    line: index + 1,
  })
  // Without its sections, nobody knows how much of a segment that begins with the file's header is program.
  if (sectionCount === 0 && segments.some(({ offset }) => offset < headerSize)) {
    throw new FlashError('ELF_WITHOUT_SECTIONS', { name })
  }
  const pieces =
    sectionCount === 0
      ? segments.map((segment, index) => pieceOf(segment.physical, segment, index))
      : sections.map((section, index) => pieceOf(placeOf(segments, section), section, index))
  if (pieces.length === 0) throw new FlashError('ELF_NOTHING_TO_LOAD', { name })
  // Each byte of a linked program belongs to one address: a file that names some for thousands would fill the memory of the station.
  const loaded = pieces.reduce((sum, piece) => sum + piece.bytes.length, 0)
  if (loaded > bytes.length) throw new FlashError('IMAGE_SCATTERED', { name, count: pieces.length })
  return { format: 'elf', regions: joinPieces(pieces, name), entry: u32(24), machine }
}
