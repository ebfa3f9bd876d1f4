import { randomBytes } from 'node:crypto'
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { demoImage } from '../image.ts'
import type { SimulatedDrive, TargetClock } from './target.ts'
import { Uf2Board } from './uf2-board.ts'
import { makeUf2 } from './uf2-file.ts'

export const demoUf2Name = 'demo-rp2350-1.0.0.uf2'
const IMAGE_BYTES = 384 * 1024

/** A made-up program for RP2350, as its tools write it: one absolute block first (erratum E10). */
export const demoUf2Image = (): Buffer =>
  Buffer.concat([
    makeUf2(new Uint8Array(256).fill(0xef), { family: 0xe48b_ff57, address: 0x10ff_ff00, count: 2 }),
    makeUf2(demoImage(64, IMAGE_BYTES), { family: 0xe48b_ff59, address: 0x1000_0000 }),
  ])

/** What is wrong with bad boards, in turn. */
const faults: readonly Partial<ConstructorParameters<typeof Uf2Board>[0]>[] = [
  { chip: 'RP2040' },
  { faults: [{ kind: 'unplug', step: 'write', after: 200 }] },
]

let root: string | undefined

/** The folder of all simulated drives, gone with the process. */
const driveRoot = (): string => {
  if (root === undefined) {
    const made = mkdtempSync(join(tmpdir(), 'ota-bench-drives-'))
    root = made
    process.once('exit', () => rmSync(made, { recursive: true, force: true }))
  }
  mkdirSync(root, { recursive: true })
  return root
}

/** A new board whose drive is a folder. @param bad its number among the bad boards; undefined: the board has no fault. */
export const demoUf2Board = (
  clock: TargetClock,
  bad: number | undefined,
): { readonly serialNumber: string; readonly drive: SimulatedDrive } => {
  const serialNumber = randomBytes(8).toString('hex').toUpperCase()
  const folder = join(driveRoot(), serialNumber)
  const wrong = bad === undefined ? {} : faults[bad % faults.length]
  const board = new Uf2Board({ folder, chip: 'RP2350', ...wrong })
  board.enter()
  board.watch(clock)
  return { serialNumber, drive: { folder, pull: () => board.dispose() } }
}
