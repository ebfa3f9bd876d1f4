import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { FlashError } from '../flasher.ts'

/** A folder of one run, readable by this user alone. */
export interface RunFolder extends AsyncDisposable {
  readonly path: string
}

/** Windows frees files of an ended program a moment later. */
const REMOVAL = { recursive: true, force: true, maxRetries: 5, retryDelay: 100 } as const

/** Makes a folder with these files; disposing removes it with all that is in it. @throws FlashError COMMAND_FOLDER. */
export const makeRunFolder = async (
  files: readonly { readonly name: string; readonly content: Uint8Array | string }[],
): Promise<RunFolder> => {
  let path: string | undefined
  try {
    path = await mkdtemp(join(tmpdir(), 'ota-bench-run-'))
    for (const { name, content } of files) await writeFile(join(path, name), content, { mode: 0o600 })
    const made = path
    return { path: made, [Symbol.asyncDispose]: () => rm(made, REMOVAL).catch(() => undefined) }
  } catch (cause) {
    if (path !== undefined) await rm(path, REMOVAL).catch(() => undefined)
    throw new FlashError(
      'COMMAND_FOLDER',
      { detail: cause instanceof Error ? cause.message : String(cause) },
      { cause },
    )
  }
}
