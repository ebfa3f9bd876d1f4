import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'

/** Two ends of one serial line: what is written to one comes out at the other. */
export interface PtyPair extends AsyncDisposable {
  readonly near: string
  readonly far: string
  /** Pulls the cable: both ends are gone at once. */
  pull(): Promise<void>
}

const ended = async (child: ChildProcess): Promise<void> => {
  if (child.exitCode !== null || child.signalCode !== null) return
  const exit = once(child, 'exit')
  child.kill('SIGKILL')
  await exit
}

/** Makes a pair of ptys by `socat`, raw and without echo; disposed, they are gone. */
export const openPtyPair = async (): Promise<PtyPair> => {
  const child = spawn('socat', ['-d', '-d', 'pty,raw,echo=0', 'pty,raw,echo=0'], {
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  const paths: string[] = []
  for await (const line of createInterface({ input: child.stderr })) {
    const path = /PTY is (\S+)/.exec(line)?.[1]
    if (path) paths.push(path)
    if (line.includes('starting data transfer loop')) break
  }
  const [near, far] = paths
  if (near === undefined || far === undefined) throw new Error('socat made no ptys')
  const pull = () => ended(child)
  return {
    near,
    far,
    pull,
    [Symbol.asyncDispose]: pull,
  }
}
