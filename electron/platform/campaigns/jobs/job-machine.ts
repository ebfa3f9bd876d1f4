import type { JobReason } from '#shared/reasons.ts'
import { isOpenJob, type JobState, jobTransitions } from '#shared/states/job.ts'
import { mayMove } from '#shared/states/transition-table.ts'

/** The job data that the state machine uses. Times are milliseconds since 1970. */
export interface JobRecord {
  readonly state: JobState
  readonly progress: number
  readonly fromVersion: string | null
  readonly toVersion: string
  readonly errorCode: string | null
  readonly description: string | null
  readonly attempt: number
  /** When the device was notified, or was about to be. */
  readonly notifiedAt: number | null
  readonly startedAt: number | null
  readonly finishedAt: number | null
  /** When the state or the progress last changed. */
  readonly updatedAt: number
  /** When the job entered its state. */
  readonly enteredAt: number
  /** Until when the device must acknowledge its notice; null: it need not, or it has. */
  readonly acknowledgeBy: number | null
  /** The number of automatic retries. */
  readonly autoRetries: number
  /** When it is retried; null unless it waits for a retry. */
  readonly retryAt: number | null
  /**
   * Until when the old version, which the device has reported while it installs, does not fail the job, because the device may
   * still be installing. Null: it has not reported it.
   */
  readonly patienceUntil: number | null
}

/** What can happen to a job. */
export type JobSignal =
  /** A notice is about to be sent to the device; from now on its reports on this upgrade are accepted, even after a crash. */
  | { readonly kind: 'telling'; readonly acknowledgeBy: number | null }
  /** The notice was not delivered after all: the device does not listen. */
  | { readonly kind: 'untold' }
  /** The notice was delivered to the device. */
  | { readonly kind: 'notified' }
  /** The device has acknowledged its notice. */
  | { readonly kind: 'acknowledged' }
  /** The device requested the file from the download server. */
  | { readonly kind: 'fetching' }
  | { readonly kind: 'progress'; readonly percent: number; readonly text: string | undefined }
  /** The device has the file and installs it. */
  | { readonly kind: 'installing'; readonly text: string | undefined }
  | { readonly kind: 'failure'; readonly reason: JobReason; readonly text: string | undefined }
  | { readonly kind: 'version'; readonly version: string }
  /** `reason` and `words`: why, when it was not simply an operator's decision. */
  | { readonly kind: 'cancel'; readonly reason?: JobReason | undefined; readonly text?: string | undefined }
  /** `at`: when the station retries automatically; left out: an operator retries it now. */
  | { readonly kind: 'retry'; readonly at?: number | undefined }
  /** The time of the retry has come. */
  | { readonly kind: 'due' }

export interface JobContext {
  readonly now: number
  /** The proof of success: the reported version, or 100% where the product is configured so (docs/protocols/README.md §7.1). */
  readonly successCriterion: 'version' | 'progress'
  /** Milliseconds for which the old version, reported by a device that installs, does not fail the job. */
  readonly patienceMs: number
}

/** An entry of the job's history. */
export interface JobHappening {
  readonly what: string
  readonly detail: string | null
  /** The reason, when it ended for one. */
  readonly reason?: JobReason | null
}

/** The result of a signal: a changed job, with a history entry unless only a number changed; or no change, and the reason. */
export type JobStep =
  | { readonly changed: true; readonly job: JobRecord; readonly happening: JobHappening | undefined }
  | { readonly changed: false; readonly ignored: string | undefined }

const nothing = (ignored?: string): JobStep => ({ changed: false, ignored })

/**
 * One step of a job: pure and total, never throws. A signal for which the state has no transition changes nothing, and the result
 * says so (late or repeated reports are normal in the field, not an error).
 */
