import { FlashError } from '../../flasher.ts'

/** Answers in a row without a step forward, and beginnings anew, after which an upload has failed. */
const stuckAnswers = 10
const mostRestarts = 5

/** Data of the first chunk: few bytes, so that silence after it means an erase and not a request that was too large. */
export const firstChunkBytes = 100

/** Sizes of a request: what a unit takes that does not say, and the least that is tried. */
export const usualRequest = 512
export const leastRequest = 128
/** The least that a unit may tell: a first chunk with its SHA-256 and some data. */
export const leastTold = 96

/** Where an upload stands. */
export interface UploadState {
  /** The offset that the unit asked for. */
  readonly offset: number
  readonly total: number
  /** Answers in a row that did not lead forward. */
  readonly stuck: number
  readonly restarts: number
}

export const uploadStart = (total: number): UploadState => ({ offset: 0, total, stuck: 0, restarts: 0 })

/**
 * The state after an answer. The unit's offset always counts, forward or back: it writes in steps of its flash, and after a reset it
 * knows nothing.
 * @throws FlashError SMP_STUCK: no step forward in many answers; SMP_RESTARTS: it begins again and again; SMP_STRANGE_OFFSET.
 */
export const uploadAfter = (state: UploadState, offset: number, name: string): UploadState => {
  const { total } = state
  if (offset > total) throw new FlashError('SMP_STRANGE_OFFSET', { name, offset, size: total })
  const isForward = offset > state.offset
  const isBack = offset < state.offset
  const stuck = isForward ? 0 : state.stuck + 1
  const restarts = state.restarts + (isBack ? 1 : 0)
  if (stuck >= stuckAnswers) throw new FlashError('SMP_STUCK', { name, offset })
  if (restarts > mostRestarts) throw new FlashError('SMP_RESTARTS', { name, times: restarts })
  return { offset, total, stuck, restarts }
}

/** The next smaller size of a request for a unit that stays silent; undefined: there is none. */
export const smallerRequest = (size: number): number | undefined =>
  size <= leastRequest ? undefined : Math.max(leastRequest, size > usualRequest ? usualRequest : size >> 1)
