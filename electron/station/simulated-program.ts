import type { Programmer } from '#shared/schema.ts'
import {
  LinkLostError,
  type Place,
  type ProcessLink,
  type ProgramEnd,
  type ProgramStart,
} from '../flashing/transport.ts'
import type { SimulatedProgram } from '../simulator/targets/target.ts'

async function* nothing(): AsyncGenerator<Uint8Array> {}

/** The place of a simulated probe: what it runs starts no process. */
export const simulatedProcessLink = (
  path: string,
  programmer: Programmer,
  place: Place,
  simulated: SimulatedProgram,
): ProcessLink => {
  const closing = new AbortController()
  let running: Promise<unknown> = Promise.resolve()

  const carryOut = async ({ args, read }: ProgramStart, signal: AbortSignal): Promise<ProgramEnd> => {
    let code: number | null = null
    async function* output(): AsyncGenerator<Uint8Array> {
      const said = simulated.run(args, signal)
      for (;;) {
        const { value, done } = await said.next()
        if (done) {
          code = value
          return
        }
        yield Buffer.from(value)
      }
    }
    await Promise.all([read(output(), 'stdout'), read(nothing(), 'stderr')])
    signal.throwIfAborted()
    return { code, signal: null }
  }

  return {
    transport: 'process',
    name: path,
    place,
    programmer,
    async run(start, signal) {
      if (closing.signal.aborted) throw new LinkLostError(`${path}: closed`)
      const work = carryOut(start, AbortSignal.any([signal, closing.signal]))
      running = work.catch(() => undefined)
      return work
    },
    async close() {
      closing.abort(new LinkLostError(`${path}: closed`))
      await running
    },
  }
}
