/** An SMP header (Zephyr, "SMP Protocol Specification", frame), big-endian: version and op, flags, length, group, sequence, command. */
export const headerBytes = 8

export const ops = { read: 0, write: 2 } as const
export type Op = keyof typeof ops

/** What a packet asks for or answers. */
export interface Command {
  readonly op: Op
  readonly group: number
  readonly command: number
}

/** The fields of a header. */
export interface Header extends Command {
  readonly isAnswer: boolean
  readonly sequence: number
  /** Bytes of the body. */
  readonly length: number
}

/**
 * The header of a request, always of version 1: bootloaders from before the version bits take a request that has any for an unknown one
 * and stay silent. Answers of both versions are understood.
 */
export const requestHeader = ({ op, group, command }: Command, sequence: number, length: number): Uint8Array =>
  Uint8Array.of(ops[op], 0, length >>> 8, length & 0xff, group >>> 8, group & 0xff, sequence & 0xff, command)

/** Whether bytes may begin an answer: op 1 or 3, version 0 or 1, no flags. */
export const isAnswerHeader = (bytes: Uint8Array): boolean =>
  [1, 3].includes((bytes[0] ?? 0) & 7) && (bytes[0] ?? 0) >>> 3 <= 1 && bytes[1] === 0

/** The header of a packet; undefined where it has none. */
export const headerOf = (packet: Uint8Array): Header | undefined => {
  if (packet.length < headerBytes) return undefined
  const view = new DataView(packet.buffer, packet.byteOffset, packet.byteLength)
  const op = view.getUint8(0) & 7
  if (op > 3) return undefined
  return {
    op: op >= 2 ? 'write' : 'read',
    isAnswer: op % 2 === 1,
    length: view.getUint16(2),
    group: view.getUint16(4),
    sequence: view.getUint8(6),
    command: view.getUint8(7),
  }
}
