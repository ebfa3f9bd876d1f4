import { createHash } from 'node:crypto'
import { readFile, stat } from 'node:fs/promises'
import type { DeltaCodec } from '../platform/delta-engine/delta-format.ts'
import { deltaCodecs } from '../platform/delta-engine/delta-formats.ts'
import { recognise } from '../platform/deltas/recognise-format.ts'
import { UpgradeFailed } from './faults.ts'
import type { NoticedDelta } from './notice.ts'

/** Total bytes of the images that a fleet keeps, each image once however many devices run it; an image beyond this total is not kept. */
const SHELF_BYTES = 128 * 1024 * 1024
/** The largest image that a delta without a declared size may produce. */
const IMAGE_BYTES = 256 * 1024 * 1024

/** The image of a version, as a file. */
export interface ImageFile {
  readonly version: string
  readonly path: string
}

/** The images that a fleet's devices run, as far as known: those of the station's packages, and those installed since. */
export interface ImageStore {
  /** Whether an image of this version and size should be kept when it is installed. */
  wants(version: string, size: number | undefined): boolean
  put(version: string, image: Uint8Array): void
  /**
   * Restores the new image from the one a device runs, once for all devices that do the same, and keeps it. Where the running image is
   * unknown, only the delta itself is checked.
   * @throws UpgradeFailed when the delta is not for that image, or produces another image than the notice announces.
   */
  apply(delta: Uint8Array, noticed: NoticedDelta, from: string, to: string): Promise<void>
}

export const createImageStore = (files: readonly ImageFile[] = []): ImageStore => {
  const paths = new Map(files.map(({ version, path }) => [version, path]))
  const images = new Map<string, Promise<Uint8Array>>()
  const restored = new Map<string, Promise<void>>()
  let held = 0

  const put = (version: string, image: Uint8Array): void => {
    if (images.has(version) || held + image.length > SHELF_BYTES) return
    held += image.length
    images.set(version, Promise.resolve(image))
  }

  const imageOf = (version: string): Promise<Uint8Array> | undefined => {
    const path = paths.get(version)
    if (!images.has(version) && path !== undefined) {
      const read = readImage(path)
      // The image is too large, or was deleted since the fleet was started: its devices then run an unknown image.
      read.catch(() => images.delete(version))
      paths.delete(version)
      images.set(version, read)
    }
    return images.get(version)
  }

  const readImage = async (path: string): Promise<Uint8Array> => {
    const { size } = await stat(path)
    if (held + size > SHELF_BYTES) throw new Error(`an image of ${size} bytes has no room`)
    held += size
    return readFile(path)
  }

  const formatOf = (delta: Uint8Array, { format }: NoticedDelta): DeltaCodec | undefined =>
    Object.values(deltaCodecs).find(({ name }) => name === (format ?? recognise(delta)))

  const restore = async (
    format: DeltaCodec,
    before: Uint8Array,
    delta: Uint8Array,
    { fullSize, fullSha256 }: NoticedDelta,
    to: string,
  ): Promise<void> => {
    const image = await format.restore(before, delta, fullSize ?? IMAGE_BYTES).catch((cause: unknown) => {
      const words = cause instanceof Error ? cause.message : String(cause)
      throw new UpgradeFailed('verification', `the patch does not apply: ${words}`, { cause })
    })
    const actual = createHash('sha256').update(image).digest('hex')
    if (fullSize !== undefined && image.length !== fullSize)
      throw new UpgradeFailed('verification', `${image.length} bytes restored, ${fullSize} announced`)
    if (fullSha256 !== undefined && actual !== fullSha256)
      throw new UpgradeFailed(
        'verification',
        `restored image: expected ${fullSha256.slice(0, 12)}, got ${actual.slice(0, 12)}`,
      )
    put(to, image)
  }

  return {
    wants: (version, size) => !images.has(version) && (size === undefined || held + size <= SHELF_BYTES),
    put,

    async apply(delta, noticed, from, to) {
      if (noticed.fromVersion !== undefined && noticed.fromVersion !== from)
        throw new UpgradeFailed('verification', `the patch is for ${noticed.fromVersion}, this device runs ${from}`)
      const format = formatOf(delta, noticed)
      const before = await imageOf(from)?.catch(() => undefined)
      if (!format || !before) return
      const key = [from, to, createHash('sha256').update(delta).digest('hex'), noticed.fullSha256].join(' ')
      const known = restored.get(key) ?? restore(format, before, delta, noticed, to)
      restored.set(key, known)
      await known
    },
  }
}
