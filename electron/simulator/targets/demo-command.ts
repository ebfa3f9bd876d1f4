import { randomBytes } from 'node:crypto'
import { DEMO_PROGRAMMER } from '#shared/programmers/demo.ts'
import type { Programmer } from '#shared/schema.ts'
import { demoImage } from '../image.ts'
import type { SimulatedProgram, TargetClock } from './target.ts'

export const demoCommandName = 'demo-cortex-m-1.0.0.bin'
const IMAGE_BYTES = 256 * 1024
const STEP_MS = 60
const STEPS = 40

/** A made-up program for the simulated boards. */
export const demoCommandImage = (): Buffer => Buffer.from(demoImage(80, IMAGE_BYTES))

/** The programmer that the demo's recipe names, as an engineer would define it. @param program a file that is there; it is never started. */
export const demoProgrammer = (program: string): Programmer => ({
  name: DEMO_PROGRAMMER,
  program,
  args: ['--probe', '{usbserial}', '{image0}', '{address0}'],
  success: '^Verified OK',
  failure: '^Error:',
  unit: '^Device ID: (\\S+)',
})

/** What is wrong with bad boards, in turn. */
const faults = ['connect', 'verify'] as const

/**
 * A new board at a debug probe, and the program that writes it: a bar, the unit's id, a closing line, as OpenOCD and its kind print them.
 * @param bad its number among the bad boards; undefined: the board has no fault.
 */
export const demoCommandBoard = (
  clock: TargetClock,
  bad: number | undefined,
): { readonly serialNumber: string; readonly program: SimulatedProgram } => {
  const serialNumber = randomBytes(6).toString('hex').toUpperCase()
  const unit = randomBytes(8).toString('hex')
  const fault = bad === undefined ? undefined : faults[bad % faults.length]
  let pulled = false
  const pause = (): Promise<void> => new Promise((resolve) => void clock.after(STEP_MS, resolve))
  async function* run(args: readonly string[], signal: AbortSignal): AsyncGenerator<string, number> {
    yield `Connected to probe ${serialNumber}\n`
    await pause()
    if (fault === 'connect') {
      yield 'Error: cannot connect: target does not answer\n'
      return 1
    }
    yield `Device ID: ${unit}\n`
    yield `Writing ${IMAGE_BYTES} bytes to ${args.at(-1)}\n`
    for (let step = 0; step <= STEPS; step++) {
      if (signal.aborted) return 1
      if (pulled) {
        yield 'Error: the probe left the bus\n'
        return 1
      }
      yield `${Math.round((step * 100) / STEPS)}%\r`
      await pause()
    }
    if (fault === 'verify') {
      yield 'Error: verify failed at 0x08001a40\n'
      return 1
    }
    yield 'Verified OK\nReset\n'
    return 0
  }
  return {
    serialNumber,
    program: {
      run,
      pull: () => {
        pulled = true
      },
    },
  }
}
