import { FlashError } from '../flasher.ts'
import { joinPieces, type Piece } from './join-pieces.ts'
import type { ParsedImage } from './parsed-image.ts'

/** Values of e_machine for the cores that stand on a bench (System V ABI, "Machine types"). */
export const elfMachines: Readonly<Record<number, string>> = {
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

export interface ElfImage extends ParsedImage {
  readonly machine: string
}

const loadable = 1
const programHeaderSize = 32

export const looksLikeElf = (bytes: Uint8Array): boolean =>
  bytes[0] === 0x7f && bytes[1] === 0x45 && bytes[2] === 0x4c && bytes[3] === 0x46

/**
 * What a 32-bit ELF program loads, at its physical addresses (p_paddr), where initialised data lies in flash (System V ABI, "Program
 * loading").
 * @throws FlashError ELF_NOT_32_BIT, IMAGE_TRUNCATED, ELF_NOTHING_TO_LOAD, and those of joinPieces.
 */
export const parseElf = (bytes: Uint8Array, name: string): ElfImage => {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const truncated = () => new FlashError('IMAGE_TRUNCATED', { name })
  if (bytes.length < 52) throw truncated()
  if (view.getUint8(4) !== 1) throw new FlashError('ELF_NOT_32_BIT', { name })
  const little = view.getUint8(5) === 1
  const u16 = (at: number) => view.getUint16(at, little)
  const u32 = (at: number) => view.getUint32(at, little)
  const number = u16(18)
  const machine = elfMachines[number] ?? String(number)
  const [table, entrySize, count] = [u32(28), u16(42), u16(44)]
  if (count > 0 && (entrySize < programHeaderSize || table + entrySize * count > bytes.length)) throw truncated()
  const pieces: Piece[] = []
  for (let index = 0; index < count; index++) {
    const header = table + index * entrySize
    const [type, offset, physical, size] = [u32(header), u32(header + 4), u32(header + 12), u32(header + 16)]
    if (type !== loadable || size === 0) continue
    if (offset + size > bytes.length) throw truncated()
    pieces.push({ address: physical, bytes: bytes.subarray(offset, offset + size), line: index })
  }
  if (pieces.length === 0) throw new FlashError('ELF_NOTHING_TO_LOAD', { name })
  return { format: 'elf', regions: joinPieces(pieces, name), entry: u32(24), machine }
}
