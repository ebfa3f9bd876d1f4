import { FlashError, type IdentifyJob, type Identity } from '../../flasher.ts'
import { hex, hex32 } from '../../hex.ts'
import { refuseProblems } from '../../images/image-rules.ts'
import { startProgram } from './bootloader-entry.ts'
import type { Stm32Erase } from './erase-plan.ts'
import { commands } from './frames.ts'
import { stm32Images } from './image-rules.ts'
import { memoryMapOf } from './memory-maps.ts'
import { isOptionBytes } from './option-bytes.ts'
import { checkProtection, removeReadProtection, removeWriteProtection, setReadProtection } from './protection.ts'
import { retryCommand } from './retry-command.ts'
import { type Job, type Met, meet } from './session.ts'
import { writeOptions } from './write-options.ts'
import { planOf, type Stm32Plan, type Stm32Write } from './write-plan.ts'

export const identifyOnly = async (job: IdentifyJob<'serial'>): Promise<Identity> => (await meet(job)).found.identity

/** Runs a command on a block with retries, and logs every failure. */
const onBlock = (met: Met, job: Job, act: (attempt: number) => Promise<void>): Promise<void> => {
  job.signal.throwIfAborted()
  return retryCommand(met.loader, act, ({ code, data }) =>
    job.emit({ kind: 'log', level: 'warn', text: `${code} ${Object.values(data).join(' ')}: again` }),
  )
}

const sameBytes = (left: Uint8Array, right: Uint8Array): boolean => Buffer.compare(left, right) === 0

/** Refuses an erase that the bootloader does not know, before anything is erased. */
const checkErase = ({ options, found }: Met): void => {
  if (options.erase === 'none') return
  const extended = found.commands.has(commands.extendedErase.code)
  if (!extended && !found.commands.has(commands.erase.code)) {
    throw new FlashError('STM32_COMMAND_MISSING', { command: commands.erase.name, version: found.version })
  }
}

const erase = async (met: Met, job: Job, { erase: what, shared }: Stm32Plan): Promise<void> => {
  if (what !== 'chip' && what.length === 0) return
  const extended = met.found.commands.has(commands.extendedErase.code)
  job.emit({ kind: 'phase', phase: 'erasing' })
  if (what === 'chip') {
    await met.loader.eraseAll(extended)
    return
  }
  for (const { address, first, second } of shared) {
    job.emit({ kind: 'warning', code: 'STM32_PAGE_SHARED', data: { first, second, address: hex32(address) } })
  }
  const total = what.length
  job.emit({ kind: 'progress', done: 0, total })
  await met.loader.erasePages(what, extended, (done) => job.emit({ kind: 'progress', done, total }))
}

const write = async (met: Met, job: Job, plan: Stm32Plan): Promise<void> => {
  job.emit({ kind: 'phase', phase: 'writing' })
  job.emit({ kind: 'progress', done: 0, total: plan.total })
  let done = 0
  for (const { address, bytes } of plan.writes) {
    await onBlock(met, job, async (attempt) => {
      // Only the reply may have been lost, and some chips refuse to program the same block again.
      const there = attempt > 1 ? await met.loader.read(address, bytes.length) : undefined
      if (!there || !sameBytes(there, bytes)) await met.loader.write(address, bytes)
    })
    done += bytes.length
    job.emit({ kind: 'progress', done, total: plan.total })
  }
}

const compare = (wrote: Stm32Write, read: Uint8Array | undefined): void => {
  if (!read) throw new FlashError('STM32_PROTECTED')
  const at = wrote.bytes.findIndex((byte, index) => byte !== read[index])
  if (at < 0) return
  throw new FlashError('STM32_VERIFY', {
    address: hex32(wrote.address + at),
    wrote: hex(wrote.bytes[at] ?? 0, 2),
    read: hex(read[at] ?? 0, 2),
  })
}

const verify = async (met: Met, job: Job, plan: Stm32Plan): Promise<void> => {
  job.emit({ kind: 'phase', phase: 'verifying' })
  let done = 0
  for (const wrote of plan.blocks) {
    await onBlock(met, job, async () => compare(wrote, await met.loader.read(wrote.address, wrote.bytes.length)))
    done += wrote.bytes.length
    job.emit({ kind: 'progress', done, total: plan.checked })
  }
}

const leave = async (met: Met, job: Job, plan: Stm32Plan): Promise<void> => {
  const { after, entry } = met.options
  const isProtected = met.found.isProtected || met.options.setReadProtection
  if (met.options.setReadProtection && !met.found.isProtected) await setReadProtection(met, job)
  if (after === 'stay' || (after === 'go' && plan.blocks.length === 0)) return
  job.emit({ kind: 'phase', phase: 'resetting' })
  // AN3155 3.5: Go is refused under protection.
  if (entry === 'lines' && (after === 'reset' || isProtected)) await startProgram(job.link, met.wire, met.options)
  else if (isProtected) job.emit({ kind: 'warning', code: 'STM32_STARTS_LATER', data: {} })
  else
    await met.loader.go(Math.min(...(plan.blocks.length > 0 ? plan.blocks : job.regions).map(({ address }) => address)))
}

/** For option bytes alone. */
const noPlan: Stm32Plan = { blocks: [], writes: [], total: 0, checked: 0, erase: [], shared: [] }

/** Identify, guard, unprotect, erase, write, read back, protect, start (AN3155). */
export const flashStm32 = async (job: Job): Promise<Identity> => {
  let met = await meet(job)
  const warnings = refuseProblems(job.regions, stm32Images, met.found.identity, met.options)
  for (const { code, data } of warnings) job.emit({ kind: 'warning', code, data })
  const map = memoryMapOf(met.found.identity.chip)
  const optionBytes = job.regions.filter((region) => isOptionBytes(map, region))
  const flashed = job.regions.filter((region) => !optionBytes.includes(region))
  const planned = ({ found, options }: Met, erase?: Stm32Erase): Stm32Plan => {
    if (optionBytes.length > 0 && flashed.length === 0) return noPlan
    const { chip, productId, layout, identity } = found
    return planOf(flashed, { chip, productId, layout, flashSize: identity.flashSize, erase: erase ?? options.erase })
  }
  const wasProtected = met.found.isProtected
  // A protected chip shows neither its size nor its banks: only places can be checked before it is unprotected, and erased by that.
  let plan = planned(met, wasProtected ? 'none' : undefined)
  checkErase(met)
  checkProtection(met)
  await job.beforeErase(met.found.identity)
  job.signal.throwIfAborted()
  if (wasProtected) met = await removeReadProtection(met, job)
  if (met.options.removeWriteProtection) met = await removeWriteProtection(met, job)
  // One that hides its banks for ever is empty at least.
  if (wasProtected) plan = planned(met, met.found.layout ? undefined : 'none')
  await erase(met, job, plan)
  await write(met, job, plan)
  // A protected chip cannot be read any more, so that it is always read back before.
  if (met.options.verify || met.options.setReadProtection) await verify(met, job, plan)
  met = { ...met, found: await writeOptions(met, map, optionBytes, met.found, job.emit) }
  await leave(met, job, plan)
  return met.found.identity
}