export const stepJob = (job: JobRecord, signal: JobSignal, context: JobContext): JobStep => {
  switch (signal.kind) {
    case 'telling':
      return onTelling(job, signal.acknowledgeBy, context)
    case 'untold':
      return onUntold(job)
    case 'notified':
      // A notice may be repeated after a reconnect, and a fast device answers before the store records that it was notified.
      if (job.state !== 'pending')
        return job.notifiedAt === null && isOpenJob(job.state)
          ? { changed: true, job: { ...job, notifiedAt: context.now }, happening: undefined }
          : nothing()
      return move(
        job,
        'notified',
        context,
        { notifiedAt: context.now, acknowledgeBy: job.acknowledgeBy },
        { what: 'notice', detail: null },
      )
    case 'acknowledged':
      return job.state === 'notified'
        ? noted({ ...job, acknowledgeBy: null }, context, { what: 'acknowledged', detail: null })
        : nothing()
    case 'fetching':
      if (job.state === 'downloading' || job.state === 'installing') return nothing()
      return move(job, 'downloading', context, { startedAt: context.now }, { what: 'download', detail: null })
    case 'progress':
      return onProgress(job, signal.percent, signal.text, context)
    case 'installing':
      return install(job, signal.text, 'installing', context)
    case 'failure':
      return end(job, 'failed', context, signal.reason, signal.text ?? null, 'failed')
    case 'version':
      return onVersion(job, signal.version, context)
    case 'cancel':
      return end(job, 'cancelled', context, signal.reason ?? cancelledReason(job), signal.text ?? null, 'cancelled')
    case 'due':
      if (job.state !== 'pending' || job.retryAt === null) return nothing()
      return { changed: true, job: { ...job, retryAt: null, updatedAt: context.now }, happening: undefined }
    case 'retry':
      return move(
        job,
        'pending',
        context,
        {
          progress: 0,
          errorCode: null,
          description: null,
          attempt: job.attempt + 1,
          notifiedAt: null,
          startedAt: null,
          finishedAt: null,
          retryAt: signal.at ?? null,
          autoRetries: job.autoRetries + (signal.at === undefined ? 0 : 1),
        },
        { what: signal.at === undefined ? 'retry' : 'autoRetry', detail: String(job.attempt + 1) },
      )
  }
}

/** A notified device may still install, and the operator must be informed of that. */
const cancelledReason = ({ state, notifiedAt }: JobRecord): JobReason | null =>
  state === 'pending' && notifiedAt === null ? null : 'CANCELLED_IN_PROGRESS'

/** A notice that is repeated after a reconnect must be acknowledged again, unless it was acknowledged before. */
const onTelling = (job: JobRecord, acknowledgeBy: number | null, { now }: JobContext): JobStep => {
  const { state, notifiedAt } = job
  if (state !== 'pending' && state !== 'notified') return nothing()
  if (notifiedAt !== null && acknowledgeBy === job.acknowledgeBy) return nothing()
  return { changed: true, job: { ...job, notifiedAt: notifiedAt ?? now, acknowledgeBy }, happening: undefined }
}

const onUntold = (job: JobRecord): JobStep => {
  const pending = job.state === 'pending' && job.notifiedAt !== null
  if (!pending && job.acknowledgeBy === null) return nothing()
  const notifiedAt = pending ? null : job.notifiedAt
  return { changed: true, job: { ...job, notifiedAt, acknowledgeBy: null }, happening: undefined }
}

/** Adds a history entry and changes nothing else. */
const noted = (job: JobRecord, context: JobContext, happening: JobHappening): JobStep => ({
  changed: true,
  job: { ...job, updatedAt: context.now },
  happening,
})

