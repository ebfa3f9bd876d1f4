import type { FlashTarget } from '#shared/flashing.ts'
import { FlashError } from '../flasher.ts'
import { looksLikeElf, parseElf } from './elf.ts'
import { looksLikeIntelHex, parseIntelHex } from './intel-hex.ts'
import type { ParsedImage } from './parsed-image.ts'
import { looksLikeSrec, parseSrec } from './srec.ts'

const machines: Readonly<Partial<Record<FlashTarget, string>>> = { stm32: 'ARM' }
const start = 4096

/**
 * A file as what it would write. Told by its content, never by its name: ELF, Intel HEX and S-records carry their addresses, all else
 * goes to `address` as it is. XMODEM and YMODEM send every file as it is.
 * @throws FlashError, which names the file and where it is wrong.
 */
export const parseImage = (bytes: Uint8Array, name: string, address: number, target: FlashTarget): ParsedImage => {
  if (bytes.length === 0) throw new FlashError('IMAGE_EMPTY', { name })
  const raw: ParsedImage = { format: 'bin', regions: [{ address, bytes, name }], entry: undefined }
  if (target === 'xmodem' || target === 'ymodem') return raw
  if (looksLikeElf(bytes)) {
    if (target === 'esp') throw new FlashError('ELF_NEEDS_CONVERSION', { name })
    const image = parseElf(bytes, name)
    const machine = machines[target]
    if (machine !== undefined && image.machine !== machine) {
      throw new FlashError('ELF_OTHER_MACHINE', { name, machine: image.machine, expected: machine })
    }
    return image
  }
  const beginning = new TextDecoder('latin1').decode(bytes.subarray(0, start))
  const text = () => new TextDecoder('latin1').decode(bytes)
  if (looksLikeIntelHex(beginning)) return parseIntelHex(text(), name)
  if (looksLikeSrec(beginning)) return parseSrec(text(), name)
  return raw
}
