import { execFile } from 'node:child_process'
import { FlashError } from '../flasher.ts'

/** A mount asks the system's own service, which may first check the file system. */
const MOUNT_MS = 15_000

/** The folder in what udisksctl says: `Mounted /dev/sda1 at /run/media/op/RPI-RP2.`, or that it already is; undefined: neither. */
export const mountedAt = (output: string): string | undefined =>
  (/^Mounted \S+ at (.+?)\.?\s*$/m.exec(output) ?? /already mounted at [`'"](.+?)['"`]/.exec(output))?.[1]

const run = (device: string): Promise<{ readonly output: string; readonly detail: string | undefined }> =>
  new Promise((resolve) => {
    execFile(
      'udisksctl',
      ['mount', '--no-user-interaction', '-b', device],
      { timeout: MOUNT_MS, env: { ...process.env, LC_ALL: 'C' } },
      (error, stdout, stderr) => {
        const said = stderr.trim().split('\n').at(-1)
        const detail = error && (error.code === 'ENOENT' ? 'udisksctl: not found' : said || error.message)
        resolve({ output: `${stdout}\n${stderr}`, detail: detail ?? undefined })
      },
    )
  })

/** Mounts a block device as the user's desktop would. @returns the folder. @throws FlashError DRIVE_NOT_MOUNTED. */
export const mountDevice = async (device: string): Promise<string> => {
  const { output, detail } = await run(device)
  const folder = mountedAt(output)
  if (folder !== undefined) return folder
  throw new FlashError('DRIVE_NOT_MOUNTED', { device, detail: detail ?? '—' })
}
