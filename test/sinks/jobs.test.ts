import { expect, it } from 'vitest'
import { type OutboxRow, outgoingEvent } from '../../electron/platform/sinks/outgoing-event.ts'
import { type Bench, openBench } from '../campaigns/fixture.ts'

/** What the outbox says of jobs and campaigns, oldest first. */
const told = (bench: Bench) =>
  bench.store.sql
    .prepare<[], OutboxRow>('SELECT seq, event_id AS eventId, station, kind, at, data FROM outbox ORDER BY seq')
    .all()
    .map(outgoingEvent)
    .map(({ payload }) => {
      if ('jobId' in payload) return [payload.device, payload.state, payload.errorCode, payload.attempt]
      return 'status' in payload ? [payload.previousStatus, payload.status] : []
    })

it('each end of a job is an event, and so is that an ended one is open again; what lies between is none', async () => {
  const bench = await openBench(2)
  await bench.platform.sinks.create({ kind: 'webhook', name: 'nobody', url: 'http://127.0.0.1:1/', enabled: false })
  await bench.connect(1)
  const { id } = await bench.create({ retry: { times: 1, intervalMinutes: 1, on: ['download'] } })
  await bench.progress(1, 40)
  await bench.progress(1, -2)
  await bench.rest()
  await bench.wait(60_000)
  await bench.progress(1, -2)
  await bench.rest()
  await bench.platform.campaigns.pause(id)
  await bench.platform.campaigns.resume(id)
  expect(await bench.platform.campaigns.retryFailed(id)).toEqual({ retried: 1 })
  await bench.rest()
  await bench.platform.campaigns.cancel(id)
  await bench.rest()
  const [one, two] = bench.devices.map(({ name }) => name)
  const events = told(bench)
  expect(events.filter(([name]) => name === one)).toEqual([
    [one, 'failed', 'DOWNLOAD_FAILED', 1],
    [one, 'pending', null, 2],
    [one, 'failed', 'DOWNLOAD_FAILED', 2],
    [one, 'pending', null, 3],
    [one, 'cancelled', expect.anything(), 3],
  ])
  expect(events.filter(([name]) => name === two)).toEqual([[two, 'cancelled', null, 1]])
  expect(events.filter(([name]) => name !== one && name !== two)).toEqual([
    [null, 'running'],
    ['running', 'paused'],
    ['paused', 'running'],
    ['running', 'cancelled'],
  ])
})
