import type { Link } from '../transport.ts'

/** Fewer printable characters than this may be noise on an open wire. */
const SPOKEN = 8

/** What a link has received so far, to tell a silent place from a unit that says something else. */
export interface HeardLink<L extends Link = Link> {
  readonly link: L
  /** Whether any byte arrived. */
  readonly heard: boolean
  /** Whether text arrived, as from a firmware that runs instead of its bootloader. */
  readonly spoken: boolean
}

const printable = (byte: number): boolean => byte >= 0x20 && byte < 0x7f

/** A link that counts what it receives. Only serial lines are counted: other transports exist only with a unit. */
export const hearing = (link: Link): HeardLink => {
  let bytes = 0
  let characters = 0
  const counted: Link =
    link.transport === 'serial'
      ? {
          ...link,
          read: async (timeoutMs, signal) => {
            const piece = await link.read(timeoutMs, signal)
            bytes += piece.length
            characters += piece.filter(printable).length
            return piece
          },
        }
      : link
  return {
    link: counted,
    get heard() {
      return bytes > 0
    },
    get spoken() {
      return characters >= SPOKEN
    },
  }
}
