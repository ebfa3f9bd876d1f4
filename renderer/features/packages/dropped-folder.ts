/** A file of a folder, and its path from the folder on. */
export interface PathFile {
  readonly path: string
  readonly file: File
}

/** Folders with more entries are no build. */
const entryLimit = 50_000

const entriesIn = async (folder: FileSystemDirectoryEntry): Promise<FileSystemEntry[]> => {
  const reader = folder.createReader()
  const found: FileSystemEntry[] = []
  for (;;) {
    // A reader hands out a hundred entries at a time, and none at the end.
    const more = await new Promise<FileSystemEntry[]>((resolve, reject) => reader.readEntries(resolve, reject))
    if (more.length === 0) return found
    found.push(...more)
  }
}

const fileOf = (entry: FileSystemFileEntry): Promise<File> =>
  new Promise((resolve, reject) => entry.file(resolve, reject))

/** What was dropped, as entries; call it within the event, because the browser forgets them afterwards. */
export const droppedEntries = (transfer: DataTransfer | null): FileSystemEntry[] =>
  [...(transfer?.items ?? [])].flatMap((item) => item.webkitGetAsEntry() ?? [])

/** The wanted files below the entries. @param wanted by path, so that thousands of others are not opened. */
export const filesBelow = async (
  entries: readonly FileSystemEntry[],
  wanted: (path: string) => boolean,
): Promise<PathFile[]> => {
  const found: PathFile[] = []
  let left = entryLimit
  const waiting = [...entries]
  for (let entry = waiting.shift(); entry !== undefined && left > 0; entry = waiting.shift()) {
    left -= 1
    const path = entry.fullPath.replace(/^\//, '')
    if (entry.isDirectory) waiting.push(...(await entriesIn(entry as FileSystemDirectoryEntry)))
    else if (wanted(path)) found.push({ path, file: await fileOf(entry as FileSystemFileEntry) })
  }
  return found
}
