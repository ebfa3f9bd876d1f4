import { FlashError, type FlashJob, type Identity, unknownIdentity } from '../../flasher.ts'
import { TimedLink } from '../timed-link.ts'
import { type BlockCheck, blockData, blockFrame, blockSize } from './frames.ts'
import { XmodemSender } from './sender.ts'

/** The bytes of a text with escapes as in C: `\r`, `\n`, `\t`, `\\`, `\xNN`; anything else is sent as UTF-8. */
const startBytes = (text: string): Uint8Array => {
  const parts = text.split(/(\\x[0-9a-fA-F]{2}|\\[rnt\\])/)
  const encoder = new TextEncoder()
  const named: Readonly<Record<string, number>> = { '\\r': 13, '\\n': 10, '\\t': 9, '\\\\': 92 }
  return Uint8Array.from(
    parts.flatMap((part) => {
      if (part in named) return [named[part] ?? 0]
      if (/^\\x[0-9a-fA-F]{2}$/.test(part)) return [Number.parseInt(part.slice(2), 16)]
      return [...encoder.encode(part)]
    }),
  )
}

interface SessionOptions {
  readonly baudRate: number
  readonly block: '128' | '1024'
  readonly startText: string
  readonly startSeconds: number
  readonly retries: number
}

/** What a protocol's own part of a transfer works with. */
interface XmodemSession {
  readonly sender: XmodemSender
  readonly check: BlockCheck
  /** Reports the bytes of all files that are done. */
  readonly progress: (done: number) => void
  /** Sends one file's data, beginning with block 1, and its end. */
  readonly file: (bytes: Uint8Array, before: number, padding: number, batch: boolean) => Promise<void>
}

/** Refusals of blocks of 1024 after which small ones are tried. */
const largeAttempts = 3

/**
 * Runs a transfer with a receiver, beginning with its request. An aborted transfer is cancelled by CANs. The receivers cannot identify
 * themselves, so the guards get an unknown identity before the first byte of a file.
 */
export const xmodemSession = async (
  job: FlashJob<'serial'>,
  options: SessionOptions,
  transfer: (session: XmodemSession) => Promise<void>,
): Promise<Identity> => {
  const wire = new TimedLink(job.link, job.clock, job.signal)
  const sender = new XmodemSender(wire, options)
  const total = job.regions.reduce((sum, { bytes }) => sum + bytes.length, 0)
  if (total === 0) throw new FlashError('NO_IMAGE')

  job.emit({ kind: 'phase', phase: 'connecting' })
  await job.link.configure({ baudRate: options.baudRate })
  const start = startBytes(options.startText)
  if (start.length > 0) {
    wire.flush()
    await wire.send(start)
  }
  const check = await sender.request(options.startSeconds * 1000)
  if (!check) throw new FlashError('MODEM_NO_RECEIVER', { seconds: options.startSeconds })

  let largest: 128 | 1024 = options.block === '1024' && check === 'crc' ? 1024 : 128
  const file: XmodemSession['file'] = async (bytes, before, padding, batch) => {
    const blockAt = (offset: number, number: number) => {
      const size = blockSize(bytes.length - offset, largest)
      return { size, frame: blockFrame(number, blockData(bytes, offset, size, padding), check) }
    }
    let offset = 0
    let number = 1
    let block = blockAt(offset, number)
    while (offset < bytes.length) {
      const { size, frame } = block
      const isTrial = number === 1 && size === 1024
      const taken = isTrial ? sender.block(number, frame, largeAttempts) : sender.mustTake(number, frame)
      const through = Math.min(bytes.length, offset + size)
      // Built while this block is on the line, because the line is idle between an answer and the next block.
      block = blockAt(through, number + 1)
      if (!(await taken)) {
        largest = 128
        job.emit({ kind: 'log', level: 'warn', text: 'blocks of 1024 bytes are refused, going on with 128' })
        block = blockAt(offset, number)
        continue
      }
      offset = through
      number += 1
      progress(before + offset)
    }
    await sender.end(number, batch)
  }
  const progress = (done: number) => job.emit({ kind: 'progress', done, total })

  try {
    job.emit({ kind: 'phase', phase: 'identifying' })
    await job.beforeErase(unknownIdentity)
    job.signal.throwIfAborted()
    job.emit({ kind: 'phase', phase: 'writing' })
    progress(0)
    // Drops requests that were repeated during the guards.
    wire.flush()
    await transfer({ sender, check, progress, file })
  } catch (error) {
    await sender.cancel()
    throw error
  }
  return unknownIdentity
}
