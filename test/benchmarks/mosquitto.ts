import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { anyPort } from '../helpers/any-port.ts'
import { wait } from './scratch.ts'

const PROGRAM = '/usr/sbin/mosquitto'

/** The peer of the broker benchmarks: where it listens, and its process. */
export interface Peer {
  readonly port: number
  readonly pid: number
}

export const mosquittoVersion = (): string => {
  if (!existsSync(PROGRAM)) return 'mosquitto is not installed'
  // It answers 3 where it prints its usage.
  const { stdout } = spawnSync(PROGRAM, ['-h'], { encoding: 'utf8', timeout: 10_000 })
  return stdout.split('\n')[0]?.replace(' version', '') ?? ''
}

const answers = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1')
    socket.once('connect', () => resolve(true)).once('error', () => resolve(false))
    socket.once('connect', () => socket.destroy())
  })

/** Debian's mosquitto without persistence, anybody let in; undefined where it is not installed. */
export const withMosquitto = async <T>(work: (peer: Peer) => Promise<T>): Promise<T | undefined> => {
  if (!existsSync(PROGRAM)) return undefined
  const directory = mkdtempSync(join(tmpdir(), 'mosquitto-'))
  const port = await anyPort()
  const user = process.getuid?.() === 0 ? ['user root'] : []
  const config = [
    `listener ${port} 127.0.0.1`,
    'allow_anonymous true',
    'log_type error',
    'max_queued_messages 100000',
    'set_tcp_nodelay true',
    ...user,
  ]
  writeFileSync(join(directory, 'mosquitto.conf'), `${config.join('\n')}\n`)
  const child = spawn(PROGRAM, ['-c', join(directory, 'mosquitto.conf')], { stdio: 'ignore' })
  try {
    await wait(() => answers(port), 10)
    return await work({ port, pid: child.pid ?? 0 })
  } finally {
    child.kill('SIGTERM')
    await once(child, 'exit')
    rmSync(directory, { recursive: true, force: true })
  }
}
