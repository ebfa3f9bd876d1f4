import { Header } from 'tar'

/** Block size of tar archives, bytes. */
export const BLOCK = 512

/** The header block of a file. `name` has at most 100 ASCII characters; `size` above 8 GB is written in base 256. */
export const headerOf = (name: string, size: number, mtime: Date): Buffer => {
  const header = new Header({ path: name, size, mode: 0o600, uid: 0, gid: 0, type: 'File', mtime })
  const block = Buffer.alloc(BLOCK)
  // It reports whether the name needs an extended header, which our names never do.
  if (header.encode(block)) throw new RangeError(`no plain tar header for ${name}`)
  return block
}

/** Padding of a file's last block. */
export const paddingOf = (size: number): Buffer => Buffer.alloc((BLOCK - (size % BLOCK)) % BLOCK)

/** Two empty blocks end an archive. */
export const endOfArchive = (): Buffer => Buffer.alloc(2 * BLOCK)

/** Bytes that a file of that size takes in an archive. */
export const bytesInArchive = (size: number): number => BLOCK + Math.ceil(size / BLOCK) * BLOCK

/** A file or folder of an archive, as its header describes it; `other`: a link, a device, an extension. */
export interface TarEntry {
  readonly name: string
  readonly size: number
  readonly kind: 'file' | 'folder' | 'other'
}

/** Parses a header. `end`: an empty block; undefined: not a header. */
export const readHeader = (block: Buffer): TarEntry | 'end' | undefined => {
  let header: Header
  try {
    header = new Header(block, 0)
  } catch {
    return undefined
  }
  if (header.nullBlock) return 'end'
  const { path, size = 0 } = header
  if (!header.cksumValid || !path || !Number.isSafeInteger(size) || size < 0) return undefined
  const { type } = header
  return {
    name: path,
    size,
    kind: type === 'File' || type === 'OldFile' ? 'file' : type === 'Directory' ? 'folder' : 'other',
  }
}

/** Reads requested numbers of bytes from a stream and holds at most one piece of it. */
export class ByteReader {
  readonly #source: AsyncIterator<Uint8Array>
  #rest: Uint8Array = new Uint8Array()
  /** Bytes read so far. */
  taken = 0

  constructor(source: AsyncIterable<Uint8Array>) {
    this.#source = source[Symbol.asyncIterator]()
  }

  /** That many bytes, piece by piece; fewer when the stream ends early. */
  async *pieces(count: number): AsyncGenerator<Uint8Array> {
    for (let left = count; left > 0; ) {
      if (this.#rest.length === 0) {
        const next = await this.#source.next()
        if (next.done) return
        this.#rest = next.value
        continue
      }
      const piece = this.#rest.subarray(0, left)
      this.#rest = this.#rest.subarray(piece.length)
      this.taken += piece.length
      left -= piece.length
      yield piece
    }
  }

  /** Exactly that many bytes; undefined when the stream ends early. */
  async exactly(count: number): Promise<Buffer | undefined> {
    const bytes = Buffer.alloc(count)
    let at = 0
    for await (const piece of this.pieces(count)) {
      bytes.set(piece, at)
      at += piece.length
    }
    return at === count ? bytes : undefined
  }
}
