import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import { type StationProcess, spawnStation } from '../helpers/station-process.ts'

/** Starts the built station on free ports, with data of its own; ended, and its data removed, when the test is over. */
export const startStationProcess = (...more: string[]): Promise<StationProcess> => {
  const directory = mkdtempSync(join(tmpdir(), 'station-'))
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }))
  return startStationOn(directory, ...more)
}

/** The same on data that is there already. */
export const startStationOn = async (directory: string, ...more: string[]): Promise<StationProcess> => {
  const station = await spawnStation(directory, ...more)
  const { child } = station
  onTestFinished(async () => {
    if (child.exitCode !== null || child.signalCode !== null) return
    child.kill('SIGTERM')
    await once(child, 'exit')
  })
  return station
}
