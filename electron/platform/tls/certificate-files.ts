import { createHash } from 'node:crypto'
import { access, chmod, mkdir, open, readFile, rename } from 'node:fs/promises'
import { join } from 'node:path'
import type { Certified } from './certificate-check.ts'

const KEY_MODE = 0o600
const CERTIFICATE_MODE = 0o644
const DIRECTORY_MODE = 0o700

/** Writes a small file atomically, with these permissions. */
const writeWhole = async (path: string, content: string | Buffer, mode: number): Promise<void> => {
  const temporary = `${path}.new`
  {
    await using file = await open(temporary, 'w', mode)
    // A leftover file of a crash would keep its own permissions.
    await file.chmod(mode)
    await file.writeFile(content)
    await file.sync()
  }
  await rename(temporary, path)
}

/** Writes the key before the certificate: a key without a certificate is the result of an interrupted creation and was never distributed. */
export const saveCertified = async (directory: string, name: string, { keyPem, certPem }: Certified): Promise<void> => {
  await writeWhole(join(directory, `${name}.key`), keyPem, KEY_MODE)
  await writeWhole(join(directory, `${name}.pem`), certPem, CERTIFICATE_MODE)
}

export const saveCertificate = (directory: string, name: string, certPem: string): Promise<void> =>
  writeWhole(join(directory, `${name}.pem`), certPem, CERTIFICATE_MODE)

/** The result of reading a file: its text, nothing, or the system's error. */
type FileText = { readonly text: string } | { readonly absent: true } | { readonly unreadable: string }

const codeOf = (error: unknown): string | undefined =>
  error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined

/** The error message for users: the system's own. */
export const reasonOf = (error: unknown): string => (error instanceof Error ? error.message : String(error))

export const readText = async (path: string): Promise<FileText> => {
  try {
    return { text: await readFile(path, 'utf8') }
  } catch (error) {
    return codeOf(error) === 'ENOENT' ? { absent: true } : { unreadable: reasonOf(error) }
  }
}

/** Whether one of these files exists, readable or not. */
export const anyThere = async (directory: string, names: readonly string[]): Promise<boolean> => {
  const found = await Promise.all(
    names.map((name) =>
      access(join(directory, name)).then(
        () => true,
        (error: unknown) => codeOf(error) !== 'ENOENT',
      ),
    ),
  )
  return found.includes(true)
}

/** Creates the directory for the owner alone, or restricts one that others could read, with the keys in it. */
export const closeDirectory = async (directory: string, keys: readonly string[]): Promise<void> => {
  await mkdir(directory, { recursive: true, mode: DIRECTORY_MODE })
  // The directory may belong to another owner or a file system without permissions: only readability matters.
  const close = (path: string, mode: number): Promise<void> => chmod(path, mode).catch(() => undefined)
  await close(directory, DIRECTORY_MODE)
  for (const key of keys) await close(join(directory, key), KEY_MODE)
}

/** Inserts a suffix before the extension of a file name: `ca-3f2a.key`. */
const nameWith = (name: string, what: string): string => {
  const [base = name, ending = ''] = name.split(/(?=\.\w+$)/)
  return `${base}-${what}${ending}`
}

/** Moves files that cannot be read, and so cannot be copied, into `kept/`, named by the time (milliseconds since 1970). */
export const setAsideUnreadable = async (directory: string, names: readonly string[], now: number): Promise<void> => {
  const kept = join(directory, 'kept')
  for (const name of names) {
    if (!('unreadable' in (await readText(join(directory, name))))) continue
    await mkdir(kept, { recursive: true, mode: DIRECTORY_MODE })
    await rename(join(directory, name), join(kept, nameWith(name, String(now))))
  }
}

/**
 * Keeps copies of files in `kept/`, named by their content, so that equal files are kept once and no copy is overwritten. Files
 * that cannot be read are skipped; a failed write throws the system's error.
 */
export const keepCopies = async (directory: string, names: readonly string[]): Promise<void> => {
  const kept = join(directory, 'kept')
  for (const name of names) {
    const content = await readFile(join(directory, name)).catch(() => undefined)
    if (content === undefined || content.length === 0) continue
    const digest = createHash('sha256').update(content).digest('hex').slice(0, 12)
    const copy = nameWith(name, digest)
    if (await anyThere(kept, [copy])) continue
    await mkdir(kept, { recursive: true, mode: DIRECTORY_MODE })
    await writeWhole(join(kept, copy), content, KEY_MODE)
  }
}
