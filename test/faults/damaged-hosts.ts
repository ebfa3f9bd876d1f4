import { spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { startDialog } from '../../electron/desktop/start-dialog.ts'
import { Supervisor, type SupervisorState } from '../../electron/desktop/supervisor.ts'
import { asEnvironment } from '../../electron/options/environment.ts'
import { parseOptions } from '../../electron/options.ts'
import { anyPorts, builtStation, root } from '../launch/launched.ts'

const station = join(root, builtStation)

/** How the station's program is run: the command before it, `{}` where the data directory stands. */
export type Wrapping = readonly string[]

/** Root has every right; without its capabilities it has those of a user. */
export const unprivileged: Wrapping = ['setpriv', '--bounding-set=-all', '--inh-caps=-all']

/**
 * On a disk that nobody else sees, filled with a copy of the directory and then to its last byte. What is left of the copy is
 * told on standard output, a line a file: its digest and its path.
 */
export const onFullDisk: Wrapping = [
  ...['unshare', '-rm', 'sh', '-c'],
  `disk="$0/../disk"; mkdir "$disk"; mount -t tmpfs -o size=8m none "$disk"; cp -a "$0/." "$disk"; mount --bind "$disk" "$0"; cd "$0"
   (head -c 100000000 /dev/zero > filler) 2>/dev/null
   "$@"; code=$?; rm filler; find . -type f -exec sha256sum {} +; exit $code`,
  '{}',
]

const digest = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex')

/** What comes and goes with every start and is nobody's data: the lock, and the index of the log, which is made anew from it. */
const isPassing = (path: string): boolean => /(^|[/])(station[.]lock|station[.]seen|filler)$|-shm$/.test(path)

/** Every file of a directory with its digest. */
export const filesIn = (directory: string): Map<string, string> =>
  new Map(
    readdirSync(directory, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => relative(directory, join(entry.parentPath, entry.name)))
      .filter((path) => !isPassing(path))
      .sort()
      .map((path) => [path, digest(readFileSync(join(directory, path)))]),
  )

const filesTold = (out: string): Map<string, string> =>
  new Map(
    [...out.matchAll(/^([0-9a-f]{64}) {2}[.][/](.*)$/gm)]
      .map(([, sum = '', path = '']): [string, string] => [path, sum])
      .filter(([path]) => !isPassing(path))
      .sort(([a], [b]) => (a < b ? -1 : 1)),
  )

/** How a start came out. */
export interface Outcome {
  readonly ready: boolean
  /** Code and words of the failure, in both languages where the host gives both. */
  readonly failure: string | undefined
  readonly words: readonly string[]
  readonly exitCode: number | null
  readonly starts: number
  /** The log: one JSON object a line. */
  readonly log: string
  readonly files: Map<string, string>
}

const wrapped = (wrapping: Wrapping, directory: string, program: readonly string[]): [string, string[]] => {
  const [command = '', ...args] = [...wrapping.map((word) => (word === '{}' ? directory : word)), ...program]
  return [command, args]
}

const text = (stream: NodeJS.ReadableStream | null): (() => string) => {
  let all = ''
  stream?.setEncoding('utf8').on('data', (chunk: string) => {
    all += chunk
  })
  return () => all
}

/** Starts the built station headless and, once it is ready, ends it. */
export const startHeadless = async (
  directory: string,
  wrapping: Wrapping = [],
  ...options: string[]
): Promise<Outcome> => {
  const program = [process.execPath, station, '--data', directory, '--no-tls', ...anyPorts, ...options]
  const child = spawn(...wrapped(wrapping, directory, program), {
    cwd: root,
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  })
  const [out, err] = [text(child.stdout), text(child.stderr)]
  child.stdout.on('data', () => {
    // Whatever is wrapped around it ends as well.
    if (out().includes('"event":"ready"') && child.pid !== undefined) process.kill(-child.pid, 'SIGTERM')
  })
  const exitCode = await new Promise<number | null>((resolve) => child.once('close', resolve))
  const failed = err()
    .split('\n')
    .filter((line) => line.includes('"failure"') && line.includes('"level":60'))
    .map((line) => JSON.parse(line) as { failure: string; msg: string; zh: string })
  return {
    ready: out().includes('"event":"ready"'),
    failure: failed[0]?.failure,
    words: failed.flatMap(({ msg, zh }) => [msg, zh]),
    exitCode,
    starts: 1,
    log: err(),
    files: wrapping === onFullDisk ? filesTold(out()) : filesIn(directory),
  }
}

/** Starts the built station under the desktop's own supervisor, until it is ready or a person is asked. */
export const startSupervised = async (
  directory: string,
  wrapping: Wrapping = [],
  ...options: string[]
): Promise<Outcome> => {
  const parsed = parseOptions(['--data', directory, '--no-tls', ...anyPorts, ...options], {})
  if (parsed.kind !== 'options') throw new Error(JSON.stringify(parsed))
  const parentPort = new URL('../launch/parent-port.mjs', import.meta.url).href
  const ended = Promise.withResolvers<SupervisorState>()
  let starts = 0
  let exitCode: number | null = null
  let log = ''
  let told = ''
  const supervisor: Supervisor<never> = new Supervisor<never>({
    spawn() {
      starts++
      const program = [process.execPath, '--import', parentPort, station]
      const child = spawn(...wrapped(wrapping, directory, program), {
        cwd: root,
        env: { ...process.env, ...asEnvironment(parsed.options) },
        stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
      })
      const [out, err] = [text(child.stdout), text(child.stderr)]
      return {
        send: (message) => child.connected && child.send(message),
        onMessage: (listener) => child.on('message', listener),
        onExit: (listener) =>
          child.once('close', (code) => {
            exitCode = code
            log += err()
            told = out()
            listener(code ?? 137)
          }),
        kill: () => child.kill('SIGKILL'),
      }
    },
    now: () => performance.now(),
    after(ms, callback) {
      const timer = setTimeout(callback, ms)
      return () => clearTimeout(timer)
    },
    onState(state) {
      if (state.kind === 'failed' || state.kind === 'ready') ended.resolve(state)
    },
  })
  supervisor.start()
  const state = await ended.promise
  await supervisor.stop()
  const failure = state.kind === 'failed' ? state.failure : undefined
  return {
    ready: state.kind === 'ready',
    failure: failure?.code,
    words: failure ? ['en', 'zh-CN'].map((locale) => startDialog(failure, locale).options.detail) : [],
    exitCode,
    starts,
    log,
    files: wrapping === onFullDisk ? filesTold(told) : filesIn(directory),
  }
}
