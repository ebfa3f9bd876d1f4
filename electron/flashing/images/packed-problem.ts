import type { Region } from '../flasher.ts'
import { packedContent } from './file-kinds.ts'
import type { Problem, refusal, warning } from './image-rules.ts'

/** An archive or a web page in place of an image; `make` says whether it is refused or is worth a word. */
export const packedProblem = ({ name, bytes }: Region, make: typeof refusal | typeof warning): Problem | undefined => {
  const packed = packedContent(bytes)
  return packed && make(packed.code, packed.kind === undefined ? { name } : { name, kind: packed.kind })
}
