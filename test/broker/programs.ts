import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { accessSync, constants } from 'node:fs'
import { type AddressInfo, createServer } from 'node:net'
import { createInterface } from 'node:readline'
import { within } from '../helpers/until.ts'
import { limits } from '../limits.mjs'

/** Debian keeps daemons out of an ordinary user's path. */
const folders = [...(process.env.PATH ?? '').split(':'), '/usr/sbin', '/usr/bin']

/** Where a program is, undefined if it is not installed. */
export const findProgram = (name: string): string | undefined =>
  folders
    .map((folder) => `${folder}/${name}`)
    .find((path) => {
      try {
        accessSync(path, constants.X_OK)
        return true
      } catch {
        return false
      }
    })

/** Runs a program to its end, or to the limit of programs; what it printed and how it ended. */
export const run = async (path: string, args: readonly string[]): Promise<{ code: number | null; output: string }> => {
  const child = spawn(path, args, { stdio: ['ignore', 'pipe', 'pipe'], timeout: limits.program })
  let output = ''
  child.stdout.on('data', (data: Buffer) => (output += data.toString()))
  child.stderr.on('data', (data: Buffer) => (output += data.toString()))
  const [code] = (await once(child, 'close')) as [number | null]
  return { code, output }
}

/** Starts a program and resolves when it prints a line with this text. */
export const startUntil = async (path: string, args: readonly string[], text: string): Promise<ChildProcess> => {
  const child = spawn(path, args, { stdio: ['ignore', 'pipe', 'pipe'] })
  const lines: string[] = []
  const printed = new Promise<void>((resolve, reject) => {
    for (const stream of [child.stdout, child.stderr]) {
      createInterface(stream).on('line', (line) => {
        lines.push(line)
        if (line.includes(text)) resolve()
      })
    }
    child.once('close', () => reject(new Error(`${path} ended: ${lines.join('\n')}`)))
  })
  await within(printed, () => lines)
  return child
}

/** Ends a program this file started, and waits for it. */
export const end = async (child: ChildProcess): Promise<void> => {
  if (child.exitCode !== null || child.signalCode !== null) return
  const closed = once(child, 'close')
  child.kill('SIGTERM')
  await closed
}

/** A port nobody listens on just now, for programs that cannot take port 0. */
export const freePort = async (): Promise<number> => {
  const server = createServer()
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  await once(server, 'close')
  return port
}
