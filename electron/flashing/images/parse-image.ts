import { FlashError } from '../flasher.ts'
import { looksLikeElf, parseElf } from './elf.ts'
import { refuseStrangeFile } from './file-kinds.ts'
import { textOf } from './hex-lines.ts'
import { rawImage } from './image-rules.ts'
import { looksLikeIntelHex, parseIntelHex } from './intel-hex.ts'
import type { ParsedImage } from './parsed-image.ts'
import { looksLikeSrec, parseSrec } from './srec.ts'

/** Bytes of a file that tell its format: remarks of people may come first. */
const headBytes = 16 * 1024

/** What a target makes of an ELF program: it takes those for a machine, or refuses all with a code. */
type ElfRule = { readonly machine: string } | { readonly refusal: string }

/**
 * A file as the regions that it writes. Its content tells the format, never its name: ELF, Intel HEX and S-records carry their addresses,
 * anything else goes to `address` unchanged, unless it is a file that no flash takes.
 * @throws FlashError, which names the file and where it is wrong.
 */
export const parseImage = (bytes: Uint8Array, name: string, address: number, elf: ElfRule): ParsedImage => {
  if (looksLikeElf(bytes)) {
    if ('refusal' in elf) throw new FlashError(elf.refusal, { name })
    const image = parseElf(bytes, name)
    if (image.machine !== elf.machine)
      throw new FlashError('ELF_OTHER_MACHINE', { name, machine: image.machine, expected: elf.machine })
    return image
  }
  const head = textOf(bytes.subarray(0, headBytes))
  if (looksLikeIntelHex(head)) return parseIntelHex(textOf(bytes), name)
  if (looksLikeSrec(head)) return parseSrec(textOf(bytes), name)
  refuseStrangeFile(bytes, name)
  return rawImage(bytes, name, address)
}
