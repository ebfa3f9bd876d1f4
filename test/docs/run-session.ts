import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { ReadyInfo } from '../../electron/station/ready-line.ts'
import { patience, root, scratch } from '../launch/launched.ts'
import { limits } from '../limits.mjs'
import type { Step } from './session.ts'

const END = '=== end of block ==='

/** The page writes default ports; sessions take free ones. */
const defaultPorts = { api: '7420', mqtt: '1883', http: '8070' } as const
type Ports = Readonly<Record<keyof typeof defaultPorts, string>>

const withPorts = (text: string, from: Ports, to: Ports): string =>
  (Object.keys(defaultPorts) as (keyof Ports)[]).reduce(
    (done, name) =>
      done.replaceAll(new RegExp(`(?<=(?:127\\.0\\.0\\.1|0\\.0\\.0\\.0)(?: -p |:))${from[name]}\\b`, 'g'), to[name]),
    text,
  )

/** Starts the station by the page's own line, on free ports and this machine alone. */
const startStation = async (
  commands: string,
  directory: string,
): Promise<AsyncDisposable & { readonly line: string }> => {
  const child = spawn('bash', ['--noprofile', '--norc', '-c', commands], {
    cwd: root,
    // A group of its own, as a terminal makes one: npm, its shell and the station end together.
    detached: true,
    stdio: ['ignore', 'pipe', 'ignore'],
    env: {
      ...process.env,
      ...patience,
      TMPDIR: directory,
      OTA_BENCH_HOST: '127.0.0.1',
      OTA_BENCH_UI_PORT: '0',
      OTA_BENCH_MQTT_PORT: '0',
      OTA_BENCH_HTTP_PORT: '0',
    },
  })
  const { pid, stdout } = child
  if (pid === undefined) throw new Error('bash does not run')
  const closed = once(child, 'close')
  const lines = createInterface({ input: stdout })
  const line = await Promise.race([once(lines, 'line'), closed])
  return {
    line: String(line[0]),
    async [Symbol.asyncDispose]() {
      if (child.exitCode !== null) return
      // What Ctrl-C does
      process.kill(-pid, 'SIGINT')
      await closed
    },
  }
}

/** Runs the steps in one shell, as a person would; what each printed. @throws with what a command said of an error */
const runInShell = (steps: readonly string[], directory: string): string[] => {
  const script = join(directory, 'session.sh')
  writeFileSync(script, steps.map((commands) => `${commands}printf '%s\\n' '${END}'\n`).join(''))
  const { stdout, stderr } = spawnSync('bash', ['--noprofile', '--norc', script], {
    encoding: 'utf8',
    timeout: limits.program,
    env: { ...process.env, TMPDIR: directory },
  })
  if (stderr !== '') throw new Error(stderr)
  return stdout.split(`${END}\n`).slice(0, -1)
}

/** Runs a documented session: the first step starts a station, the others talk to it. What each printed, with default ports. */
export const runSession = async ([start, ...others]: readonly Step[]): Promise<string[]> => {
  using directory = scratch()
  await using station = await startStation(start?.commands ?? '', directory.path)
  const { api, mqtt, http } = ReadyInfo.parse(JSON.parse(station.line))
  const ports = { api: new URL(api).port, mqtt: new URL(mqtt).port, http: new URL(http).port }
  const printed = runInShell(
    others.map(({ commands }) => withPorts(commands, defaultPorts, ports)),
    directory.path,
  )
  // Started by hand it listens on every address, with its data in the system's folder.
  const line = station.line
    .replace(directory.path, tmpdir())
    .replace(/(?<="(?:mqtt|http)":"\w+:\/\/)127\.0\.0\.1/g, '0.0.0.0')
  return [line, ...printed].map((text) => withPorts(text, ports, defaultPorts))
}
