import { Stm32Options } from '#shared/targets/stm32.ts'
import { FlashError, type FlashJob, type IdentifyJob, type Identity } from '../../flasher.ts'
import { hex, hex32 } from '../../hex.ts'
import { refuseProblems } from '../../images/image-rules.ts'
import { TimedLink } from '../timed-link.ts'
import { Stm32Bootloader } from './bootloader.ts'
import { enterBootloader, startProgram } from './bootloader-entry.ts'
import { commands } from './frames.ts'
import { identifyStm32, type Stm32Identity } from './identify.ts'
import { stm32Images } from './image-rules.ts'
import { memoryMapOf } from './memory-maps.ts'
import { isOptionBytes } from './option-bytes.ts'
import { retryCommand } from './retry-command.ts'
import { writeOptions } from './write-options.ts'
import { planOf, type Stm32Plan, type Stm32Write } from './write-plan.ts'

type Job = FlashJob<'serial'>

const meet = async (job: IdentifyJob<'serial'>) => {
  const options = Stm32Options.parse(job.options)
  const wire = new TimedLink(job.link, job.clock, job.signal)
  const loader = new Stm32Bootloader(wire, new TimedLink(job.link, job.clock, new AbortController().signal))
  job.emit({ kind: 'phase', phase: 'connecting' })
  await job.link.configure({ baudRate: options.baudRate, parity: options.parity })
  const greet = async (): Promise<Stm32Identity> => {
    await enterBootloader(job.link, wire, options)
    await loader.sync()
    job.emit({ kind: 'phase', phase: 'identifying' })
    const found = await identifyStm32(loader)
    job.emit({ kind: 'identity', identity: found.identity })
    return found
  }
  return { options, wire, loader, greet, found: await greet() }
}

type Met = Awaited<ReturnType<typeof meet>>

export const identifyOnly = async (job: IdentifyJob<'serial'>): Promise<Identity> => (await meet(job)).found.identity

/** Runs a command on a block with retries, and logs every failure. */
const onBlock = (met: Met, job: Job, act: (attempt: number) => Promise<void>): Promise<void> => {
  job.signal.throwIfAborted()
  return retryCommand(met.loader, act, ({ code, data }) =>
    job.emit({ kind: 'log', level: 'warn', text: `${code} ${Object.values(data).join(' ')}: again` }),
  )
}

const sameBytes = (left: Uint8Array, right: Uint8Array): boolean => Buffer.compare(left, right) === 0

/** Refuses options that the chip does not support, before anything is erased. */
const checkErase = ({ options, found }: Met): void => {
  if (options.erase === 'none') return
  const extended = found.commands.has(commands.extendedErase.code)
  if (!extended && !found.commands.has(commands.erase.code)) {
    throw new FlashError('STM32_COMMAND_MISSING', { command: commands.erase.name, version: found.version })
  }
  if (options.erase === 'pages' && !found.chip) throw new FlashError('STM32_CHIP_UNKNOWN', { id: found.productId })
  if (options.erase === 'mass' && found.chip && !found.chip.massErase) {
    throw new FlashError('STM32_MASS_ERASE_MISSING', { chip: found.chip.name })
  }
}

const erase = async (met: Met, job: Job, plan: Stm32Plan): Promise<void> => {
  if (met.options.erase === 'none' || (met.options.erase === 'pages' && plan.pages.length === 0)) return
  const extended = met.found.commands.has(commands.extendedErase.code)
  job.emit({ kind: 'phase', phase: 'erasing' })
  if (met.options.erase === 'mass') {
    await met.loader.eraseAll(extended)
    return
  }
  const total = plan.pages.length
  job.emit({ kind: 'progress', done: 0, total })
  await met.loader.erasePages(plan.pages, extended, (done) => job.emit({ kind: 'progress', done, total }))
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
  for (const wrote of plan.writes) {
    await onBlock(met, job, async () => compare(wrote, await met.loader.read(wrote.address, wrote.bytes.length)))
    done += wrote.bytes.length
    job.emit({ kind: 'progress', done, total: plan.total })
  }
}

const leave = async (met: Met, job: Job, plan: Stm32Plan): Promise<void> => {
  const { after, entry } = met.options
  if (after === 'stay' || (after === 'go' && plan.writes.length === 0)) return
  job.emit({ kind: 'phase', phase: 'resetting' })
  if (after === 'reset' && entry === 'lines') await startProgram(job.link, met.wire, met.options)
  // AN3155 3.5: Go is refused under protection.
  else if (met.found.isProtected)
    job.emit({ kind: 'log', level: 'warn', text: 'the program starts at the next power-up' })
  else await met.loader.go(plan.writes[0]?.address ?? Math.min(...job.regions.map(({ address }) => address)))
}

/** Removes the protection, which erases all flash and resets the chip (AN3155 3.12), and identifies it again. */
const unprotect = async (met: Met, job: Job): Promise<Met> => {
  job.emit({ kind: 'phase', phase: 'erasing' })
  job.emit({ kind: 'log', level: 'warn', text: 'removing the read-out protection, which erases the whole chip' })
  await met.loader.readoutUnprotect()
  await met.wire.pause(500)
  const found = await met.greet()
  if (found.isProtected) throw new FlashError('STM32_STILL_PROTECTED')
  return { ...met, found }
}

/** For option bytes alone. */
const noPlan: Stm32Plan = { writes: [], pages: [], total: 0 }

/** Identify, guard, erase, write, read back, start (AN3155). */
export const flashStm32 = async (job: Job): Promise<Identity> => {
  let met = await meet(job)
  const warnings = refuseProblems(job.regions, stm32Images, met.found.identity, met.options)
  for (const { code, data } of warnings) job.emit({ kind: 'warning', code, data })
  const map = memoryMapOf(met.found.identity.chip)
  const optionBytes = job.regions.filter((region) => isOptionBytes(map, region))
  const flashed = job.regions.filter((region) => !optionBytes.includes(region))
  const planned = () =>
    flashed.length === 0
      ? noPlan
      : planOf(flashed, met.found.chip, met.found.identity.flashSize, met.options.erase !== 'none')
  let plan = planned()
  checkErase(met)
  if (met.found.isProtected && !met.options.removeReadProtection) throw new FlashError('STM32_PROTECTED')
  await job.beforeErase(met.found.identity)
  job.signal.throwIfAborted()
  if (met.found.isProtected) {
    met = await unprotect(met, job)
    plan = planned()
  }
  await erase(met, job, plan)
  await write(met, job, plan)
  if (met.options.verify) await verify(met, job, plan)
  met = { ...met, found: await writeOptions(met, map, optionBytes, met.found, job.emit) }
  await leave(met, job, plan)
  return met.found.identity
}
