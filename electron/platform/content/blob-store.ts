import { copyFile, mkdir, open, readdir, rename, rm, stat } from 'node:fs/promises'
import { join, relative } from 'node:path'
import { DomainError } from '#shared/errors.ts'
import { type Clock, systemClock } from '../basics/clock.ts'
import { createStaging, type OpenPart, type Staged, type Staging } from './staging.ts'

const SHA256_PATTERN = /^[0-9a-f]{64}$/

/** A complete file, stored under its SHA-256; it never changes. */
export interface Blob {
  readonly sha256: string
  readonly path: string
}

/** Files stored by their content, and the folder where uploads arrive. */
export interface BlobStore {
  /**
   * Streams bytes to disk, hashes and syncs them, and never holds the whole file in memory. On any failure it leaves no file
   * behind and destroys the source.
   * @throws PAYLOAD_TOO_LARGE, FILE_EMPTY, DISK_FULL; AbortError when the signal fires; the source's own error when it breaks off.
   */
  stage: Staging['stage']
  /** Copies a local file in the same way. @throws as `stage`, and FILE_MISSING when it is not a readable file. */
  stageFile: Staging['stageFile']
  /** A staged file that waits for its package; undefined when it was discarded. */
  staged(id: string): Staged | undefined
  /** Absolute path of a staged file. */
  stagedPath(id: string): string
  /**
   * Moves a staged file to its final name, atomically also on power loss. A repeated call for the same id, or one for content that
   * already exists, changes nothing.
   * @throws UPLOAD_GONE.
   */
  commit(id: string): Promise<Blob>
  /** Replaces damaged content with a copy of a staged file; the staged file stays. */
  heal(file: Staged): Promise<void>
  /** Forgets a staged file; its committed content stays. */
  discard(id: string): Promise<void>
  /** Deletes staged files older than that (ms), and partial files of an earlier process. */
  sweep(olderThanMs: number): Promise<void>
  /**
   * Called at start, before anything is committed: returns all stored files that are not in use, as paths below the data
   * directory, including complete uploads of an earlier process. From then on this process may delete content that is in use now.
   */
  unnamed(inUse: ReadonlySet<string>): Promise<string[]>
  /** Content that is in use but missing, as paths below the data directory. */
  missing(inUse: ReadonlySet<string>): Promise<string[]>
  /**
   * Deletes content that was in use at start or was committed since, and is no longer in use. Other files stay, because a faulty
   * database may fail to name them. `inUse` is called while no commit runs, and no commit starts until the end, so content that is
   * about to be named stays.
   */
  removeUnused(inUse: () => ReadonlySet<string>): Promise<void>
  /** Keeps all content in place until the returned function is called, for a reader of all content; deletions in between are delayed until then. */
  hold(): () => void
  /** Absolute path of content, whether it exists or not. @throws RangeError: not a SHA-256. */
  path(sha256: string): string
}

interface BlobStoreOptions {
  readonly clock?: Pick<Clock, 'now'>
  readonly openPart?: OpenPart
}

