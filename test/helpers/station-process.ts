import { type ChildProcess, spawn } from 'node:child_process'
import { resolve } from 'node:path'
import { createInterface } from 'node:readline'
import { ReadyInfo } from '../../electron/station/ready-line.ts'
import { patience } from '../launch/launched.ts'
import { within } from './until.ts'

const program = resolve(import.meta.dirname, '..', '..', 'dist', 'station-process.js')

/** The built station as a process of its own. */
export interface StationProcess {
  readonly ready: ReadyInfo
  readonly child: ChildProcess
  readonly directory: string
  /** What it has logged so far. */
  readonly log: string[]
  /** A REST call; throws with the answer's text unless it succeeded. */
  call<T>(method: string, path: string, body?: unknown): Promise<T>
  /** Sends a file and answers its upload id. */
  upload(name: string, bytes: Uint8Array): Promise<string>
}

/** Starts the built station on free ports of loopback. The caller ends it. */
export const spawnStation = (directory: string, ...more: string[]): Promise<StationProcess> =>
  spawnStationWith({}, directory, ...more)

/** As `spawnStation`, with more in its environment. */
export const spawnStationWith = async (
  environment: NodeJS.ProcessEnv,
  directory: string,
  ...more: string[]
): Promise<StationProcess> => {
  const anyPorts = ['mqtt', 'mqtts', 'http', 'https', 'ui'].flatMap((name) => [`--${name}-port`, '0'])
  const args = [program, '--data', directory, '--host', '127.0.0.1', ...anyPorts, ...more]
  const child = spawn(process.execPath, args, {
    env: { ...process.env, ...patience, ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const log: string[] = []
  createInterface({ input: child.stderr }).on('line', (line) => log.push(line))
  const first = new Promise<string>((resolve, reject) => {
    createInterface({ input: child.stdout }).once('line', resolve)
    child.once('exit', (code) => reject(new Error(`the station ended with ${code}: ${log.join('\n')}`)))
  })
  const line = await within(first, () => log)
  const ready = ReadyInfo.parse(JSON.parse(line))
  const ask = async <T>(method: string, path: string, headers: Record<string, string>, body?: BodyInit): Promise<T> => {
    const response = await fetch(`${ready.api}${path}`, {
      method,
      headers: { Authorization: `Bearer ${ready.token}`, ...headers },
      ...(body === undefined ? {} : { body }),
    })
    if (!response.ok) throw new Error(`${method} ${path}: ${await response.text()}`)
    return (await response.json()) as T
  }
  return {
    ready,
    child,
    directory,
    log,
    call: (method, path, body) =>
      body === undefined
        ? ask(method, path, {})
        : ask(method, path, { 'Content-Type': 'application/json' }, JSON.stringify(body)),
    async upload(name, bytes) {
      const sent = await ask<{ id: string }>('POST', '/uploads', { 'X-File-Name': name }, new Uint8Array(bytes))
      return sent.id
    },
  }
}
