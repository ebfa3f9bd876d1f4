import { type FileHandle, open } from 'node:fs/promises'

/** A file that stays open while it has readers. */
interface SharedFile extends AsyncDisposable {
  readonly file: FileHandle
}

interface Opened {
  readonly file: Promise<FileHandle>
  readers: number
}

const files = new Map<string, Opened>()

const release = async (path: string, opened: Opened): Promise<void> => {
  opened.readers -= 1
  if (opened.readers > 0) return
  if (files.get(path) === opened) files.delete(path)
  await (await opened.file).close()
}

/**
 * Opens a content-addressed file for reading at given positions. Concurrent readers share it: a thousand downloads
 * of one image use one descriptor. @throws the system error.
 */
export const openShared = async (path: string): Promise<SharedFile> => {
  const opened: Opened = files.get(path) ?? { file: open(path), readers: 0 }
  files.set(path, opened)
  opened.readers += 1
  try {
    return { file: await opened.file, [Symbol.asyncDispose]: () => release(path, opened) }
  } catch (error) {
    if (files.get(path) === opened) files.delete(path)
    throw error
  }
}
