import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import { anyPorts, builtStation, launch, ready, scratch } from '../launch/launched.ts'
import { limits } from '../limits.mjs'

/** Mounts a disk of a few megabytes where no other process sees it, and becomes the program that follows. */
const onSmallDisk = (directory: string, size: string, program: readonly string[]): string[] => [
  ...[
    '-rm',
    'sh',
    '-ec',
    `mount -t tmpfs -o size=${size} none "$0"; head -c 5000000 /dev/zero > "$0/filler"; exec "$@"`,
  ],
  ...[directory, ...program],
]

/** Whether this machine lets us mount one. */
export const mayMount = (): boolean => {
  using directory = scratch()
  return spawnSync('unshare', onSmallDisk(directory.path, '8m', ['true']), { timeout: limits.program }).status === 0
}

/** A station on a disk (14 MB where nothing else is said), of which 5 MB are somebody else's. */
export const stationOnSmallDisk = async (size = '14m') => {
  const data = scratch()
  const program = [process.execPath, builtStation, '--data', data.path, '--no-tls', '--token', 't']
  const station = launch('unshare', onSmallDisk(data.path, size, [...program, ...anyPorts]))
  onTestFinished(async () => {
    await station[Symbol.asyncDispose]()
    data[Symbol.dispose]()
  })
  const { api, mqtt: mqttUrl } = await ready(station)
  const call = async (method: string, path: string, body?: unknown, language = 'en') => {
    const response = await fetch(`${api}${path}`, {
      method,
      headers: { Authorization: 'Bearer t', 'Accept-Language': language },
      ...(body === undefined ? {} : { body: body instanceof FormData ? body : JSON.stringify(body) }),
    })
    return { status: response.status, body: (await response.json()) as Record<string, unknown> }
  }
  /** The disk as the station sees it. */
  const disk = join('/proc', String(station.child.pid), 'root', data.path)
  return { station, api, call, mqttUrl, disk }
}
