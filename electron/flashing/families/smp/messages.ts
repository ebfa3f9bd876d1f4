import { Decoder } from 'cbor-x/decode'
import { Encoder } from 'cbor-x/encode'
import { z } from 'zod'
import { FlashError } from '../../flasher.ts'
import { type Command, headerBytes, headerOf, requestHeader } from './header.ts'

/** Maps and byte strings in the plain form that the small decoders of units know: definite lengths, no tags. */
const encoder = new Encoder({ useRecords: false, mapsAsObjects: true, variableMapSize: true, tagUint8Array: false })
const decoder = new Decoder({ useRecords: false, mapsAsObjects: true })

/** A request with its body. */
export interface Request extends Command {
  /** As the protocol's tools call it, for reasons. */
  readonly name: string
  readonly body: Readonly<Record<string, unknown>>
}

/** The commands that are used (Zephyr, "SMP Groups" 0 and 1). */
export const requests = {
  echo: (text: string): Request => ({ op: 'write', group: 0, command: 0, name: 'echo', body: { d: text } }),
  reset: (): Request => ({ op: 'write', group: 0, command: 5, name: 'reset', body: {} }),
  params: (): Request => ({ op: 'read', group: 0, command: 6, name: 'mcumgr params', body: {} }),
  state: (): Request => ({ op: 'read', group: 1, command: 0, name: 'image list', body: {} }),
  setState: (hash: Uint8Array, confirm: boolean): Request => ({
    op: 'write',
    group: 1,
    command: 0,
    name: confirm ? 'image confirm' : 'image test',
    body: { hash, confirm },
  }),
  /** Keeps the image that runs, so that the other slot is free. */
  keepRunning: (): Request => ({ op: 'write', group: 1, command: 0, name: 'image confirm', body: { confirm: true } }),
  upload: (body: Request['body']): Request => ({ op: 'write', group: 1, command: 1, name: 'image upload', body }),
  slotInfo: (): Request => ({ op: 'read', group: 1, command: 6, name: 'slot info', body: {} }),
}

/** A request as a packet: header and body. */
export const packetOf = (request: Request, sequence: number): Uint8Array => {
  const body = encoder.encode(request.body)
  return new Uint8Array(Buffer.concat([requestHeader(request, sequence, body.length), body]))
}

/** Bytes of a packet with this request. */
export const sizeOf = (request: Request): number => headerBytes + encoder.encode(request.body).length

const Failure = z.object({
  rc: z.number().int().optional(),
  err: z.object({ group: z.number().int(), rc: z.number().int() }).optional(),
  rsn: z.string().optional(),
})

/** An answer to a request. */
export interface Answer {
  readonly sequence: number
  readonly body: Readonly<Record<string, unknown>>
  /** The error that it tells; undefined: success. */
  readonly error: SmpError | undefined
}

interface SmpError {
  /** The number of version 1, or of the protocol itself; undefined for an error of a group. */
  readonly rc: number | undefined
  /** In words: `6 (bad state)`. */
  readonly words: string
}

/** Meanings of `rc` (Zephyr, "SMP Protocol Specification", status and error codes). */
const meanings: Readonly<Record<number, string>> = {
  1: 'unknown error',
  2: 'out of memory',
  3: 'invalid value',
  4: 'timeout',
  5: 'no entry',
  6: 'bad state',
  7: 'response too large',
  8: 'not supported',
  9: 'corrupt payload',
  10: 'busy',
  11: 'access denied',
  12: 'protocol version too old',
  13: 'protocol version too new',
}

export const notSupported = 8
export const busy = 10
export const badState = 6

const errorOf = ({ rc, err, rsn }: z.infer<typeof Failure>): SmpError | undefined => {
  const reason = rsn === undefined ? '' : `: ${rsn.slice(0, 200)}`
  if (err && err.rc !== 0) return { rc: undefined, words: `${err.rc} (group ${err.group})${reason}` }
  if (rc === undefined || rc === 0) return undefined
  return { rc, words: `${rc} (${meanings[rc] ?? 'unknown'})${reason}` }
}

/** A packet as the answer to a command; undefined: it is another packet, or damaged. */
export const answerIn = (packet: Uint8Array, { op, group, command }: Command): Answer | undefined => {
  const header = headerOf(packet)
  if (!header?.isAnswer || header.op !== op || header.group !== group || header.command !== command) return undefined
  if (packet.length < headerBytes + header.length) return undefined
  let body: unknown
  try {
    body = decoder.decode(packet.slice(headerBytes, headerBytes + header.length))
  } catch {
    return undefined
  }
  const told = Failure.safeParse(body)
  if (!told.success) return undefined
  return {
    sequence: header.sequence,
    body: body as Answer['body'],
    error: errorOf(told.data),
  }
}

/** The body of an answer in the form that its command promises. @throws FlashError SMP_STRANGE_ANSWER. */
export const bodyOf = <T extends z.ZodType>(answer: Answer, form: T, { name }: Request): z.output<T> => {
  const told = form.safeParse(answer.body)
  if (told.success) return told.data
  throw new FlashError('SMP_STRANGE_ANSWER', { command: name })
}
