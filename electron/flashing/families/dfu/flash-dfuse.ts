import { FlashError, type FlashJob } from '../../flasher.ts'
import { hex, hex32 } from '../../hex.ts'
import { LinkLostError } from '../../transport.ts'
import { DfuSe } from './dfuse.ts'
import { type DfuSePlan, dfuSePlanOf, type Part } from './dfuse-plan.ts'
import { enterDfu, type Met, returned } from './enter.ts'

/** Removing the protection erases the chip before it returns. */
const UNPROTECT_MS = 60_000

type Job = FlashJob<'usb'>

const talkTo = ({ session, functional }: Met): DfuSe => new DfuSe(session, functional.transferSize)

/** Selects the memory, unless it is the selected one. */
const selector = ({ session, interfaceNumber }: Met) => {
  let selected: number | undefined
  return async (alternate: number): Promise<void> => {
    if (selected === alternate) return
    await session.link.claim(interfaceNumber, alternate)
    await session.idle()
    selected = alternate
  }
}

/** Whether the device refuses to be read, found out before anything is changed. */
const isProtected = async (met: Met, plan: DfuSePlan): Promise<boolean> => {
  const [part] = plan.parts
  if (!part || !plan.isReadable || !met.functional.canUpload) return false
  await selector(met)(part.alternate)
  try {
    await talkTo(met).read(part.address, 2, () => undefined)
    return false
  } catch (error) {
    if (!(error instanceof FlashError) || error.code !== 'DFU_PROTECTED') throw error
    await met.session.idle()
    return true
  }
}

/** Removes the protection and meets the device again. */
const unprotect = async (met: Met, job: Job): Promise<Met> => {
  job.emit({ kind: 'warning', code: 'DFU_UNPROTECTING', data: {} })
  try {
    await talkTo(met).readUnprotect()
  } catch (error) {
    if (job.signal.aborted || !(error instanceof LinkLostError || error instanceof FlashError)) throw error
  }
  await returned(job.link, UNPROTECT_MS, job.signal)
  // The phases of the run do not begin again.
  return enterDfu({ ...job, emit: (event) => (event.kind === 'log' ? job.emit(event) : undefined) })
}

const erase = async (met: Met, job: Job, { masses, sectors }: DfuSePlan): Promise<void> => {
  const total = masses.length + sectors.length
  if (total === 0) return
  job.emit({ kind: 'phase', phase: 'erasing' })
  job.emit({ kind: 'progress', done: 0, total })
  const select = selector(met)
  let done = 0
  const step = async (alternate: number, work: () => Promise<void>): Promise<void> => {
    await select(alternate)
    await work()
    job.emit({ kind: 'progress', done: ++done, total })
  }
  for (const alternate of masses) await step(alternate, () => talkTo(met).eraseAll())
  for (const { alternate, sector } of sectors) await step(alternate, () => talkTo(met).eraseSector(sector.address))
}

const sum = (parts: readonly Part[]): number => parts.reduce((total, { bytes }) => total + bytes.length, 0)

const write = async (met: Met, job: Job, { writes }: DfuSePlan): Promise<void> => {
  job.emit({ kind: 'phase', phase: 'writing' })
  const select = selector(met)
  const total = sum(writes)
  let done = 0
  job.emit({ kind: 'progress', done, total })
  for (const { alternate, address, bytes } of writes) {
    await select(alternate)
    await talkTo(met).write(address, bytes, (count) => {
      done += count
      job.emit({ kind: 'progress', done, total })
    })
  }
}

const compare = (part: Part, at: number, read: Uint8Array): void => {
  const wrote = part.bytes.subarray(at, at + read.length)
  const index = wrote.findIndex((byte, offset) => byte !== read[offset])
  if (index < 0) return
  throw new FlashError('DFU_VERIFY', {
    address: hex32(part.address + at + index),
    wrote: hex(wrote[index] ?? 0, 2),
    read: hex(read[index] ?? 0, 2),
  })
}

const verify = async (met: Met, job: Job, plan: DfuSePlan): Promise<void> => {
  if (!met.options.verify) return
  if (!met.functional.canUpload || !plan.isReadable) {
    job.emit({ kind: 'warning', code: 'DFU_NOT_VERIFIED', data: {} })
    return
  }
  job.emit({ kind: 'phase', phase: 'verifying' })
  const select = selector(met)
  const total = sum(plan.parts)
  let done = 0
  for (const part of plan.parts) {
    await select(part.alternate)
    await talkTo(met).read(part.address, part.bytes.length, (at, bytes) => {
      compare(part, at, bytes)
      done += bytes.length
      job.emit({ kind: 'progress', done, total })
    })
  }
}

const leave = async (met: Met, job: Job, { parts }: DfuSePlan): Promise<void> => {
  const [first] = parts
  if (met.options.after === 'stay' || !first) return
  job.emit({ kind: 'phase', phase: 'resetting' })
  await selector(met)(first.alternate)
  try {
    await talkTo(met).leave(first.address)
  } catch (error) {
    if (job.signal.aborted || !(error instanceof LinkLostError || error instanceof FlashError)) throw error
    // All is written and read back: most devices are gone before they have answered.
    job.emit({ kind: 'log', level: 'info', text: `leave: ${error.message}` })
  }
}

/** Erases, writes, reads back and starts a DfuSe device. @throws FlashError, LinkLostError, the signal's reason. */
export const flashDfuSe = async (entered: Met, job: Job): Promise<void> => {
  let met = entered
  const plan = dfuSePlanOf(job.regions, met.memories, met.options)
  const wasProtected = await isProtected(met, plan)
  if (wasProtected && !met.options.removeReadProtection) throw new FlashError('DFU_PROTECTED')
  await job.beforeErase(met.identity)
  job.signal.throwIfAborted()
  if (wasProtected) {
    met = await unprotect(met, job)
    if (await isProtected(met, plan)) throw new FlashError('DFU_STILL_PROTECTED')
  }
  await erase(met, job, plan)
  await write(met, job, plan)
  await verify(met, job, plan)
  await leave(met, job, plan)
}
