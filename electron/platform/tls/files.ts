import { open, rename } from 'node:fs/promises'

/** Writes a small file so that it is there whole or not at all, with these permissions. */
export const writeWhole = async (path: string, text: string, mode: number): Promise<void> => {
  const temporary = `${path}.new`
  {
    await using file = await open(temporary, 'w', mode)
    // A leftover of a crash would keep its own permissions.
    await file.chmod(mode)
    await file.writeFile(text)
    await file.sync()
  }
  await rename(temporary, path)
}
