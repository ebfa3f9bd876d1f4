import { compilePattern } from '#shared/pattern.ts'
import { Uf2Options } from '#shared/targets/uf2.ts'
import { uf2FamilyText } from '#shared/targets/uf2-families.ts'
import { INFO_FILE } from '../../drives/boot-drive.ts'
import { codeOf, isGoneError } from '../../drives/drive-link.ts'
import { FlashError, type FlashJob, type IdentifyJob, type Identity, type Region } from '../../flasher.ts'
import { refuseProblems } from '../../images/image-rules.ts'
import { pause } from '../../pause.ts'
import { type DriveFile, LinkLostError } from '../../transport.ts'
import { type BoardInfo, chipOfBoard, parseBoardInfo } from './boards.ts'
import { familiesText, uf2Images, uf2Of } from './image-rules.ts'

type Job = FlashJob<'drive'>

/** Name of the file on the drive: one of eight and three characters, so that FAT needs one entry for it. */
const FILE_NAME = 'FIRMWARE.UF2'
/** Bytes between two syncs: without them the bar is that of the system's cache. */
const PIECE = 64 * 1024
/** How often it is looked whether the drive is gone. */
const LOOK_MS = 200

const identityOf = (info: BoardInfo): Identity => ({
  unit: undefined,
  chip: chipOfBoard(info)?.chip ?? info.boardId,
  flashSize: undefined,
  facts: {
    ...(info.model !== undefined && { model: info.model }),
    ...(info.boardId !== undefined && { boardId: info.boardId }),
    bootloader: info.loader,
  },
})

const readInfo = async ({ link, emit, signal }: IdentifyJob<'drive'>): Promise<BoardInfo> => {
  emit({ kind: 'phase', phase: 'identifying' })
  const info = parseBoardInfo(await link.readText(INFO_FILE))
  signal.throwIfAborted()
  return info
}

/** Reads what the boot loader says of its board. @throws LinkLostError; the signal's reason. */
export const identifyBoard = async (job: IdentifyJob<'drive'>): Promise<Identity> => {
  const identity = identityOf(await readInfo(job))
  job.emit({ kind: 'identity', identity })
  return identity
}

/** Refuses a board that the recipe does not mean, or that would ignore the file. */
const refuseBoard = (info: BoardInfo, region: Region, { boardId }: Uf2Options): void => {
  const found = info.boardId ?? info.loader
  if (boardId !== '') {
    const pattern = compilePattern(boardId)
    if (!info.lines.some((line) => pattern.test(line)) && !(info.boardId && pattern.test(info.boardId)))
      throw new FlashError('UF2_OTHER_BOARD', { expected: boardId, found })
  }
  const file = uf2Of(region)
  const families = file.groups.flatMap(({ family }) => (family === undefined ? [] : [family]))
  const board = chipOfBoard(info)
  if (!board || families.length < file.groups.length || families.some((one) => board.families.includes(one))) return
  throw new FlashError('UF2_WRONG_CHIP', {
    chip: board.chip,
    found: familiesText(file),
    expected: board.families.map(uf2FamilyText).join(', '),
  })
}

/** One step of the file; false: the drive has left. The last ones may meet a drive that has already left because the board has everything. */
const step = async (work: Promise<void>, job: Job, isLast: boolean): Promise<boolean> => {
  try {
    await work
    return true
  } catch (error) {
    job.signal.throwIfAborted()
    if (error instanceof LinkLostError || codeOf(error) === '') throw error
    if (isLast && isGoneError(error)) return false
    if (isGoneError(error)) throw new LinkLostError(`${job.link.name}: ${codeOf(error)}`)
    throw new FlashError('DRIVE_WRITE', { folder: job.link.name, detail: codeOf(error) }, { cause: error })
  }
}

/** Writes all bytes in order. @throws LinkLostError: the drive left before it had them. */
const writeBytes = async (job: Job, file: DriveFile, bytes: Uint8Array): Promise<void> => {
  const { link, signal, emit } = job
  for (let done = 0; done < bytes.length; ) {
    signal.throwIfAborted()
    // A folder can be written to without its drive.
    if (await link.isGone()) throw new LinkLostError(`${link.name}: left after ${done} of ${bytes.length} bytes`)
    const piece = bytes.subarray(done, done + PIECE)
    done += piece.length
    const isLast = done === bytes.length
    if (await step(file.write(piece), job, isLast)) await step(file.sync(), job, isLast)
    emit({ kind: 'progress', done, total: bytes.length })
  }
}

/** Waits until the drive is gone. @throws FlashError UF2_STILL_THERE. */
const untilGone = async (job: Job, seconds: number): Promise<void> => {
  const { link, clock, signal } = job
  const end = clock.steady() + seconds * 1000
  signal.throwIfAborted()
  while (!(await link.isGone())) {
    signal.throwIfAborted()
    if (clock.steady() >= end) throw new FlashError('UF2_STILL_THERE', { seconds })
    await pause(clock, LOOK_MS, signal)
  }
  signal.throwIfAborted()
}

/**
 * Hands the file to the board's boot loader; done when all bytes were taken and the drive is gone, because the board then restarts.
 * @throws FlashError UF2_…, DRIVE_…, NO_IMAGE; LinkLostError; the signal's reason.
 */
export const flashUf2 = async (job: Job): Promise<Identity> => {
  const { link, regions, signal, emit } = job
  const options = Uf2Options.parse(job.options)
  const [region] = regions
  if (!region) throw new FlashError('NO_IMAGE')
  for (const { code, data } of refuseProblems(regions, uf2Images, { chip: undefined, flashSize: undefined }, options))
    emit({ kind: 'warning', code, data })
  const info = await readInfo(job)
  const identity = identityOf(info)
  emit({ kind: 'identity', identity })
  refuseBoard(info, region, options)
  await job.beforeErase(identity)

  emit({ kind: 'phase', phase: 'writing' })
  signal.throwIfAborted()
  const file = await link.create(FILE_NAME)
  try {
    await writeBytes(job, file, region.bytes)
    signal.throwIfAborted()
    await step(file.close(), job, true)
    emit({ kind: 'phase', phase: 'resetting' })
    await untilGone(job, options.vanishSeconds)
  } catch (error) {
    await file.close().catch(() => undefined)
    if (!signal.aborted) throw error
    emit({ kind: 'warning', code: 'UF2_HALF_IMAGE', data: {} })
    throw signal.reason
  }
  return identity
}
