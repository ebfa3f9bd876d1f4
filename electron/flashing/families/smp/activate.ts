import type { SmpOptions } from '#shared/targets/smp.ts'
import { FlashError, type FlashJob, type Region } from '../../flasher.ts'
import type { SmpClient } from './client.ts'
import { isGone } from './entry.ts'
import { entriesOf, ImageList, isApplication, type ListedImage, listText, mustBeListed } from './image-list.ts'
import { imageIn } from './image-rules.ts'
import { isNoImage } from './mcuboot-image.ts'
import { badState, bodyOf, notSupported, requests } from './messages.ts'

/** A list takes a while where the unit checks signatures for it. */
const listPatience = { timeoutMs: 5_000, tries: 3 }
const resetPatience = { timeoutMs: 2_000, tries: 1 }
const resetTries = 3
/** Swapping two slots of external flash takes minutes, and the unit is silent meanwhile. */
const swapMs = 180_000
/** After a reset was answered, the unit goes on for a quarter of a second. */
const leaveMs = 1_000

/** How often a running application is asked before the other image counts as the one that was started. */
const startLooks = 3

/** What is done with the images that were uploaded. */
type Wanted = 'none' | 'test' | 'confirm'

/** The unit's list; undefined: it keeps none. @throws FlashError SMP_REFUSED, SMP_SILENT_AT. */
export const listOf = async (client: SmpClient): Promise<readonly ListedImage[] | undefined> => {
  const request = requests.state()
  const answer = await client.mustAnswer(request, listPatience)
  if (answer.error?.rc === notSupported) return undefined
  if (answer.error) throw new FlashError('SMP_REFUSED', { command: request.name, error: answer.error.words })
  return bodyOf(answer, ImageList, request).images
}

/** In a bootloader the image is where it runs; in an application it waits in the other slot. */
export const wantedFor = (activate: SmpOptions['activate'], isInApplication: boolean): Wanted => {
  if (activate !== 'auto') return activate
  return isInApplication ? 'confirm' : 'none'
}

/**
 * Marks an image to be started at the next reset.
 * @throws FlashError SMP_CANNOT_ACTIVATE, SMP_PENDING, SMP_REFUSED, SMP_NO_HASH.
 */
const activateOne = async (client: SmpClient, region: Region, wanted: 'test' | 'confirm'): Promise<void> => {
  const { name } = region
  const image = imageIn(region.bytes)
  if (isNoImage(image) || !image.hash) throw new FlashError('SMP_NO_HASH', { name })
  const request = requests.setState(image.hash, wanted === 'confirm')
  const { error } = await client.mustAnswer(request, listPatience)
  if (!error) return
  // The answer to a first try may have been lost, and a mark that is set cannot be set again.
  const isMarked = (await listOf(client))
    ?.filter((one) => one.pending || one.active)
    .some((one) => entriesOf([one], region).length > 0 && (one.active || one.permanent === (wanted === 'confirm')))
  if (isMarked) return
  if (error.rc === notSupported) throw new FlashError('SMP_CANNOT_ACTIVATE', { name })
  if (error.rc === badState) throw new FlashError('SMP_PENDING', { name, error: error.words })
  throw new FlashError('SMP_REFUSED', { command: request.name, error: error.words })
}

/**
 * Compares what the unit lists with the files, and marks them as wanted.
 * @returns what was done, for the reset.
 */
export const verifyAndActivate = async (
  client: SmpClient,
  job: Pick<FlashJob<'serial'>, 'emit' | 'regions'>,
  activate: SmpOptions['activate'],
): Promise<Wanted> => {
  const images = await listOf(client)
  if (!images) {
    job.emit({ kind: 'warning', code: 'SMP_NO_LIST', data: {} })
    return activate === 'auto' ? 'none' : activate
  }
  job.emit({ kind: 'log', level: 'info', text: `listed: ${listText(images)}` })
  const entries = job.regions.map((region) => ({ region, listed: mustBeListed(images, region) }))
  const wanted = wantedFor(activate, isApplication(images))
  if (wanted === 'none') return 'none'
  for (const { region, listed } of entries) {
    // It runs already, so there is nothing to swap.
    if (listed.some(({ active, confirmed }) => active && (confirmed || wanted === 'test'))) continue
    await activateOne(client, region, wanted)
    job.emit({ kind: 'log', level: 'info', text: `${region.name}: marked, ${wanted}` })
  }
  return wanted
}

