import { type Source, TryAgain } from './download.ts'
import { UpgradeFailed } from './faults.ts'
import type { BlockReading } from './protocols/mqtt-protocol.ts'
import type { Timers } from './timers.ts'

/** LinkSDK requests a block again after this time (docs/protocols/sagoo.md §8.5). */
const ANSWER_MS = 10_000

/** Requests blocks, one at a time; the message id matches an answer to its request. */
interface BlockRequests {
  /** Accepts an answer. An unexpected answer is dropped, and so is a damaged block, which is requested again. */
  arrived(reading: BlockReading): void
  /** A file whose blocks are requested by `ask`. */
  source(ask: (messageId: number, offset: number) => Promise<void>): Source
}

/** @param nextId numbers the requests */
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
      // LinkSDK ignores a damaged or unexpected block and requests it again.
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
