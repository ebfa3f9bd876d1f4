import { basename } from 'node:path'
import type { BlobStore } from '../content/blob-store.ts'
import type { ContentClaims } from '../content/content-claims.ts'
import type { Contents } from '../content/verified-contents.ts'
import type { SetAside } from './set-aside.ts'

interface Deps {
  readonly claims: Pick<ContentClaims, 'inUse'>
  readonly blobs: BlobStore
  readonly contents: Contents
  readonly setAside: SetAside
}

/**
 * Brings the stored files in line with the database, which may be an older one: files that it names come back, files that are missing are marked,
 * and files that nothing names are moved aside. Nothing is deleted.
 */
export const reconcileContent = async ({ claims, blobs, contents, setAside }: Deps): Promise<void> => {
  const inUse = claims.inUse()
  await setAside.bringBack(await blobs.missing(inUse))
  for (const path of await blobs.missing(inUse)) contents.mark(basename(path), true)
  await setAside.takeUnnamed(await blobs.unnamed(inUse), 'no package, delta, base or recipe in the database names it')
  setAside.start()
}
