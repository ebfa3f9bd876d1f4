import { FlashError } from '../flasher.ts'
import { looksLikeElf, parseElf } from './elf.ts'
import { rawImage } from './image-rules.ts'
import { looksLikeIntelHex, parseIntelHex } from './intel-hex.ts'
import type { ParsedImage } from './parsed-image.ts'
import { looksLikeSrec, parseSrec } from './srec.ts'

/** Bytes of a file that tell its format. */
const headBytes = 4096

/** What a target makes of an ELF program: it takes those for a machine, or refuses all with a code. */
export type ElfRule = { readonly machine: string } | { readonly refusal: string }

/**
 * A file as the regions that it writes. Its content tells the format, never its name: ELF, Intel HEX and S-records carry their addresses,
 * anything else goes to `address` unchanged.
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
  const head = new TextDecoder('latin1').decode(bytes.subarray(0, headBytes))
  const text = () => new TextDecoder('latin1').decode(bytes)
  if (looksLikeIntelHex(head)) return parseIntelHex(text(), name)
  if (looksLikeSrec(head)) return parseSrec(text(), name)
  return rawImage(bytes, name, address)
}
