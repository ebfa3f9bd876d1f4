import { SmpOptions } from '#shared/targets/smp.ts'
import { FlashError, type FlashJob, type Identity, unknownIdentity } from '../../flasher.ts'
import { refuseProblems } from '../../images/image-rules.ts'
import { awaitStart, freeSlots, listOf, resetUnit, verifyAndActivate } from './activate.ts'
import { SmpClient } from './client.ts'
import { meetUnit } from './entry.ts'
import { isApplication, listText, Params, roomFor, SlotInfo } from './image-list.ts'
import { smpImages } from './image-rules.ts'
import { requests } from './messages.ts'
import { Uploader } from './upload.ts'
import { leastTold, usualRequest } from './upload-plan.ts'

type Job = FlashJob<'serial'>

/** Questions that a unit need not know. */
const optional = { timeoutMs: 1_000, tries: 2 }

/** Bytes of the largest request. */
const requestSize = async (client: SmpClient, { maxRequest }: SmpOptions): Promise<number> => {
  if (maxRequest > 0) return Math.max(maxRequest, leastTold)
  const answer = await client.ask(requests.params(), optional)
  const told = answer && !answer.error ? Params.safeParse(answer.body) : undefined
  return told?.success ? Math.max(told.data.buf_size, leastTold) : usualRequest
}

/** The numbers under which files are uploaded: consecutive, in the order of the recipe. */
const numbered = ({ regions }: Job, { image }: SmpOptions) =>
  regions.map((region, at) => ({ ...region, image: image + at }))

/** @throws FlashError SMP_TOO_LARGE: the unit tells its slots, and a file does not fit. */
const checkRoom = async (client: SmpClient, files: ReturnType<typeof numbered>): Promise<void> => {
  const answer = await client.ask(requests.slotInfo(), optional)
  const told = answer && !answer.error ? SlotInfo.safeParse(answer.body) : undefined
  if (!told?.success) return
  for (const { name, bytes, image } of files) {
    const room = roomFor(told.data, image)
    if (room !== undefined && bytes.length > room)
      throw new FlashError('SMP_TOO_LARGE', { name, size: bytes.length, limit: room })
  }
}

/** Writes a unit by SMP. @throws FlashError SMP_…, NO_IMAGE, FILE_…; LinkLostError; the signal's reason. */
export const flashBySmp = async (job: Job): Promise<Identity> => {
  const { link, signal, emit } = job
  const options = SmpOptions.parse(job.options)
  for (const { code, data } of refuseProblems(job.regions, smpImages, unknownIdentity))
    emit({ kind: 'warning', code, data })
  const client = new SmpClient(job, options)

  emit({ kind: 'phase', phase: 'connecting' })
  await link.configure({ baudRate: options.baudRate })
  await meetUnit(link, client, options)

  emit({ kind: 'phase', phase: 'identifying' })
  const images = await listOf(client)
  const mode = images && isApplication(images) ? 'application' : 'bootloader'
  emit({ kind: 'log', level: 'info', text: `${mode}; ${images ? listText(images) : 'keeps no list of images'}` })
  const files = numbered(job, options)
  await checkRoom(client, files)
  const request = await requestSize(client, options)
  emit({ kind: 'log', level: 'info', text: `requests of up to ${request} bytes` })
  await job.beforeErase(unknownIdentity)
  signal.throwIfAborted()
  if (images) await freeSlots(client, job, images)

  emit({ kind: 'phase', phase: 'erasing' })
  const total = files.reduce((sum, { bytes }) => sum + bytes.length, 0)
  const { eraseSeconds, maxRequest } = options
  const uploader = new Uploader(client, job, { eraseSeconds, request, mayShrink: maxRequest === 0 })
  let isWriting = false
  let done = 0
  let most = 0
  // The last file first: a second core's program must be there when the first one's is activated.
  for (const file of files.toReversed()) {
    const begin = () => {
      if (isWriting) return
      isWriting = true
      emit({ kind: 'phase', phase: 'writing' })
    }
    await uploader.upload(file, begin, (offset) => {
      most = Math.max(most, done + offset)
      emit({ kind: 'progress', done: most, total })
    })
    done += file.bytes.length
  }

  emit({ kind: 'phase', phase: 'verifying' })
  const wanted = await verifyAndActivate(client, job, options.activate)
  if (options.after === 'stay') return unknownIdentity

  emit({ kind: 'phase', phase: 'resetting' })
  const isReset = await resetUnit(client, job.regions)
  if (!isReset && wanted !== 'none') throw new FlashError('SMP_RESET_REFUSED')
  if (!isReset) emit({ kind: 'warning', code: 'SMP_STARTS_LATER', data: {} })
  if (wanted !== 'none' && mode === 'application') await awaitStart(client, job)
  return unknownIdentity
}
