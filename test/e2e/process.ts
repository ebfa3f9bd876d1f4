import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { createInterface } from 'node:readline'
import { onTestFinished } from 'vitest'
import { ReadyInfo } from '../../electron/station/ready.ts'

const program = resolve(import.meta.dirname, '..', '..', 'dist', 'station-process.js')

/** The built station as a process of its own. */
export interface StationProcess {
  readonly ready: ReadyInfo
  readonly child: ChildProcess
  readonly directory: string
  /** What it has logged so far. */
  readonly log: string[]
  call<T>(method: string, path: string, body?: unknown): Promise<T>
}

/** Starts the built station on free ports, with data of its own; ended, and its data removed, when the test is over. */
export const startStationProcess = (...more: string[]): Promise<StationProcess> => {
  const directory = mkdtempSync(join(tmpdir(), 'station-'))
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }))
  return startStationOn(directory, ...more)
}

/** The same on data that is there already. */
export const startStationOn = async (directory: string, ...more: string[]): Promise<StationProcess> => {
  const args = [
    '--data',
    directory,
    '--host',
    '127.0.0.1',
    ...['mqtt', 'mqtts', 'http', 'https', 'ui'].flatMap((name) => [`--${name}-port`, '0']),
  ]
  const child = spawn(process.execPath, [program, ...args, ...more], { stdio: ['ignore', 'pipe', 'pipe'] })
  onTestFinished(async () => {
    if (child.exitCode === null && child.signalCode === null) {
      child.kill('SIGTERM')
      await once(child, 'exit')
    }
  })
  const log: string[] = []
  createInterface({ input: child.stderr }).on('line', (line) => log.push(line))
  const lines = createInterface({ input: child.stdout })
  const line = await new Promise<string>((resolve, reject) => {
    lines.once('line', resolve)
    child.once('exit', (code) => reject(new Error(`the station ended with ${code}: ${log.join('\n')}`)))
  })
  const ready = ReadyInfo.parse(JSON.parse(line))
  return {
    ready,
    child,
    directory,
    log,
    async call<T>(method: string, path: string, body?: unknown): Promise<T> {
      const response = await fetch(`${ready.api}${path}`, {
        method,
        headers: {
          Authorization: `Bearer ${ready.token}`,
          ...(body === undefined ? {} : { 'Content-Type': 'application/json' }),
        },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      })
      if (!response.ok) throw new Error(`${method} ${path}: ${await response.text()}`)
      return (await response.json()) as T
    },
  }
}
