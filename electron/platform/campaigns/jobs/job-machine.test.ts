import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { definitionDefaults } from '#shared/campaign/definition.ts'
import { isOpenJob, type JobState, jobStates, jobTransitions } from '#shared/states/job.ts'
import { mayMove } from '#shared/states/transition-table.ts'
import { deadlineOf } from '../policy/deadlines.ts'
import { type JobRecord, type JobSignal, stepJob } from './job-machine.ts'

const fresh: JobRecord = {
  state: 'pending',
  progress: 0,
  fromVersion: '1.0.0',
  toVersion: '2.0.0',
  errorCode: null,
  description: null,
  attempt: 1,
  notifiedAt: null,
  startedAt: null,
  finishedAt: null,
  retryAt: null,
  updatedAt: 0,
  enteredAt: 0,
  acknowledgeBy: null,
  autoRetries: 0,
  patienceUntil: null,
}
const PATIENCE_MS = 600_000
const at = (now: number, successCriterion: 'version' | 'progress' = 'version', patienceMs = PATIENCE_MS) => ({
  now,
  successCriterion,
  patienceMs,
})
const progress = (percent: number, text?: string): JobSignal => ({ kind: 'progress', percent, text })
const version = (reported: string): JobSignal => ({ kind: 'version', version: reported })

/** Applies signals one second apart and returns the resulting job. */
const play = (
  signals: readonly JobSignal[],
  start: JobRecord = fresh,
  criterion: 'version' | 'progress' = 'version',
): JobRecord =>
  signals.reduce((job, signal, n) => {
    const step = stepJob(job, signal, at((n + 1) * 1000, criterion))
    return step.changed ? step.job : job
  }, start)

