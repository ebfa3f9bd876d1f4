import { expect, it } from 'vitest'
import type { DemoStatus, Line, Run, UnitRecord } from '#shared/schema.ts'
import { spawnStation } from '../helpers/station-process.ts'
import { until } from '../helpers/until.ts'
import { scratch } from '../launch/launched.ts'

interface Page<T> {
  readonly items: readonly T[]
}

/** Waits for a slot that is being written. */
const writing = (call: <T>(method: string, path: string) => Promise<T>): Promise<Run> =>
  until(
    async () =>
      (await call<Page<Run>>('GET', '/bench/runs')).items.find(
        (run) => run.state === 'running' && run.phase === 'writing',
      ),
    (run) => run !== undefined && run.progress > 5,
  ) as Promise<Run>

it('a station killed in the middle of a write says interrupted after the restart, and how far it had come; the slot is free again', async () => {
  using data = scratch()
  const killed = await spawnStation(data.path, '--no-tls')
  const demo = await killed.call<DemoStatus>('POST', '/bench/demo/start', {
    slots: 2,
    failurePercent: 0,
    boards: ['stm32'],
  })
  const run = await writing(killed.call)
  const exited = new Promise((resolve) => killed.child.once('exit', resolve))
  killed.child.kill('SIGKILL')
  await exited

  const next = await spawnStation(data.path, '--no-tls')
  try {
    const after = await next.call<Run>('GET', `/bench/runs/${run.id}`)
    expect(after).toMatchObject({
      state: 'failed',
      errorCode: 'INTERRUPTED',
      errorData: { phase: 'writing' },
      unit: run.unit,
    })
    expect(after.message).toContain('may be incomplete')
    const records = await next.call<Page<UnitRecord>>('GET', `/bench/records?runId=${run.id}`)
    expect(records.items).toMatchObject([{ state: 'failed', errorCode: 'INTERRUPTED', unit: run.unit, attempt: 1 }])
    expect((await next.call<Page<Run>>('GET', '/bench/runs?state=running')).items).toEqual([])
    const line = await next.call<Line>('GET', `/bench/lines/${demo.lineId}`)
    expect(line.slots.find(({ id }) => id === run.slotId)).toMatchObject({
      lamp: 'fail',
      port: null,
      run: { id: run.id },
    })

    // SIGTERM in the middle of a write: stopped cleanly, recorded, exit 0 within the time.
    await next.call('POST', '/bench/demo/start', {
      slots: 2,
      failurePercent: 0,
      boards: ['stm32'],
    })
    const stopped = await writing(next.call)
    const ended = new Promise((resolve) => next.child.once('exit', resolve))
    next.child.kill('SIGTERM')
    expect(await ended).toBe(0)
    const last = await spawnStation(data.path, '--no-tls')
    try {
      expect(await last.call('GET', `/bench/runs/${stopped.id}`)).toMatchObject({
        state: 'cancelled',
        errorCode: 'STOPPED',
      })
    } finally {
      last.child.kill('SIGKILL')
    }
  } finally {
    next.child.kill('SIGKILL')
  }
})
