/** The needed fields of a TLS ClientHello (RFC 8446 §4.1.2, RFC 5246 §7.4.1.2). */
export interface ClientHello {
  /** The highest version up to TLS 1.2: 0x0303. */
  readonly legacyVersion: number
  readonly cipherSuites: readonly number[]
  /** `supported_versions`; undefined when the client does not send it, as is usual before TLS 1.3. */
  readonly versions: readonly number[] | undefined
  /** `supported_groups`; undefined when the client does not send it. */
  readonly groups: readonly number[] | undefined
  /** `signature_algorithms`; undefined when the client does not send it. */
  readonly signatureAlgorithms: readonly number[] | undefined
  /** The requested server name (RFC 6066 §3); undefined when the client sends none, e.g. when it connects to an IP address. */
  readonly serverName: string | undefined
}

/** Extension numbers (IANA, TLS ExtensionType Values). */
const SERVER_NAME = 0
const SUPPORTED_GROUPS = 10
const SIGNATURE_ALGORITHMS = 13
const SUPPORTED_VERSIONS = 43

/** A vector is shorter than its announced length, or leaves unread bytes. */
class Malformed extends Error {}

/** Reads big-endian numbers and length-prefixed vectors (RFC 8446 §3.4) from the front of its bytes. */
class Fields {
  readonly #bytes: Buffer
  #at = 0

  constructor(bytes: Buffer) {
    this.#bytes = bytes
  }

  get left(): number {
    return this.#bytes.length - this.#at
  }

  take(length: number): Buffer {
    if (length > this.left) throw new Malformed()
    this.#at += length
    return this.#bytes.subarray(this.#at - length, this.#at)
  }

  /** A number of `size` bytes. */
  number(size: 1 | 2): number {
    return this.take(size).readUIntBE(0, size)
  }

  /** A vector with a length prefix of `size` bytes. */
  vector(size: 1 | 2): Fields {
    return new Fields(this.take(this.number(size)))
  }

  /** All remaining bytes as numbers of two bytes. */
  numbers(): number[] {
    if (this.left % 2 !== 0) throw new Malformed()
    return Array.from({ length: this.left / 2 }, () => this.number(2))
  }

  end(): void {
    if (this.left > 0) throw new Malformed()
  }
}

const serverNameOf = (extension: Fields): string | undefined => {
  const names = extension.vector(2)
  extension.end()
  let found: string | undefined
  while (names.left > 0) {
    const type = names.number(1)
    const name = names.vector(2)
    if (type === 0) found ??= name.take(name.left).toString('latin1')
  }
  return found
}

const wholeVector = (extension: Fields, size: 1 | 2): number[] => {
  const numbers = extension.vector(size).numbers()
  extension.end()
  return numbers
}

const parse = (body: Buffer): ClientHello => {
  const hello = new Fields(body)
  const legacyVersion = hello.number(2)
  hello.take(32)
  hello.vector(1)
  const cipherSuites = hello.vector(2).numbers()
  if (hello.vector(1).left === 0 || cipherSuites.length === 0) throw new Malformed()
  let versions: number[] | undefined
  let groups: number[] | undefined
  let signatureAlgorithms: number[] | undefined
  let serverName: string | undefined
  // Before TLS 1.3 the extensions block may be absent (RFC 5246 §7.4.1.2).
  const extensions = hello.left > 0 ? hello.vector(2) : new Fields(Buffer.alloc(0))
  hello.end()
  while (extensions.left > 0) {
    const type = extensions.number(2)
    const extension = extensions.vector(2)
    if (type === SERVER_NAME) serverName = serverNameOf(extension)
    else if (type === SUPPORTED_GROUPS) groups = wholeVector(extension, 2)
    else if (type === SIGNATURE_ALGORITHMS) signatureAlgorithms = wholeVector(extension, 2)
    else if (type === SUPPORTED_VERSIONS) versions = wholeVector(extension, 1)
  }
  return { legacyVersion, cipherSuites, versions, groups, signatureAlgorithms, serverName }
}

/**
 * Reads the body of a ClientHello handshake message, without its header.
 * @returns undefined when it is malformed; never throws.
 */
export const parseClientHello = (body: Buffer): ClientHello | undefined => {
  try {
    return parse(body)
  } catch (error) {
    if (error instanceof Malformed) return undefined
    throw error
  }
}
