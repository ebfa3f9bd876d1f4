import { onTestFinished } from 'vitest'
import { type Stm32TargetOptions, stm32Target } from '../../electron/simulator/targets/stm32.ts'
import { stm32Models } from '../../electron/simulator/targets/stm32-models.ts'
import { createAwakeClock } from '../helpers/awake-clock.ts'
import { openPtyPair } from '../helpers/pty.ts'
import { targetOnPty } from '../helpers/target-on-pty.ts'
import { Adapter } from './adapter.ts'

const clock = createAwakeClock()

/** A board as it lies on the table beside the fixture. */
export interface TableBoard {
  readonly unit: Uint8Array
  readonly wrong: boolean
}

/** A fixture on ptys: adapters that stay plugged in, and the paths of their ports. */
export interface Fixture {
  readonly paths: readonly string[]
  /** Puts boards under the adapters; undefined leaves a place empty. */
  put(boards: readonly (TableBoard | undefined)[]): void
}

/** Opens this many adapters on ptys, with the paths of their ports and what pulls each; closed when the test is over. */
export const openAdapters = async (places: number) => {
  const adapters = Array.from({ length: places }, () => new Adapter())
  const paths: string[] = []
  const pulls: (() => Promise<void>)[] = []
  for (const adapter of adapters) {
    const pair = await openPtyPair()
    const far = await targetOnPty(pair.far, adapter.attach)
    onTestFinished(async () => {
      await far[Symbol.asyncDispose]()
      await pair[Symbol.asyncDispose]()
    })
    paths.push(pair.near)
    pulls.push(pair.pull)
  }
  return { adapters, paths, pulls }
}

/** Opens a fixture of this many places; closed when the test is over. */
export const openFixture = async (places: number): Promise<Fixture> => {
  const { adapters, paths } = await openAdapters(places)
  return {
    paths,
    put: (boards) => {
      adapters.forEach((adapter, at) => {
        const board = boards[at]
        const options: Stm32TargetOptions | undefined = board && {
          clock,
          unit: board.unit,
          ...(board.wrong && { model: stm32Models.f1 }),
        }
        adapter.put(options && stm32Target(options))
      })
    },
  }
}

/**
 * A day at a fixture of five places: three boards are changed ten times, two places are always empty. One board comes twice, one has
 * another chip.
 */
export const fixtureDay = (): readonly (readonly (TableBoard | undefined)[])[] => {
  const board = (number: number, wrong = false): TableBoard => ({
    unit: Uint8Array.from({ length: 12 }, (_, at) => (number * 31 + at * 7 + 1) & 0xff),
    wrong,
  })
  return Array.from({ length: 10 }, (_, batch) => {
    const three = [0, 1, 2].map((at) => board(batch * 3 + at))
    // In the seventh batch a board of the third one comes again, in the eighth one has another chip.
    if (batch === 6) three[1] = board(2 * 3)
    if (batch === 7) three[2] = board(7 * 3 + 2, true)
    const [first, second, third] = three
    return [first, undefined, second, third, undefined]
  })
}
