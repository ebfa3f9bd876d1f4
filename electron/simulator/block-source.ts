import { type Source, TryAgain } from './download.ts'
import { UpgradeFailed } from './faults.ts'
import type { BlockReading } from './protocols/mqtt-protocol.ts'
import type { Timers } from './timers.ts'

/** LinkSDK asks again for a block after so long (docs/protocols/sagoo.md §8.5). */
const ANSWER_MS = 10_000

/** Blocks on their way, one at a time: a question finds its answer by the message's id. */
export interface BlockRequests {
  /** Takes an answer in; what nobody waits for is dropped, as is a damaged block, which is asked for again. */
  arrived(reading: BlockReading): void
  /** A file whose blocks `ask` asks for. */
  source(ask: (messageId: number, offset: number) => Promise<void>): Source
}

/** @param nextId numbers the questions */
export const createBlockRequests = (nextId: () => number, timers: Timers): BlockRequests => {
  let waiting: { readonly id: string; resolve(reading: BlockReading): void } | undefined

  return {
    arrived: (reading) => {
      if (waiting && (reading === undefined || reading.id === waiting.id)) waiting.resolve(reading)
    },

    source: (ask) => async (from, signal) => {
      const messageId = nextId()
      const answered = Promise.withResolvers<BlockReading>()
      waiting = { id: String(messageId), resolve: answered.resolve }
      const over = new AbortController()
      const late = async (): Promise<never> => {
        await timers.sleep(ANSWER_MS, AbortSignal.any([signal, over.signal]))
        throw new TryAgain(`no block for ${ANSWER_MS / 1000} s`)
      }
      const asked = async (): Promise<BlockReading> => {
        await ask(messageId, from)
        return answered.promise
      }
      const block = await Promise.race([asked(), late()]).finally(() => {
        over.abort()
        waiting = undefined
      })
      // LinkSDK passes over a block that is damaged or not the one it asked for, and asks again.
      if (block === undefined || (block.ok && block.offset !== from)) throw new TryAgain('a damaged block')
      if (!block.ok) throw new UpgradeFailed('download', block.refused)
      return {
        chunks: once(block.bytes),
        total: block.fileLength,
        last: from + block.bytes.length >= block.fileLength,
        held: (pause) => pause,
      }
    },
  }
}

async function* once(bytes: Buffer): AsyncGenerator<Buffer> {
  yield bytes
}
