import { createHash } from 'node:crypto'
import { open } from 'node:fs/promises'
import { isOutOfFiles } from '../basics/out-of-files.ts'
import { ContentDamagedError } from '../content/verified-contents.ts'
import type { Artifact } from './download-claim.ts'

const MB = 1024 * 1024
/** Bytes per read; small enough not to block a worker thread for long. */
const READ_BYTES = MB

export interface ImageCacheLimits {
  /** Total bytes of all images, including those being read. */
  readonly totalBytes: number
  /** Maximum bytes of one image; larger files are not cached. */
  readonly imageBytes: number
}

export const imageCacheLimits: ImageCacheLimits = { totalBytes: 512 * MB, imageBytes: 128 * MB }

/** In-memory cache of the images in use; evicts the least recently used first. */
export interface ImageCache {
  /** The image if it is cached; counts as a use. */
  peek(sha256: string): Buffer | undefined
  /**
   * The image; concurrent requests share one read. Undefined when it is too large, or when images being read fill the
   * space; the caller then streams it from disk. Rejects with the system error, or when the file is damaged (ContentDamagedError).
   */
  load(artifact: Pick<Artifact, 'path' | 'size' | 'sha256'>): Promise<Buffer | undefined> | undefined
  /** Bytes that are cached or reserved. */
  readonly bytes: number
}

/** Is notified of damaged files and checks streamed files. Default: nothing is checked. */
interface ImageGuard {
  mark(sha256: string, isDamaged: boolean): void
  /** @throws ContentDamagedError. */
  admit(content: { readonly sha256: string; readonly size: number }): Promise<void>
}

/**
 * Makes the cache. Content-addressed files never change, so no entry is invalidated. An evicted image stays in memory until
 * it is sent to its last client.
 */
export const createImageCache = ({ totalBytes, imageBytes } = imageCacheLimits, guard?: ImageGuard): ImageCache => {
  const images = new Map<string, Buffer>()
  const loading = new Map<string, Promise<Buffer>>()
  let bytes = 0

  const makeRoom = (wanted: number): boolean => {
    for (const [sha256, image] of images) {
      if (bytes + wanted <= totalBytes) break
      images.delete(sha256)
      bytes -= image.length
    }
    return bytes + wanted <= totalBytes
  }

  const peek = (sha256: string) => {
    const image = images.get(sha256)
    if (image) {
      images.delete(sha256)
      images.set(sha256, image)
    }
    return image
  }

  const read = async (path: string, size: number, sha256: string): Promise<Buffer> => {
    try {
      const image = await (guard ? readGuarded(guard, path, size, sha256) : readWhole(path, size))
      images.set(sha256, image)
      return image
    } catch (error) {
      bytes -= size
      throw error
    } finally {
      loading.delete(sha256)
    }
  }

  return {
    peek,
    load: ({ path, size, sha256 }) => {
      const known = peek(sha256)
      if (known) return Promise.resolve(known)
      const underWay = loading.get(sha256)
      if (underWay) return underWay
      if (size > imageBytes || !makeRoom(size)) return guard?.admit({ sha256, size }).then(() => undefined)
      bytes += size
      const promise = read(path, size, sha256)
      loading.set(sha256, promise)
      return promise
    },
    get bytes() {
      return bytes
    },
  }
}

/** Verifies the file, because wrong bytes must never be sent under the correct digest. */
const readGuarded = async (guard: ImageGuard, path: string, size: number, sha256: string): Promise<Buffer> => {
  const digest = createHash('sha256')
  const image = await readWhole(path, size, (piece) => digest.update(piece)).catch((error: unknown) => {
    // Too many open files is no evidence of damage to this file.
    if (isOutOfFiles(error)) throw error
    return undefined
  })
  if (image && digest.digest('hex') === sha256) return image
  guard.mark(sha256, true)
  throw new ContentDamagedError(sha256)
}

const readWhole = async (path: string, size: number, onPiece?: (piece: Buffer) => void): Promise<Buffer> => {
  await using file = await open(path)
  const image = Buffer.allocUnsafeSlow(size)
  for (let at = 0; at < size; ) {
    const { bytesRead } = await file.read(image, at, Math.min(READ_BYTES, size - at), at)
    if (bytesRead === 0) throw new Error(`the file ends after ${at} of ${size} bytes`)
    onPiece?.(image.subarray(at, at + bytesRead))
    at += bytesRead
  }
  return image
}
