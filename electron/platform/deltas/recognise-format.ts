import type { MadeFormat } from '../delta-engine/delta-engine.ts'
import { deviceHeatshrink, heatshrinkFigures, marks, SEQUENTIAL_HEATSHRINK } from '../delta-engine/format-magic.ts'

/** Bytes at the start of a delta that are examined. */
export const HEAD_BYTES = 64
/** Maximum bytes that detools uses for the size of the new image, which stands between its type and its parameters. */
const SIZE_BYTES_MAX = 5
const MORE = 0x80

const marked = Object.entries(marks) as readonly [keyof typeof marks, Buffer][]

/** detools without Espressif's header has no magic; its type, and the parameters that devices accept, are nearly one. */
const isDetools = (head: Uint8Array): boolean => {
  if (head[0] !== SEQUENTIAL_HEATSHRINK) return false
  let at = 1
  while ((head[at] ?? 0) >= MORE && at < SIZE_BYTES_MAX) at++
  // Nothing follows for an empty image.
  return head.length === 2 ? head[1] === 0 : head[at + 1] === heatshrinkFigures(deviceHeatshrink)
}

/** The format of a delta by its first bytes; undefined: none of ours. */
export const recognise = (head: Uint8Array): MadeFormat | undefined => {
  const [known] = marked.find(([, mark]) => mark.equals(head.subarray(0, mark.length))) ?? []
  return known ?? (isDetools(head) ? 'detools' : undefined)
}
