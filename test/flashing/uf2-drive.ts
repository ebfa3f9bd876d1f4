import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import { openDriveLink } from '../../electron/flashing/drives/drive-link.ts'
import type { DriveLink } from '../../electron/flashing/transport.ts'
import type { Uf2Board } from '../../electron/simulator/targets/uf2-board.ts'

/** A folder for drives, removed after the test. */
export const driveRoot = (): string => {
  const root = mkdtempSync(join(tmpdir(), 'uf2-'))
  onTestFinished(() => rmSync(root, { recursive: true, force: true }))
  return root
}

/** A link to a board's drive; a sync returns when the board has taken the bytes, as on a bus. */
export const linkTo = (board: Uf2Board, folder: string): DriveLink => {
  const link = openDriveLink({ folder, proof: undefined })
  return {
    ...link,
    create: async (name) => {
      const file = await link.create(name)
      return {
        ...file,
        sync: async () => {
          await file.sync()
          board.take()
        },
      }
    },
  }
}
