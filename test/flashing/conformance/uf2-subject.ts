import { join } from 'node:path'
import { uf2 } from '../../../electron/flashing/families/uf2/index.ts'
import { Uf2Board, type Uf2ChipName, type Uf2Step } from '../../../electron/simulator/targets/uf2-board.ts'
import { makeUf2 } from '../../../electron/simulator/targets/uf2-file.ts'
import { driveRoot, linkTo } from '../uf2-drive.ts'
import { image, type Subject, subject } from './subject.ts'

const flash = 0x1000_0000

/** The block that Raspberry Pi's tools put first (RP2350, erratum E10). */
const erratumBlock = makeUf2(new Uint8Array(256).fill(0xef), { family: 0xe48b_ff57, address: 0x10ff_ff00, count: 2 })

/** A board whose boot drive is a folder. */
export const uf2Subject = (name: string, chip: Extract<Uf2ChipName, 'RP2040' | 'RP2350'>): Subject => {
  const content = image(80_000)
  const file =
    chip === 'RP2040'
      ? makeUf2(content, { family: 0xe48b_ff56, address: flash })
      : Buffer.concat([erratumBlock, makeUf2(content, { family: 0xe48b_ff59, address: flash })])
  return subject<Uf2Step>({
    name,
    family: uf2,
    options: { boardId: '^Board-ID: RP', vanishSeconds: 10 },
    regions: [{ address: flash, bytes: new Uint8Array(file), name: 'app.uf2' }],
    steps: ['write'],
    survives: [],
    afterwards: [],
    passing: { kind: 'nack', step: 'write', after: 3, times: 1 },
    kinds: ['nack', 'silence', 'unplug'],
    unit(_, faults) {
      const folder = join(driveRoot(), chip)
      const board = new Uf2Board({ folder, chip, faults })
      board.enter()
      return {
        open: () => linkTo(board, folder),
        // Anew: a boot loader that kept blocks of an earlier try would leave before it has been given the whole file.
        ready: () => board.enter(),
        holds: () =>
          Array.from({ length: Math.ceil(content.length / 256) }, (_, at) => at * 256).every((at) => {
            const wanted = content.subarray(at, at + 256)
            return (
              board.memory
                .get(flash + at)
                ?.subarray(0, wanted.length)
                .equals(wanted) === true
            )
          }),
        changed: () => board.taken > 0,
      }
    },
  })
}
