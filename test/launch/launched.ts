import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { ReadyInfo } from '../../electron/station/ready-line.ts'
import { within } from '../helpers/until.ts'
import { limits } from '../limits.mjs'

export const root = resolve(import.meta.dirname, '..', '..')

/** The station as it is shipped; from its sources it takes four times as long to start. */
export const builtStation = 'dist/station-process.js'

/** Every port free, only this machine: several stations beside each other. */
export const anyPorts = [
  ...['--host', '127.0.0.1', '--mqtt-port', '0', '--mqtts-port', '0'],
  ...['--http-port', '0', '--https-port', '0', '--ui-port', '0'],
]

/** Of a station that stops as it should, however slow the machine is. */
export const patience = { OTA_BENCH_STOP_TIMEOUT: String(limits.wait / 1000) }

/** A new directory, removed at the end of its scope. */
export const scratch = (): Disposable & { readonly path: string } => {
  const path = mkdtempSync(join(tmpdir(), 'ota-bench-test-'))
  return { path, [Symbol.dispose]: () => rmSync(path, { recursive: true, force: true }) }
}

/** A program that was started; ended at the end of its scope if it has not by then. */
export interface Launched extends AsyncDisposable {
  readonly child: ChildProcess
  /** All of standard output and standard error so far. */
  readonly out: () => string
  readonly err: () => string
  /** Resolves with the first line of standard output; rejects when the program ends without one. */
  readonly firstLine: Promise<string>
  /** Resolves at the end of the program: exit code, or the signal's name. */
  readonly ended: Promise<number | NodeJS.Signals>
}

/** Starts a program in the project's folder. `env` is added to ours. */
export const launch = (command: string, args: readonly string[], env: NodeJS.ProcessEnv = {}): Launched => {
  const child = spawn(command, [...args], {
    cwd: root,
    env: { ...process.env, ...patience, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const text = { out: '', err: '' }
  const first = Promise.withResolvers<string>()
  child.stdout.setEncoding('utf8').on('data', (chunk) => {
    text.out += chunk
    const end = text.out.indexOf('\n')
    if (end >= 0) first.resolve(text.out.slice(0, end))
  })
  child.stderr.setEncoding('utf8').on('data', (chunk) => {
    text.err += chunk
  })
  const ended = new Promise<number | NodeJS.Signals>((done) => {
    child.once('close', (code, signal) => {
      first.reject(new Error(`ended with ${code ?? signal} before its first line:\n${text.err}`))
      done(code ?? signal ?? -1)
    })
  })
  const firstLine = within(first.promise, () => text)
  return {
    child,
    out: () => text.out,
    err: () => text.err,
    firstLine,
    ended,
    async [Symbol.asyncDispose]() {
      child.kill('SIGKILL')
      await ended
    },
  }
}

/** The ready line, checked against its schema. */
export const ready = async ({ firstLine }: Launched): Promise<ReadyInfo> => ReadyInfo.parse(JSON.parse(await firstLine))
