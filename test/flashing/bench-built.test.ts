import { once } from 'node:events'
import { expect, it } from 'vitest'
import type { DemoStatus, Line, Run, RunWithLog } from '#shared/schema.ts'
import { spawnStation } from '../helpers/station-process.ts'
import { until } from '../helpers/until.ts'
import { scratch } from '../launch/launched.ts'

it('the built station flashes an ESP32 with the stub that belongs to it, and its demo lines run', async () => {
  using data = scratch()
  const station = await spawnStation(data.path, '--no-tls')
  try {
    const demo = await station.call<DemoStatus>('POST', '/bench/demo/start', {
      ...{ slots: 3, failurePercent: 0 },
      boards: ['esp', 'stm32'],
    })
    const lines = await Promise.all(demo.lineIds.map((id) => station.call<Line>('GET', `/bench/lines/${id}`)))
    expect(lines.map(({ slots }) => slots.length)).toEqual([2, 1])
    const lineId = demo.lineIds[0]
    const passed = await until(
      async () => (await station.call<{ items: Run[] }>('GET', '/bench/runs?state=passed')).items,
      (runs) => runs.some((run) => run.lineId === lineId),
    )
    const { id } = passed.find((run) => run.lineId === lineId) ?? { id: 0 }
    const run = await station.call<RunWithLog>('GET', `/bench/runs/${id}`)
    expect(run).toMatchObject({ chip: 'ESP32-C3', unit: expect.stringMatching(/^240ac4[0-9a-f]{6}$/) })
    const log = run.log.map(({ words }) => words).join('\n')
    // The stubs are modules that are loaded when a chip needs one: in the built program they are pieces of it.
    expect(log).toContain('Stub running')
    expect(log).toMatch(/verified, MD5/)
    expect((await station.call<DemoStatus>('POST', '/bench/demo/stop')).lineIds).toEqual([])
  } finally {
    const ended = once(station.child, 'exit')
    station.child.kill('SIGTERM')
    await ended
  }
})