const onProgress = (job: JobRecord, percent: number, text: string | undefined, context: JobContext): JobStep => {
  const description = text ?? job.description
  if (percent >= 100) {
    if (context.successCriterion === 'progress')
      return end(job, 'succeeded', context, null, description, 'proven', { progress: 100 })
    // 100% means "installed, not proven" (docs/product.md §4.2): only the version report decides.
    return install(job, text, 'installed', context)
  }
  if (job.state === 'downloading') {
    if (job.progress === percent && job.description === description) return nothing()
    return {
      changed: true,
      job: { ...job, progress: percent, description, updatedAt: context.now },
      happening: undefined,
    }
  }
  if (job.state === 'installing') return nothing()
  return move(
    job,
    'downloading',
    context,
    { progress: percent, startedAt: context.now, description },
    { what: 'progress', detail: text ?? null },
  )
}

const install = (job: JobRecord, text: string | undefined, what: string, context: JobContext): JobStep =>
  job.state === 'installing'
    ? nothing()
    : move(
        job,
        'installing',
        context,
        { progress: 100, startedAt: job.startedAt ?? context.now, description: text ?? job.description },
        { what, detail: text ?? null },
      )

const onVersion = (job: JobRecord, version: string, context: JobContext): JobStep => {
  if (version === job.toVersion) {
    // A cancelled job stays cancelled; the history records once that the device installed it nevertheless.
    if (job.state === 'cancelled')
      return job.progress === 100
        ? nothing()
        : {
            changed: true,
            job: { ...job, progress: 100, updatedAt: context.now },
            happening: { what: 'version', detail: version },
          }
    if (job.state === 'pending' && job.attempt === 1 && job.notifiedAt === null)
      return end(job, 'skipped', context, 'ALREADY_ON_TARGET', null, 'skipped')
    return end(job, 'succeeded', context, null, null, 'proven', { progress: 100 })
  }
  switch (job.state) {
    case 'pending':
    case 'notified':
      return onSource(job, version, context)
    case 'downloading':
    case 'installing':
      // Alibaba fails a job in progress when the device reports a version that is neither source nor target (docs/protocols/README.md §7.4).
      if (job.fromVersion !== null && job.fromVersion !== version)
        return end(job, 'failed', context, 'WRONG_VERSION', version, 'failed')
      return job.state === 'installing' ? onOldAgain(job, version, context) : onSource(job, version, context)
    default:
      return nothing()
  }
}

/** The version that the device runs before it installs. */
const onSource = (job: JobRecord, version: string, context: JobContext): JobStep =>
  job.fromVersion === version
    ? nothing()
    : noted({ ...job, fromVersion: version }, context, { what: 'version', detail: version })

/**
 * Handles the old version, reported by an installing device: it may poll, reconnect or repeat itself while it installs, or it may
 * have rolled back. Only time can tell, so the patience time begins with the first such report, and its end ends the job
 * (`../policy/deadlines.ts`).
 */
const onOldAgain = (job: JobRecord, version: string, context: JobContext): JobStep => {
  if (context.patienceMs <= 0) return end(job, 'failed', context, 'ROLLED_BACK', version, 'failed')
  if (job.patienceUntil !== null) return nothing()
  const patienceUntil = context.now + context.patienceMs
  return noted({ ...job, fromVersion: version, patienceUntil }, context, { what: 'stillOld', detail: version })
}

const end = (
  job: JobRecord,
  to: JobState,
  context: JobContext,
  errorCode: JobReason | null,
  description: string | null,
  what: string,
  more: Partial<JobRecord> = {},
): JobStep =>
  move(
    job,
    to,
    context,
    { ...more, errorCode, description, finishedAt: context.now },
    { what, detail: description, reason: errorCode },
  )

const move = (
  job: JobRecord,
  to: JobState,
  context: JobContext,
  change: Partial<JobRecord>,
  happening: JobHappening,
): JobStep =>
  mayMove(jobTransitions, job.state, to)
    ? {
        changed: true,
        job: {
          ...job,
          retryAt: null,
          acknowledgeBy: null,
          patienceUntil: null,
          ...change,
          state: to,
          updatedAt: context.now,
          enteredAt: context.now,
        },
        happening,
      }
    : nothing(`${job.state} → ${to}`)
