import type { Readable } from 'node:stream'
import { buffer } from 'node:stream/consumers'
import { type Entry, openPromise, type ZipFile } from 'yauzl'
import { type BuildFiles, badBuild, safePath } from './build-files.ts'

/** Build folders have thousands of objects; more entries than these are no build. */
const entryLimit = 50_000

/** The members of an archive of a build; close it after use. */
export interface ZipBuild extends BuildFiles, AsyncDisposable {}

const encryptedFlag = 1

const membersOf = async (zip: ZipFile, name: string): Promise<Map<string, Entry>> => {
  if (zip.entryCount > entryLimit) throw badBuild(name, `≤ ${entryLimit}`)
  const members = new Map<string, Entry>()
  for await (const entry of zip.eachEntry()) {
    if (entry.fileName.endsWith('/')) continue
    const path = safePath(entry.fileName)
    if (path === undefined) throw badBuild(name, entry.fileName)
    members.set(path, entry)
  }
  return members
}

/**
 * Opens an archive of a build. Nothing is unpacked but what is read, and no more than its limit, whatever the archive claims.
 * @param name for errors.
 * @throws BUILD_BAD: it is no ZIP, or one of its names leads out of it.
 */
export const openZipBuild = async (file: string, name: string): Promise<ZipBuild> => {
  const zip = await openPromise(file, { autoClose: false }).catch((error: Error) => {
    throw badBuild(name, error.message)
  })
  // Without a listener a late error of the archive would end the process; reads fail by themselves.
  zip.on('error', () => {})
  const close = (): void => zip.close()
  try {
    const members = await membersOf(zip, name)
    return {
      paths: [...members.keys()],
      async read(path, limit) {
        const entry = members.get(path)
        if (!entry) throw badBuild(name, path)
        if ((entry.generalPurposeBitFlag & encryptedFlag) !== 0) throw badBuild(path, 'encrypted')
        if (entry.uncompressedSize > limit) throw badBuild(path, `${entry.uncompressedSize} > ${limit}`)
        try {
          const stream: Readable = await zip.openReadStreamPromise(entry)
          return new Uint8Array(await buffer(stream))
        } catch (error) {
          throw badBuild(path, error instanceof Error ? error.message : 'ZIP')
        }
      },
      async [Symbol.asyncDispose]() {
        close()
      },
    }
  } catch (error) {
    close()
    throw error instanceof Error && !('code' in error) ? badBuild(name, error.message) : error
  }
}