/** Whether one of the files' images runs. */
const runs = (images: readonly ListedImage[], regions: readonly Region[]): boolean =>
  regions.some((region) => entriesOf(images, region).some(({ active }) => active))

/**
 * Resets the unit. A reset is not repeated before the unit was asked, because a second one would take an image on trial back.
 * @returns false: the unit refused.
 */
export const resetUnit = async (client: SmpClient, regions: readonly Region[]): Promise<boolean> => {
  try {
    for (let times = 0; times < resetTries; times++) {
      const answer = await client.ask(requests.reset(), resetPatience)
      if (answer) return !answer.error
      const state = await client.ask(requests.state(), { timeoutMs: 1_000, tries: 2 })
      if (!state) return true
      const images = ImageList.safeParse(state.body)
      if (images.success && runs(images.data.images, regions)) return true
    }
    return false
  } catch (error) {
    if (isGone(error)) return true
    throw error
  }
}

/** Waits for a unit that left the bus; while it swaps, it may be away for minutes. @throws LinkLostError. */
const backOnBus = async (client: SmpClient, deadline: number): Promise<void> => {
  for (;;) {
    const begun = client.now
    try {
      await client.reconnect()
      return
    } catch (error) {
      // Without time gone by, nobody waits for it.
      if (!isGone(error) || client.now >= deadline || client.now === begun) throw error
    }
  }
}

/** The unit's list once it runs an application again; undefined: it is silent. */
const listAfterReset = async (client: SmpClient): Promise<readonly ListedImage[] | undefined> => {
  await client.pause(leaveMs)
  const deadline = client.now + swapMs
  while (client.now < deadline) {
    try {
      const answer = await client.ask(requests.state(), { timeoutMs: 1_000, tries: 1 })
      const list = answer && ImageList.safeParse(answer.body)
      if (list?.success && isApplication(list.data.images)) return list.data.images
      if (answer) await client.pause(leaveMs)
    } catch (error) {
      if (!isGone(error)) throw error
      await backOnBus(client, deadline)
    }
  }
  return undefined
}

const notBack = (client: SmpClient): FlashError =>
  new FlashError('SMP_NOT_BACK', { seconds: swapMs / 1000, words: client.output.words || '—' })

/**
 * Makes the second slot of an application free: one with an image that waits for its start, or that the running one on trial would go back
 * to, takes no upload.
 * @throws FlashError SMP_NOT_BACK, SMP_RESET_REFUSED, SMP_REFUSED.
 */
export const freeSlots = async (
  client: SmpClient,
  { emit }: Pick<FlashJob<'serial'>, 'emit'>,
  images: readonly ListedImage[],
): Promise<void> => {
  let list = images
  if (list.some(({ pending }) => pending)) {
    emit({
      kind: 'log',
      level: 'warn',
      text: 'an image is pending: the unit is reset first, because it takes no other one',
    })
    if (!(await resetUnit(client, []))) throw new FlashError('SMP_RESET_REFUSED')
    const after = await listAfterReset(client)
    if (!after) throw notBack(client)
    list = after
    emit({ kind: 'log', level: 'info', text: `started: ${listText(list)}` })
  }
  if (!list.some(({ active, confirmed }) => active && !confirmed)) return
  emit({ kind: 'log', level: 'warn', text: 'the running image is on trial: it is confirmed first' })
  await client.mustSucceed(requests.keepRunning(), listPatience)
}

/**
 * Waits until the unit runs one of the files' images.
 * @throws FlashError SMP_NOT_STARTED: it runs another one; SMP_NOT_BACK: it is silent.
 */
export const awaitStart = async (
  client: SmpClient,
  { regions, emit }: Pick<FlashJob<'serial'>, 'emit' | 'regions'>,
): Promise<void> => {
  // The first answers may come from before the reset.
  let list: readonly ListedImage[] | undefined
  for (let times = 0; times < startLooks; times++) {
    list = await listAfterReset(client)
    if (!list) throw notBack(client)
    if (!runs(list, regions)) continue
    emit({ kind: 'log', level: 'info', text: `started: ${listText(list)}` })
    return
  }
  throw new FlashError('SMP_NOT_STARTED', { list: listText(list ?? []) })
}
