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
 * Reconciles the stored files with the database, which may be an older copy: restores files that it names from `set-aside/`, marks
 * missing files, and moves files that nothing names aside. It deletes nothing.
 */
export const reconcileContent = async ({ claims, blobs, contents, setAside }: Deps): Promise<void> => {
  const inUse = claims.inUse()
  await setAside.bringBack(await blobs.missing(inUse))
  for (const path of await blobs.missing(inUse)) contents.mark(basename(path), true)
  await setAside.takeUnnamed(await blobs.unnamed(inUse), 'no package, delta, base or recipe in the database names it')
  setAside.start()
}