describe('a job', () => {
  it('goes from notice over download to success when the device reports the target', () => {
    const signals = [{ kind: 'notified' }, { kind: 'fetching' }, progress(40), progress(100), version('2.0.0')] as const
    expect(play(signals)).toMatchObject({
      state: 'succeeded',
      progress: 100,
      notifiedAt: 1000,
      startedAt: 2000,
      finishedAt: 5000,
    })
  })

  it('is not a success at 100 % alone', () => {
    expect(play([{ kind: 'notified' }, progress(100)])).toMatchObject({ state: 'installing', finishedAt: null })
  })

  it('is a success at 100 % where the product says so', () => {
    expect(play([{ kind: 'notified' }, progress(100)], fresh, 'progress').state).toBe('succeeded')
  })

  it('is installing, not a success, when the device says so, whatever the product goes by', () => {
    const installing = play(
      [{ kind: 'notified' }, progress(99), { kind: 'installing', text: 'burning' }],
      fresh,
      'progress',
    )
    expect(installing).toMatchObject({ state: 'installing', progress: 100, description: 'burning', startedAt: 2000 })
    expect(play([progress(12)], installing, 'progress')).toEqual(installing)
    expect(play([progress(100)], installing, 'progress').state).toBe('succeeded')
  })

  it('is skipped when a device that was never told turns out to be on the target', () => {
    expect(play([version('2.0.0')])).toMatchObject({ state: 'skipped', errorCode: 'ALREADY_ON_TARGET' })
  })

  it('fails with the step and keeps the words of the device', () => {
    const text = 'OTA升级失败，请求不到升级包信息。'
    expect(play([{ kind: 'notified' }, { kind: 'failure', reason: 'UPGRADE_FAILED', text }])).toMatchObject({
      state: 'failed',
      errorCode: 'UPGRADE_FAILED',
      description: text,
    })
  })

  const patient = play([{ kind: 'notified' }, progress(100), version('1.0.0')])

  it('is no verdict when the source is reported while it installs: its patience begins, once', () => {
    expect(patient).toMatchObject({ state: 'installing', patienceUntil: 3000 + PATIENCE_MS, errorCode: null })
    expect(deadlineOf(patient, definitionDefaults)).toEqual({
      at: 3000 + PATIENCE_MS,
      reason: 'ROLLED_BACK',
      text: '1.0.0',
    })
    expect(play([version('1.0.0'), progress(100), progress(3)], patient)).toEqual(patient)
  })

  it('ends its patience by the target, by a version that is neither, by a failure report, and by a person', () => {
    const ends: readonly (readonly [JobSignal, Partial<JobRecord>])[] = [
      [version('2.0.0'), { state: 'succeeded', errorCode: null }],
      [version('9.9.9'), { state: 'failed', errorCode: 'WRONG_VERSION', description: '9.9.9' }],
      [
        { kind: 'failure', reason: 'BURNING_FAILED', text: 'no' },
        { state: 'failed', errorCode: 'BURNING_FAILED' },
      ],
      [
        { kind: 'failure', reason: 'ROLLED_BACK', text: '1.0.0' },
        { state: 'failed', errorCode: 'ROLLED_BACK' },
      ],
      [{ kind: 'cancel' }, { state: 'cancelled', errorCode: 'CANCELLED_IN_PROGRESS' }],
    ]
    for (const [signal, expected] of ends)
      expect(play([signal], patient)).toMatchObject({ ...expected, patienceUntil: null })
  })

  it('takes the version that a device which installs reports for its source where none was known', () => {
    const unknown = play([{ kind: 'notified' }, progress(100), version('1.5')], { ...fresh, fromVersion: null })
    expect(unknown).toMatchObject({ state: 'installing', fromVersion: '1.5', patienceUntil: 3000 + PATIENCE_MS })
  })

  it('fails as rolled back at once where there is to be no patience', () => {
    const installing = play([{ kind: 'notified' }, progress(100)])
    expect(stepJob(installing, version('1.0.0'), at(3000, 'version', 0))).toMatchObject({
      changed: true,
      job: { state: 'failed', errorCode: 'ROLLED_BACK', description: '1.0.0' },
    })
  })

  it('fails on a version that is neither source nor target while in progress', () => {
    expect(play([{ kind: 'notified' }, progress(10), version('9.9.9')])).toMatchObject({
      state: 'failed',
      errorCode: 'WRONG_VERSION',
      description: '9.9.9',
    })
  })

  it('takes the version of a device that had never reported one as its source', () => {
    expect(play([version('1.5.0')], { ...fresh, fromVersion: null })).toMatchObject({
      state: 'pending',
      fromVersion: '1.5.0',
    })
  })

  it('is a success after all when a failed device proves the target', () => {
    expect(
      play([{ kind: 'notified' }, { kind: 'failure', reason: 'BURNING_FAILED', text: undefined }, version('2.0.0')]),
    ).toMatchObject({
      state: 'succeeded',
      errorCode: null,
    })
  })

  it('stays cancelled, whatever the device goes on to do', () => {
    expect(play([{ kind: 'notified' }, { kind: 'cancel' }, progress(50), progress(100), version('2.0.0')]).state).toBe(
      'cancelled',
    )
  })

  it('starts over with a clean record on retry', () => {
    const retried = play([
      { kind: 'notified' },
      progress(30),
      { kind: 'failure', reason: 'DOWNLOAD_FAILED', text: 'timeout' },
      { kind: 'retry' },
    ])
    expect(retried).toMatchObject({
      state: 'pending',
      attempt: 2,
      progress: 0,
      errorCode: null,
      description: null,
      finishedAt: null,
      notifiedAt: null,
    })
  })

  it('is a success, not skipped, when it is proven on a later attempt or while it is under way, told or not', () => {
    const again = play([{ kind: 'notified' }, { kind: 'failure', reason: 'DOWNLOAD_FAILED', text: undefined }])
    expect(play([{ kind: 'retry' }, version('2.0.0')], again)).toMatchObject({ state: 'succeeded', attempt: 2 })
    expect(play([{ kind: 'fetching' }, version('2.0.0')]).state).toBe('succeeded')
  })

  const failed = play([{ kind: 'notified' }, progress(30), { kind: 'failure', reason: 'NO_SPACE', text: 'full' }])

  it('waits for its time where the platform tries again, and counts that; a person’s retry waits for nothing and counts nothing', () => {
    const waiting = play([{ kind: 'retry', at: 99_000 }], failed)
    expect(waiting).toMatchObject({ state: 'pending', retryAt: 99_000, autoRetries: 1, attempt: 2, startedAt: null })
    expect(play([{ kind: 'due' }], waiting)).toMatchObject({ state: 'pending', retryAt: null, autoRetries: 1 })
    expect(play([{ kind: 'retry' }], failed)).toMatchObject({
      retryAt: null,
      autoRetries: 0,
      attempt: 2,
      startedAt: null,
    })
  })

  it('takes nothing into its next state that belonged to the one before: wait, acknowledgement, patience', () => {
    const waiting = play([{ kind: 'retry', at: 99_000 }], failed)
    for (const signal of [{ kind: 'cancel' }, { kind: 'fetching' }, { kind: 'notified' }] as const)
      expect(play([signal], waiting).retryAt, signal.kind).toBeNull()
    const awaited = play([{ kind: 'telling', acknowledgeBy: 60_000 }, { kind: 'notified' }])
    expect(awaited).toMatchObject({ state: 'notified', acknowledgeBy: 60_000 })
    for (const signal of [{ kind: 'cancel' }, progress(1), version('2.0.0')] as const)
      expect(play([signal], awaited).acknowledgeBy, signal.kind).toBeNull()
  })

  it('knows when it entered its state, and when anything of it last changed', () => {
    const signals = [{ kind: 'notified' }, { kind: 'fetching' }, progress(40), progress(60)] as const
    expect(play(signals)).toMatchObject({ enteredAt: 2000, updatedAt: 4000 })
    expect(play([...signals, progress(100)])).toMatchObject({ enteredAt: 5000, updatedAt: 5000 })
  })

  it('ignores a late progress report after its end, and says which move it refused', () => {
    const done = play([{ kind: 'notified' }, progress(100), version('2.0.0')])
    expect(stepJob(done, progress(50), at(9000))).toEqual({ changed: false, ignored: 'succeeded → downloading' })
  })

  const anySignal: fc.Arbitrary<JobSignal> = fc.oneof(
    fc.constantFrom<JobSignal>(
      { kind: 'telling', acknowledgeBy: null },
      { kind: 'untold' },
      { kind: 'notified' },
      { kind: 'acknowledged' },
      { kind: 'fetching' },
      { kind: 'installing', text: undefined },
      { kind: 'cancel' },
      { kind: 'retry' },
    ),
    fc.integer({ min: 0, max: 100 }).map((percent) => progress(percent)),
    fc.constantFrom('1.0.0', '2.0.0', '3.0.0').map((v) => version(v)),
    fc
      .constantFrom('UPGRADE_FAILED' as const, 'DOWNLOAD_FAILED' as const)
      .map((reason) => ({ kind: 'failure' as const, reason, text: undefined })),
  )

  it('moves only as its table allows, has an end time exactly when it ended, and never succeeds without proof', () => {
    fc.assert(
      fc.property(
        fc.array(anySignal, { maxLength: 40 }),
        fc.constantFrom('version' as const, 'progress' as const),
        (signals, criterion) => {
          let job = fresh
          signals.forEach((signal, n) => {
            const step = stepJob(job, signal, at(n * 1000, criterion))
            if (!step.changed) return
            const moved = step.job.state !== job.state
            if (moved) expect(mayMove(jobTransitions, job.state, step.job.state)).toBe(true)
            if (moved && step.job.state === 'succeeded') {
              const proof =
                signal.kind === 'version'
                  ? signal.version === job.toVersion
                  : criterion === 'progress' && signal.kind === 'progress' && signal.percent === 100
              expect(proof).toBe(true)
            }
            if (moved && step.job.state === 'failed' && signal.kind === 'version')
              expect(signal.version).not.toBe(job.fromVersion)
            if (step.job.patienceUntil !== null) expect(step.job.state).toBe('installing')
            expect(step.job.finishedAt === null).toBe(isOpenJob(step.job.state))
            expect(step.job.progress).toBeGreaterThanOrEqual(0)
            expect(step.job.progress).toBeLessThanOrEqual(100)
            job = step.job
          })
        },
      ),
      { numRuns: 2000 },
    )
  })

  it('is a success, not skipped, when the target is reported by a device that may have been told of it', () => {
    expect(play([version('2.0.0')])).toMatchObject({ state: 'skipped', errorCode: 'ALREADY_ON_TARGET' })
    expect(play([{ kind: 'telling', acknowledgeBy: null }, version('2.0.0')])).toMatchObject({ state: 'succeeded' })
    expect(play([{ kind: 'telling', acknowledgeBy: null }, { kind: 'untold' }, version('2.0.0')])).toMatchObject({
      state: 'skipped',
    })
  })

  it('has a way out of every open state, and to success from every state a device may have installed in', () => {
    for (const state of jobStates) {
      if (isOpenJob(state)) expect(jobTransitions[state].length, state).toBeGreaterThan(0)
    }
    for (const state of ['notified', 'downloading', 'installing', 'failed'] satisfies JobState[])
      expect(jobTransitions[state]).toContain('succeeded')
  })
})
