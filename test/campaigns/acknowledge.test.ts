import { expect, it } from 'vitest'
import { type Bench, openBench } from './fixture.ts'

const SECOND = 1000

/** The device is there; its dialect does not know the bench's version reports, so it is offered what it was never told of after a moment's grace. */
const arrive = async (bench: Bench): Promise<void> => {
  await bench.connect(1)
  await bench.wait(SECOND)
}

it('a notice that is not acknowledged fails at its time, also when the station restarted meanwhile and the device stays away', async () => {
  const bench = await openBench(1, { protocol: 'iot-engine' })
  await arrive(bench)
  const { id } = await bench.create({})
  expect(bench.toldIds()).toEqual([1])
  await bench.wait(5 * SECOND)
  await bench.restart()
  await bench.wait(20 * SECOND)
  // It could not have answered while nobody listened: it gets a minute to come back.
  expect(bench.states(id)).toEqual(['notified'])
  await bench.wait(40 * SECOND)
  expect(bench.jobs(id)).toMatchObject([{ state: 'failed', errorCode: 'PUSH_FAILED' }])
})

it('a device that comes back after the restart is told again when it has said nothing, and has its own time to take note of that', async () => {
  const bench = await openBench(1, { protocol: 'iot-engine' })
  await arrive(bench)
  const { id } = await bench.create({})
  await bench.restart()
  await bench.wait(50 * SECOND)
  await arrive(bench)
  // Its minute ends while it is waited for: that is not held against it.
  await bench.wait(28 * SECOND)
  expect([bench.toldIds(), bench.states(id)]).toEqual([[1], ['notified']])
  await bench.wait(SECOND)
  expect(bench.toldIds()).toEqual([1, 1])
  await bench.wait(8 * SECOND)
  expect(bench.states(id)).toEqual(['notified'])
  await bench.wait(3 * SECOND)
  expect(bench.jobs(id)).toMatchObject([{ state: 'failed', errorCode: 'PUSH_FAILED' }])
})
