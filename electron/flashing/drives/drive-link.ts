import { access, type FileHandle, open, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { FlashError } from '../flasher.ts'
import { type DriveFile, type DriveLink, LinkLostError, type OpenLink } from '../transport.ts'
import { findFile, INFO_FILE, isBootDrive, readTextFile } from './boot-drive.ts'
import { type DriveRoots, deviceNumbers, foldersOf, linuxDriveRoots, mountsNow } from './linux.ts'
import { mountDevice } from './mount.ts'

/** What the system answers for a device that has left. */
const goneCodes = new Set(['EIO', 'ENODEV', 'ENXIO', 'ENOENT'])

export const codeOf = (error: unknown): string =>
  error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : ''

/** Whether an error is one of a device that has left. */
export const isGoneError = (error: unknown): boolean => goneCodes.has(codeOf(error))

const exists = (path: string): Promise<boolean> =>
  access(path).then(
    () => true,
    () => false,
  )

interface Drive {
  readonly folder: string
  /** A file of the kernel that is there as long as the device is; undefined where the folder is all that is known. */
  readonly proof: string | undefined
}

/** An open drive. A file that is open when it is closed is closed with it. */
export const openDriveLink = ({ folder, proof }: Drive): DriveLink => {
  const handles = new Set<FileHandle>()
  let closed = false
  const orLost = (): void => {
    if (closed) throw new LinkLostError(`${folder}: closed`)
  }

  const release = async (handle: FileHandle): Promise<void> => {
    if (handles.delete(handle)) await handle.close()
  }

  const fileOf = (handle: FileHandle): DriveFile => {
    const unlessClosed = async (work: () => Promise<unknown>): Promise<void> => {
      orLost()
      try {
        await work()
      } catch (error) {
        orLost()
        throw error
      }
      orLost()
    }
    return {
      write: (bytes) => unlessClosed(() => handle.writeFile(bytes)),
      sync: () => unlessClosed(() => handle.sync()),
      close: () => release(handle),
    }
  }

  return {
    transport: 'drive',
    name: folder,

    async readText(name) {
      orLost()
      const text = await readTextFile(folder, name)
      orLost()
      if (text === undefined) throw new LinkLostError(`${folder}: ${name} is not there`)
      return text
    },

    async create(name) {
      orLost()
      try {
        // A file of an earlier try is written anew.
        const handle = await open((await findFile(folder, name)) ?? join(folder, name), 'w')
        handles.add(handle)
        if (closed) await release(handle)
        orLost()
        return fileOf(handle)
      } catch (error) {
        const code = codeOf(error)
        if (code === 'EROFS' || code === 'EACCES' || code === 'EPERM')
          throw new FlashError('DRIVE_READ_ONLY', { folder, detail: code }, { cause: error })
        if (isGoneError(error)) throw new LinkLostError(`${folder}: ${code}`)
        if (code !== '') throw new FlashError('DRIVE_WRITE', { folder, detail: code }, { cause: error })
        throw error
      }
    },

    async isGone() {
      orLost()
      // A mount may outlive its device, and a folder its mount.
      if (proof !== undefined && !(await exists(proof))) return true
      return !(await isBootDrive(folder))
    },

    async close() {
      closed = true
      await Promise.all([...handles].map((handle) => release(handle).catch(() => undefined)))
    },
  }
}

interface Opening {
  readonly roots?: DriveRoots
  readonly mount?: (device: string) => Promise<string>
  readonly platform?: NodeJS.Platform
}

/**
 * Opens boot drives: by a folder, or by a block device, which is mounted if nothing mounts it.
 * @returns an opener. It throws FlashError DRIVE_GONE, DRIVE_NOT_MOUNTED, DRIVE_NOT_BOOT.
 */
export const createDriveOpener = ({
  roots = linuxDriveRoots,
  mount = mountDevice,
  platform = process.platform,
}: Opening = {}): OpenLink<'drive'> => {
  /** The kernel's file for the device that is mounted at a folder. */
  const proofOf = async (folder: string): Promise<string | undefined> => {
    if (platform !== 'linux') return undefined
    const at = (await mountsNow(roots)).filter((one) => one.folder === folder.replace(/(.)\/+$/, '$1')).at(-1)
    if (!at) return undefined
    const proof = join(roots.sys, 'dev', 'block', at.device)
    return (await exists(proof)) ? proof : undefined
  }

  const byFolder = async (folder: string): Promise<DriveLink> => {
    const stats = await stat(folder).catch(() => undefined)
    if (!stats?.isDirectory()) throw new FlashError('DRIVE_GONE', { drive: folder })
    if (!(await isBootDrive(folder))) throw new FlashError('DRIVE_NOT_BOOT', { drive: folder, file: INFO_FILE })
    return openDriveLink({ folder, proof: await proofOf(folder) })
  }

  const byDevice = async (path: string): Promise<DriveLink> => {
    const device = await deviceNumbers(roots, path)
    if (device === undefined) throw new FlashError('DRIVE_GONE', { drive: path })
    const mounts = foldersOf(await mountsNow(roots), device)
    // Of several mounts of one drive, one that can be written to.
    const ordered = [...mounts].sort((left, right) => Number(left.isReadOnly) - Number(right.isReadOnly))
    for (const { folder } of ordered) if (await isBootDrive(folder)) return byFolder(folder)
    if (ordered.length > 0) throw new FlashError('DRIVE_NOT_BOOT', { drive: path, file: INFO_FILE })
    return byFolder(await mount(path))
  }

  return async (path, { folder }) => {
    if (folder !== '') return byFolder(folder)
    const stats = await stat(path).catch(() => undefined)
    return stats?.isDirectory() || platform !== 'linux' ? byFolder(path) : byDevice(path)
  }
}
