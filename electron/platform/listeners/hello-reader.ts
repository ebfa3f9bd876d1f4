import { type ClientHello, parseClientHello } from './client-hello.ts'

/** Why the received bytes are not a ClientHello; the text goes to the log. */
type HelloRefusal =
  | 'not TLS: HTTP without TLS'
  | 'not TLS: MQTT without TLS'
  | 'not TLS'
  | 'SSL 2.0 hello'
  | 'ClientHello malformed'
  | 'ClientHello too large'

export type HelloReading =
  | { readonly kind: 'more' }
  | { readonly kind: 'hello'; readonly hello: ClientHello }
  | { readonly kind: 'refused'; readonly reason: HelloRefusal }

/** Maximum size of a ClientHello; one with post-quantum keys and long tickets takes 2-4 KiB. */
export const HELLO_BYTES_MAX = 16 * 1024
/** Maximum of raw bytes: each record adds a header of five bytes, and a client may send tiny records. */
export const WIRE_BYTES_MAX = 4 * HELLO_BYTES_MAX

const HANDSHAKE_RECORD = 22
const CLIENT_HELLO = 1
const RECORD_HEADER = 5
const MESSAGE_HEADER = 4
/** RFC 8446 §5.1. */
const RECORD_BYTES_MAX = 16 * 1024
const HTTP = /^(?:GET|HEAD|POST|PUT|DELETE|OPTIONS|CONNECT|PATCH) ?$/
const MQTT_CONNECT = 0x10

const more: HelloReading = { kind: 'more' }
const refused = (reason: HelloRefusal): HelloReading => ({ kind: 'refused', reason })

/** Identifies a protocol other than TLS by its first bytes. */
const foreign = (start: Buffer): HelloRefusal => {
  const [first = 0, , third] = start
  // SSL 2.0 (RFC 5246 appendix E.2): a length of two bytes with the highest bit set, then CLIENT-HELLO.
  if ((first & 0x80) !== 0 && third === CLIENT_HELLO) return 'SSL 2.0 hello'
  if (HTTP.test(start.toString('latin1').split(' ', 1)[0] ?? '')) return 'not TLS: HTTP without TLS'
  return first === MQTT_CONNECT ? 'not TLS: MQTT without TLS' : 'not TLS'
}

/**
 * Assembles a ClientHello from the first bytes of a connection, which may be split over several segments and several TLS records
 * (RFC 8446 §5.1). Each byte is processed once, and at most `WIRE_BYTES_MAX` bytes are kept.
 */
export class HelloReader {
  /** Bytes of an incomplete record header or record content. */
  #wire = Buffer.alloc(0)
  #wireBytes = 0
  readonly #pieces: Buffer[] = []
  #messageBytes = 0
  /** Remaining bytes of the current record. */
  #recordLeft = 0
  #started = false

  /** Processes the next bytes. Must not be called again after any result other than `more`. */
  push(chunk: Buffer): HelloReading {
    this.#wireBytes += chunk.length
    if (this.#wireBytes > WIRE_BYTES_MAX) return refused('ClientHello too large')
    let bytes = this.#wire.length > 0 ? Buffer.concat([this.#wire, chunk]) : chunk
    while (bytes.length > 0) {
      if (this.#recordLeft > 0) {
        const piece = bytes.subarray(0, this.#recordLeft)
        this.#recordLeft -= piece.length
        this.#pieces.push(piece)
        this.#messageBytes += piece.length
        bytes = bytes.subarray(piece.length)
        const reading = this.#message()
        if (reading.kind !== 'more') return reading
        continue
      }
      if (bytes.length < RECORD_HEADER) {
        // Without this check the reader would wait for more bytes after one to four bytes of garbage.
        if (bytes[0] !== HANDSHAKE_RECORD && (this.#started || bytes.length >= 3))
          return refused(this.#started ? 'ClientHello malformed' : foreign(bytes))
        break
      }
      const wrong = this.#header(bytes)
      if (wrong) return refused(wrong)
      bytes = bytes.subarray(RECORD_HEADER)
    }
    this.#wire = Buffer.from(bytes)
    return more
  }

  #header(bytes: Buffer): HelloRefusal | undefined {
    const length = bytes.readUInt16BE(3)
    if (bytes[0] !== HANDSHAKE_RECORD || bytes[1] !== 3) return this.#started ? 'ClientHello malformed' : foreign(bytes)
    // RFC 8446 §5.1 forbids empty fragments of handshake messages.
    if (length === 0 || length > RECORD_BYTES_MAX) return 'ClientHello malformed'
    this.#started = true
    this.#recordLeft = length
    return undefined
  }

  /** Checks the part of the handshake message that has arrived. */
  #message(): HelloReading {
    if (this.#messageBytes > HELLO_BYTES_MAX + MESSAGE_HEADER) return refused('ClientHello too large')
    const [first] = this.#pieces
    if (first?.[0] !== CLIENT_HELLO) return refused('ClientHello malformed')
    if (this.#messageBytes < MESSAGE_HEADER) return more
    // The header gives the total length; the pieces are joined only at the end, so that tiny ones cause no repeated copying.
    const header = this.#front(MESSAGE_HEADER)
    const length = header.readUIntBE(1, 3)
    if (length > HELLO_BYTES_MAX) return refused('ClientHello too large')
    if (this.#messageBytes < MESSAGE_HEADER + length) return more
    // No data may follow the message, because a client waits for the answer.
    if (this.#messageBytes > MESSAGE_HEADER + length) return refused('ClientHello malformed')
    const hello = parseClientHello(Buffer.concat(this.#pieces).subarray(MESSAGE_HEADER))
    return hello ? { kind: 'hello', hello } : refused('ClientHello malformed')
  }

  /** The first bytes of the message, which may be split over several pieces. */
  #front(length: number): Buffer {
    const front: Buffer[] = []
    let bytes = 0
    for (const piece of this.#pieces) {
      if (bytes >= length) break
      front.push(piece)
      bytes += piece.length
    }
    return Buffer.concat(front).subarray(0, length)
  }
}
