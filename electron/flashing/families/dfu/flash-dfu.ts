import { FlashError, type FlashJob } from '../../flasher.ts'
import { hex } from '../../hex.ts'
import { LinkLostError } from '../../transport.ts'
import type { Met } from './enter.ts'
import { plainProblems } from './image-rules.ts'

const BLOCK_MS = 60_000
const MANIFEST_MS = 120_000

type Job = FlashJob<'usb'>

/** The alternate setting that is written. @throws FlashError DFU_ALTERNATE_MISSING, DFU_ALTERNATE_UNCLEAR. */
const alternateOf = ({ alternates, options }: Met): number => {
  const found = alternates
    .map(({ alternate, name }) => (name === '' ? `${alternate}` : `${alternate} (${name})`))
    .join(', ')
  if (options.alternate !== 'auto') {
    const one = alternates.find(({ alternate }) => alternate === Number(options.alternate))
    if (!one) throw new FlashError('DFU_ALTERNATE_MISSING', { alternate: options.alternate, found })
    return one.alternate
  }
  const [only, ...more] = alternates
  if (!only || more.length > 0) throw new FlashError('DFU_ALTERNATE_UNCLEAR', { found })
  return only.alternate
}

const write = async ({ session, functional }: Met, job: Job, bytes: Uint8Array): Promise<number> => {
  job.emit({ kind: 'phase', phase: 'writing' })
  job.emit({ kind: 'progress', done: 0, total: bytes.length })
  let block = 0
  for (let at = 0; at < bytes.length; at += functional.transferSize) {
    const piece = bytes.subarray(at, at + functional.transferSize)
    await session.download(block++, piece, { name: `block ${block - 1}`, limitMs: BLOCK_MS })
    job.emit({ kind: 'progress', done: at + piece.length, total: bytes.length })
  }
  return block
}

/** Has the device make the new firmware its own (USB DFU 1.1, 7). @returns whether the device still talks. */
const manifest = async ({ session, functional }: Met, block: number): Promise<boolean> => {
  const step = { name: 'manifestation', limitMs: MANIFEST_MS }
  try {
    await session.send(block, new Uint8Array(0), step.name)
    const { state } = await session.settle(
      step,
      functional.isTolerant ? ['dfuIDLE'] : ['dfuIDLE', 'dfuMANIFEST-WAIT-RESET'],
    )
    return state === 'dfuIDLE'
  } catch (error) {
    // Every block was taken; a device that need not talk any more has restarted.
    if (error instanceof LinkLostError && !functional.isTolerant) return false
    throw error
  }
}

const verify = async ({ session, functional }: Met, job: Job, bytes: Uint8Array): Promise<void> => {
  job.emit({ kind: 'phase', phase: 'verifying' })
  for (let at = 0, block = 0; at < bytes.length; block++) {
    const piece = await session.upload(block, functional.transferSize, `read block ${block}`)
    const wrote = bytes.subarray(at, at + piece.length)
    const index = wrote.findIndex((byte, offset) => byte !== piece[offset])
    const missing = piece.length === 0 ? 0 : -1
    const wrong = index >= 0 ? index : missing
    if (wrong >= 0) {
      const data = { address: hex(at + wrong), wrote: hex(bytes[at + wrong] ?? 0, 2) }
      throw new FlashError('DFU_VERIFY', { ...data, read: missing === 0 ? '-' : hex(piece[wrong] ?? 0, 2) })
    }
    at += wrote.length
    job.emit({ kind: 'progress', done: at, total: bytes.length })
  }
  await session.idle()
}

/** Writes a plain DFU 1.1 device, which erases by itself. @throws FlashError, LinkLostError, the signal's reason. */
export const flashDfu = async (met: Met, job: Job): Promise<void> => {
  const { session, functional, options } = met
  if (!functional.canDownload) throw new FlashError('DFU_NO_DOWNLOAD')
  const [problem] = plainProblems(job.regions)
  if (problem) throw new FlashError(problem.code, problem.data)
  const [region] = job.regions
  if (!region || region.bytes.length === 0) throw new FlashError('NO_IMAGE')
  await session.link.claim(met.interfaceNumber, alternateOf(met))
  await session.idle()
  await job.beforeErase(met.identity)
  job.signal.throwIfAborted()
  const block = await write(met, job, region.bytes)
  const isTalking = await manifest(met, block)
  if (options.verify && isTalking && functional.canUpload) await verify(met, job, region.bytes)
  else if (options.verify) job.emit({ kind: 'warning', code: 'DFU_NOT_VERIFIED', data: {} })
  if (options.after === 'stay') return
  job.emit({ kind: 'phase', phase: 'resetting' })
  job.signal.throwIfAborted()
  try {
    await session.link.reset()
  } catch (error) {
    if (job.signal.aborted || !(error instanceof LinkLostError)) throw error
  }
}
