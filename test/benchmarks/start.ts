import { once } from 'node:events'
import { mkdtempSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Campaign } from '#shared/schema.ts'
import { DATABASE } from '../../electron/platform/store/files.ts'
import { type StationProcess, spawnStationWith } from '../helpers/station-process.ts'
import { isShort } from './length.ts'
import { register } from './mqtt-crowd.ts'
import { lean, table, usage, wait } from './scratch.ts'

/** A million jobs: this many devices in this many campaigns, each of which is cancelled before the next. */
const DEVICES = isShort ? 20 : 20_000
const CAMPAIGNS = isShort ? 2 : 50
const STARTS = isShort ? 1 : 5

const end = async ({ child }: StationProcess): Promise<void> => {
  const ended = once(child, 'exit')
  child.kill('SIGTERM')
  await ended
}

const start = (directory: string): Promise<StationProcess> => spawnStationWith(lean, directory, '--no-tls')

/** As years of use leave it: everything by the API. */
const fill = async (directory: string): Promise<void> => {
  const station = await start(directory)
  await register(station, DEVICES, Buffer.from('image'))
  for (let n = 1; n <= CAMPAIGNS; n++) {
    const { id } = await station.call<Campaign>('POST', '/campaigns', { packageId: 1, name: `campaign ${n}` })
    await station.call('POST', `/campaigns/${id}/cancel`)
    await wait(async () => (await station.call<Campaign>('GET', `/campaigns/${id}`)).status !== 'running')
  }
  await end(station)
}

const median = (values: number[]): number => values.sort((a, b) => a - b)[values.length >> 1] ?? Number.NaN

const run = async (what: string, prepare: (directory: string) => Promise<void>): Promise<readonly string[]> => {
  const directory = mkdtempSync(join(tmpdir(), 'bench-'))
  try {
    await prepare(directory)
    const ready: number[] = []
    const cpu: number[] = []
    const memory: number[] = []
    for (let n = 0; n < STARTS; n++) {
      const began = performance.now()
      const station = await start(directory)
      ready.push(performance.now() - began)
      const { cpuSeconds, megabytes } = usage(station.child.pid)
      cpu.push(cpuSeconds)
      memory.push(megabytes)
      await end(station)
    }
    const store = statSync(join(directory, DATABASE)).size / 1e6
    return [
      what,
      store.toFixed(0),
      median(ready).toFixed(0),
      Math.max(...ready).toFixed(0),
      median(cpu).toFixed(2),
      median(memory).toFixed(0),
    ]
  } finally {
    rmSync(directory, { recursive: true, force: true })
  }
}

/** From the start of the process to its ready line, without the launcher. */
export const bench = async (): Promise<string> => {
  const rows = [
    await run('empty', () => Promise.resolve()),
    await run(
      `${DEVICES.toLocaleString('en')} devices, ${(DEVICES * CAMPAIGNS).toLocaleString('en')} jobs, registered by the API`,
      fill,
    ),
  ]
  return table(
    'Start to ready',
    ['station', 'database, MB', 'ready after, ms', 'slowest, ms', 'CPU s', 'memory then, MB'],
    rows,
  )
}
