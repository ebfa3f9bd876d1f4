import { type ChildProcess, fork, spawn, spawnSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import mqtt from 'mqtt'
import type { Device } from '#shared/schema.ts'
import { anyPort } from '../helpers/any-port.ts'
import type { StationProcess } from '../helpers/station-process.ts'
import type { LoadOrder, LoadResult } from './http-load.ts'
import { isShort } from './length.ts'
import { table, usage, wait, withStation } from './scratch.ts'

const IMAGE = 16 * 1024 * 1024
const NGINX = '/usr/sbin/nginx'

/** The file server under load: where it answers, and the processes that serve. */
interface Server {
  readonly port: number
  readonly path: string
  readonly pids: readonly number[]
}

interface Figures extends LoadResult {
  readonly cpuSeconds: number
}

const cases = [
  { name: '4 KB ranges', range: 4096, clients: 50 },
  { name: '256 KB ranges', range: 256 * 1024, clients: 50 },
  { name: '256 KB ranges', range: 256 * 1024, clients: 500 },
  { name: '16 MiB whole', range: 0, clients: 50 },
  { name: '16 MiB whole', range: 0, clients: 500 },
] as const

/** Publishes the image, and lets a device be told of it: the address that it was given. */
const addressOf = async (station: StationProcess, image: Uint8Array): Promise<URL> => {
  await station.call('POST', '/products', { name: 'bench', key: 'bench', protocol: 'sagoo' })
  const device = await station.call<Device>('POST', '/devices', { productId: 1, name: 'device' })
  const uploads = [await station.upload('bench.bin', image)]
  await station.call('POST', '/packages', { productId: 1, name: 'bench', version: '2.0.0', uploads })
  const client = await mqtt.connectAsync(station.ready.mqtt, {
    clientId: 'device',
    username: 'device&bench',
    password: device.secret,
  })
  const told = new Promise<Buffer>((resolve) => {
    client.once('message', (_, payload) => resolve(payload))
  })
  await client.subscribeAsync('/ota/device/upgrade/bench/device', { qos: 1 })
  await station.call('POST', '/campaigns', { packageId: 1, name: 'bench' })
  const notice = await told
  await client.endAsync()
  return new URL((JSON.parse(notice.toString()) as { data: { url: string } }).data.url)
}

const childrenOf = (pid: number): number[] =>
  readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((candidate) => {
      try {
        return readFileSync(`/proc/${candidate}/stat`, 'utf8').split(') ')[1]?.split(' ')[1] === String(pid)
      } catch {
        return false
      }
    })

/** Debian's nginx with one worker and the same file; undefined where it is not installed. */
const withNginx = async <T>(image: Uint8Array, work: (server: Server) => Promise<T>): Promise<T | undefined> => {
  if (!existsSync(NGINX)) return undefined
  const directory = mkdtempSync(join(tmpdir(), 'nginx-'))
  const port = await anyPort()
  writeFileSync(join(directory, 'bench.bin'), image, { mode: 0o644 })
  const user = process.getuid?.() === 0 ? 'user root;' : ''
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi']
    .map((name) => `${name}_temp_path ${directory}/${name};`)
    .join(' ')
  writeFileSync(
    join(directory, 'nginx.conf'),
    `${user} worker_processes 1; daemon off; pid ${directory}/pid; error_log ${directory}/error.log;
    events { worker_connections 2048; }
    http { access_log off; sendfile on; tcp_nopush on; keepalive_requests 1000000; ${temporary}
      server { listen 127.0.0.1:${port}; root ${directory}; } }`,
  )
  const child: ChildProcess = spawn(NGINX, ['-c', join(directory, 'nginx.conf')], { stdio: 'ignore' })
  try {
    const workers = (): number[] => childrenOf(child.pid ?? 0)
    await wait(
      async () =>
        (await fetch(`http://127.0.0.1:${port}/bench.bin`, { method: 'HEAD' }).catch(() => undefined))?.ok === true,
      10,
    )
    return await work({ port, path: '/bench.bin', pids: workers() })
  } finally {
    child.kill('SIGTERM')
    await once(child, 'exit')
    rmSync(directory, { recursive: true, force: true })
  }
}

const cpuOf = ({ pids }: Server): number => pids.reduce((sum, pid) => sum + usage(pid).cpuSeconds, 0)

const load = async (server: Server, { range, clients }: (typeof cases)[number]): Promise<Figures> => {
  const child = fork(join(import.meta.dirname, 'http-load.ts'), { stdio: ['ignore', 'ignore', 'inherit', 'ipc'] })
  const exited = once(child, 'exit')
  const before = cpuOf(server)
  const order: LoadOrder = { ...server, clients, size: IMAGE, range, seconds: isShort ? 0.5 : 5 }
  child.send(order)
  const [result] = (await once(child, 'message')) as [LoadResult]
  const cpuSeconds = cpuOf(server) - before
  await exited
  return { ...result, cpuSeconds }
}

const speed = ({ requests, bytes, seconds }: Figures, isPieces: boolean): string =>
  isPieces ? `${Math.round(requests / seconds)} /s` : `${(bytes / seconds / 1e9).toFixed(2)} GB/s`

const cost = ({ requests, bytes, cpuSeconds }: Figures, isPieces: boolean): string =>
  isPieces ? `${((cpuSeconds / requests) * 1e6).toFixed(0)} µs` : `${(cpuSeconds / (bytes / 1e9)).toFixed(2)} s/GB`

const rowOf = (scene: (typeof cases)[number], ours: Figures, peer: Figures | undefined): readonly string[] => {
  const isPieces = scene.range === 4096
  const each = (figures: Figures): number => figures.cpuSeconds / figures.bytes
  const rate = (figures: Figures): number => figures.bytes / figures.seconds
  const isGeneratorBusy = ours.share > 0.9 || (peer?.share ?? 0) > 0.9
  return [
    `${scene.name}, ${scene.clients} clients`,
    peer ? speed(peer, isPieces) : '–',
    speed(ours, isPieces),
    peer ? (rate(ours) / rate(peer)).toFixed(2) : '–',
    peer ? cost(peer, isPieces) : '–',
    cost(ours, isPieces),
    peer ? (each(ours) / each(peer)).toFixed(1) : '–',
    isGeneratorBusy ? 'yes' : 'no',
  ]
}

/** The download server beside nginx: the same file, the same clients, one after the other. */
export const bench = async (): Promise<string> => {
  const image = randomBytes(IMAGE)
  const peers = await withNginx(image, async (server) => {
    const figures: Figures[] = []
    for (const scene of cases) figures.push(await load(server, scene))
    return figures
  })
  const rows = await withStation(async (station) => {
    const url = await addressOf(station, image)
    const server: Server = { port: Number(url.port), path: url.pathname, pids: [station.child.pid ?? 0] }
    const figures: (readonly string[])[] = []
    for (const [at, scene] of cases.entries()) figures.push(rowOf(scene, await load(server, scene), peers?.[at]))
    return figures
  })
  const version = peers
    ? spawnSync(NGINX, ['-v'], { encoding: 'utf8', timeout: 10_000 }).stderr.trim()
    : 'nginx is not installed'
  return table(
    `Downloads beside nginx with one worker (${version.replace(/^nginx version: /, '')})`,
    ['what', 'nginx', 'station', 'ratio', 'nginx CPU', 'station CPU', 'ratio', 'clients were the limit'],
    rows,
  )
}
