import type { JobReason } from '#shared/reasons.ts'
import type { HttpTask } from '../http-dialect.ts'
import type { Errno } from './errors.ts'

/** The states of a task in OneNET's terms: 待升级, 下载中, 升级中, 升级完成, 升级失败, 已取消, 暂停. */
export type TaskState = 'waiting' | 'downloading' | 'upgrading' | 'completed' | 'failed' | 'cancelled' | 'paused'

/** A task is paused with its campaign only if its device has not begun; a started upgrade continues (docs/product.md §5.5). */
export const stateOf = (task: HttpTask): TaskState => {
  switch (task.state) {
    case 'pending':
    case 'notified':
      return task.held ? 'paused' : 'waiting'
    case 'downloading':
      return 'downloading'
    case 'installing':
      return 'upgrading'
    case 'succeeded':
    case 'skipped':
      return 'completed'
    case 'failed':
      return 'failed'
    case 'cancelled':
      return 'cancelled'
  }
}

/** `status` of the newer APIs. */
export const statusNumbers: Readonly<Record<TaskState, number>> = {
  waiting: 1,
  paused: 1,
  downloading: 2,
  upgrading: 3,
  completed: 4,
  failed: 5,
  cancelled: 6,
}

/** Why a task in that state accepts no more calls; undefined when it does. */
export const closedErrno = (state: TaskState): Errno | undefined => {
  switch (state) {
    case 'completed':
    case 'failed':
      return 20
    case 'cancelled':
      return 22
    case 'paused':
      return 17
    default:
      return undefined
  }
}

const failures: ReadonlyMap<number, JobReason> = new Map<number, JobReason>([
  [102, 'NO_SPACE'],
  [103, 'OUT_OF_MEMORY'],
  [104, 'REQUEST_TIMEOUT'],
  [105, 'LOW_BATTERY'],
  [106, 'WEAK_SIGNAL'],
  [107, 'DOWNLOAD_BROKE_OFF'],
  [202, 'LOW_BATTERY'],
  [203, 'OUT_OF_MEMORY'],
  [204, 'PACKAGE_MISMATCH'],
  [205, 'CHECKSUM_WRONG'],
  [206, 'UPGRADE_BROKE_OFF'],
  [207, 'RETRIES_EXHAUSTED'],
  [208, 'UPGRADE_EXPIRED'],
])

/** The upgrade succeeded. */
export const PROVEN = 201

/** The effect of a step on its task. */
export type Step =
  | { readonly kind: 'refused'; readonly errno: Errno }
  | { readonly kind: 'progress'; readonly percent: number }
  | { readonly kind: 'failure'; readonly reason: JobReason }
  /** The device reports the target version. */
  | { readonly kind: 'proven' }

const refused = (errno: Errno): Step => ({ kind: 'refused', errno })

/**
 * Step codes (docs/protocols/onenet.md §7.2): 0-100 is the download percentage, accepted only while downloading; larger numbers are
 * status codes, of which an upgrading task accepts only 2xx. `unknown`: the errno for an undefined code.
 */
export const readStep = (step: number, state: TaskState, unknown: Errno = 2): Step => {
  const isPercent = step >= 0 && step <= 100
  const reason = failures.get(step)
  if (!isPercent && step !== 101 && step !== PROVEN && !reason) return refused(unknown)
  const closed = closedErrno(state)
  if (closed !== undefined) return refused(closed)
  if (isPercent) return state === 'downloading' ? { kind: 'progress', percent: step } : refused(17)
  if (step < 200 && state === 'upgrading') return refused(17)
  if (reason) return { kind: 'failure', reason }
  return step === 101 ? { kind: 'progress', percent: 100 } : { kind: 'proven' }
}