/** Opens the store of a data directory (absolute): `blobs/ab/{sha256}` and `staging/{id}.part`, `.whole`; creates missing folders. */
export const createBlobStore = async (
  directory: string,
  { clock = systemClock, openPart }: BlobStoreOptions = {},
): Promise<BlobStore> => {
  const blobs = join(directory, 'blobs')
  const stagingDirectory = join(directory, 'staging')
  await mkdir(blobs, { recursive: true })
  await mkdir(stagingDirectory, { recursive: true })
  const staging = createStaging(stagingDirectory, clock, openPart)
  const waiting = new Map<string, Staged>()
  /** Content that was named, or was about to be named, in this process. Only this content may be deleted when nothing names it any more. */
  const ours = new Set<string>()

  const path = (sha256: string): string => {
    if (!SHA256_PATTERN.test(sha256)) throw new RangeError('not a SHA-256 digest')
    return join(blobs, sha256.slice(0, 2), sha256)
  }

  let lastTurn: Promise<unknown> = Promise.resolve()
  /** Serializes operations: a deletion must not remove content that a commit has just found. */
  const inTurn = <T>(work: () => Promise<T>): Promise<T> => {
    const turn = lastTurn.then(work)
    lastTurn = turn.catch(() => {})
    return turn
  }

  const commit = async (id: string): Promise<Blob> => {
    const file = waiting.get(id)
    if (!file) throw new DomainError('UPLOAD_GONE')
    const { sha256, size } = file
    const target = path(sha256)
    const part = staging.wholePath(id)
    ours.add(sha256)
    const folder = join(blobs, sha256.slice(0, 2))
    if (await mkdir(folder, { recursive: true })) await syncDirectory(blobs)
    // Replaces existing content too, because it may have been damaged since.
    await rename(part, target).catch(async (error: NodeJS.ErrnoException) => {
      // An upload that was claimed and released before has already been moved there.
      if (error.code === 'ENOENT' && (await sizeOf(target)) === size) return
      if (error.code === 'ENOENT') throw new DomainError('UPLOAD_GONE', {}, { cause: error })
      // Windows cannot replace a file that is open for reading.
      if (!['EPERM', 'EBUSY', 'EACCES'].includes(error.code ?? '') || (await sizeOf(target)) !== size) throw error
      await rm(part, { force: true })
    })
    await syncDirectory(folder)
    return { sha256, path: target }
  }

  const heal = async ({ id, sha256 }: Staged): Promise<void> => {
    const target = path(sha256)
    const partial = `${target}.new`
    await mkdir(join(blobs, sha256.slice(0, 2)), { recursive: true })
    await copyFile(staging.wholePath(id), partial)
    {
      await using file = await open(partial, 'r+')
      await file.sync()
    }
    await rename(partial, target)
    await syncDirectory(join(blobs, sha256.slice(0, 2)))
  }

  const removeUnused = async (inUse: ReadonlySet<string>): Promise<void> => {
    for (const sha256 of ours)
      if (!inUse.has(sha256)) {
        await rm(path(sha256), { force: true })
        ours.delete(sha256)
      }
  }

  const unnamed = async (inUse: ReadonlySet<string>): Promise<string[]> => {
    for (const sha256 of inUse) ours.add(sha256)
    const paths: string[] = []
    for (const { name: folder } of (await readdir(blobs, { withFileTypes: true })).filter((entry) =>
      entry.isDirectory(),
    ))
      for (const name of await readdir(join(blobs, folder)))
        if (SHA256_PATTERN.test(name) && !inUse.has(name)) paths.push(join('blobs', folder, name))
    for (const { id, name } of await staging.whole()) if (!waiting.has(id)) paths.push(join('staging', name))
    return paths
  }

  const holders = new Set<symbol>()
  /** Deletions that are delayed until all holders release. */
  const postponed: (() => Promise<void>)[] = []
  const whenFree = (work: () => Promise<void>): Promise<void> => {
    if (holders.size === 0) return work()
    postponed.push(work)
    return Promise.resolve()
  }

  const remember = (file: Staged): Staged => {
    waiting.set(file.id, file)
    return file
  }

  const discard = async (id: string): Promise<void> => {
    if (waiting.delete(id)) await rm(staging.wholePath(id), { force: true })
  }

  return {
    path,
    discard,
    staged: (id) => waiting.get(id),
    stagedPath: (id) => staging.wholePath(id),
    stage: async (source, options) => remember(await staging.stage(source, options)),
    stageFile: async (file, options) => remember(await staging.stageFile(file, options)),

    commit: (id) => inTurn(() => commit(id)),

    heal: (file) => inTurn(() => heal(file)),

    async sweep(olderThanMs) {
      const limit = clock.now() - olderThanMs
      for (const { id, stagedAt } of waiting.values()) if (stagedAt <= limit) await discard(id)
      await staging.sweep(olderThanMs)
    },

    unnamed,

    async missing(inUse) {
      const paths: string[] = []
      for (const sha256 of inUse)
        if ((await sizeOf(path(sha256))) === undefined) paths.push(relative(directory, path(sha256)))
      return paths
    },

    removeUnused: (inUse) => whenFree(() => inTurn(() => removeUnused(inUse()))),

    hold() {
      const holder = Symbol('holder')
      holders.add(holder)
      return () => {
        if (!holders.delete(holder) || holders.size > 0) return
        // Nothing waits for these deletions; a file that cannot be deleted now is retried with the next deletion.
        for (const work of postponed.splice(0)) work().catch(() => undefined)
      }
    },
  }
}

const sizeOf = (path: string): Promise<number | undefined> =>
  stat(path).then(
    ({ size }) => size,
    () => undefined,
  )

/** Makes a rename survive a power loss. Windows has no such call and needs none. */
const syncDirectory = async (path: string): Promise<void> => {
  if (process.platform === 'win32') return
  await using directory = await open(path)
  await directory.sync()
}
