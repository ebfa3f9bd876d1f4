import type { Programmer } from '#shared/schema.ts'
import { processLink } from '../flashing/programs/process-link.ts'
import type { Place, ProcessLink, ProgramEnd, ProgramStart } from '../flashing/transport.ts'
import type { SimulatedProgram } from '../simulator/targets/target.ts'

async function* nothing(): AsyncGenerator<Uint8Array> {}

/** The place of a simulated probe: what it runs starts no process. */
export const simulatedProcessLink = (
  path: string,
  programmer: Programmer,
  place: Place,
  simulated: SimulatedProgram,
): ProcessLink => {
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

  return processLink(path, programmer, place, carryOut)
}
