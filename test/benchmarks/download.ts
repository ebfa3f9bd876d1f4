import { type ChildProcess, fork, spawn, spawnSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import mqtt from 'mqtt'
import type { Device } from '#shared/schema.ts'
import { anyPort } from '../helpers/any-port.ts'
import { makeIdentities } from '../helpers/identities.ts'
import type { StationProcess } from '../helpers/station-process.ts'
import type { LoadOrder, LoadResult } from './http-load.ts'
import { isShort } from './length.ts'
import { table, usage, wait, withStationBy } from './scratch.ts'

const IMAGE = 16 * 1024 * 1024
const NGINX = '/usr/sbin/nginx'

/** The file server under load: where it answers, and the processes that serve. */
interface Server {
  readonly port: number
  /** Of the same files over TLS. */
  readonly securePort: number
  readonly path: string
  readonly pids: readonly number[]
}

interface Figures extends LoadResult {
  readonly cpuSeconds: number
}

const cases = [
  { name: '4 KB ranges', range: 4096, clients: 50, tls: false },
  { name: '256 KB ranges', range: 256 * 1024, clients: 50, tls: false },
  { name: '256 KB ranges', range: 256 * 1024, clients: 500, tls: false },
  { name: '16 MiB whole', range: 0, clients: 50, tls: false },
  { name: '16 MiB whole', range: 0, clients: 500, tls: false },
  { name: '4 KB ranges, TLS', range: 4096, clients: 50, tls: true },
  { name: '256 KB ranges, TLS', range: 256 * 1024, clients: 50, tls: true },
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

/** A process and all below it. */
const familyOf = (pid: number): number[] => {
  const parents = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map((name) => [Number(name), parentOf(name)] as const)
  const below = (parent: number): number[] =>
    parents.filter(([, of]) => of === parent).flatMap(([child]) => [child, ...below(child)])
  return [pid, ...below(pid)]
}

/** NaN where the process has ended meanwhile. */
const parentOf = (pid: string): number => {
  try {
    return Number(readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ')[1])
  } catch {
    return Number.NaN
  }
}

/** Debian's nginx with one worker and the same file. */
const withNginx = async <T>(image: Uint8Array, work: (server: Server) => Promise<T>): Promise<T> => {
  const directory = mkdtempSync(join(tmpdir(), 'nginx-'))
  const [port, securePort] = [await anyPort(), await anyPort()]
  writeFileSync(join(directory, 'bench.bin'), image, { mode: 0o644 })
  const { ec } = (await makeIdentities()).identities
  writeFileSync(join(directory, 'cert.pem'), ec?.cert ?? '')
  writeFileSync(join(directory, 'key.pem'), ec?.key ?? '')
  const user = process.getuid?.() === 0 ? 'user root;' : ''
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi']
    .map((name) => `${name}_temp_path ${directory}/${name};`)
    .join(' ')
  writeFileSync(
    join(directory, 'nginx.conf'),
    `${user} worker_processes 1; daemon off; pid ${directory}/pid; error_log ${directory}/error.log;
    events { worker_connections 2048; }
    http { access_log off; sendfile on; tcp_nopush on; keepalive_requests 1000000; ${temporary}
      ssl_certificate ${directory}/cert.pem; ssl_certificate_key ${directory}/key.pem;
      server { listen 127.0.0.1:${port}; listen 127.0.0.1:${securePort} ssl; root ${directory}; } }`,
  )
  const child: ChildProcess = spawn(NGINX, ['-c', join(directory, 'nginx.conf')], { stdio: 'ignore' })
  try {
    await wait(
      async () =>
        (await fetch(`http://127.0.0.1:${port}/bench.bin`, { method: 'HEAD' }).catch(() => undefined))?.ok === true,
      10,
    )
    return await work({ port, securePort, path: '/bench.bin', pids: familyOf(child.pid ?? 0) })
  } finally {
    child.kill('SIGTERM')
    await once(child, 'exit')
    rmSync(directory, { recursive: true, force: true })
  }
}

const cpuOf = ({ pids }: Server): number => pids.reduce((sum, pid) => sum + usage(pid).cpuSeconds, 0)

const load = async (server: Server, { range, clients, tls }: (typeof cases)[number]): Promise<Figures> => {
  const child = fork(join(import.meta.dirname, 'http-load.ts'), { stdio: ['ignore', 'ignore', 'inherit', 'ipc'] })
  const exited = once(child, 'exit')
  const { path, port, securePort } = server
  const seconds = isShort ? 0.5 : 4
  const order: LoadOrder = { port: tls ? securePort : port, tls, path, clients, size: IMAGE, range, seconds }
  child.send(order)
  await once(child, 'message')
  const before = cpuOf(server)
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
  const share = Math.max(ours.share, peer?.share ?? 0)
  return [
    `${scene.name}, ${scene.clients} clients`,
    peer ? speed(peer, isPieces) : '–',
    speed(ours, isPieces),
    peer ? (rate(ours) / rate(peer)).toFixed(2) : '–',
    peer ? cost(peer, isPieces) : '–',
    cost(ours, isPieces),
    peer ? (each(ours) / each(peer)).toFixed(1) : '–',
    share > 0.9 ? `yes, ${peer && peer.share > ours.share ? 'of nginx' : 'of the station'}` : 'no',
  ]
}

/** The download server beside nginx: the same file, the same clients, one after the other in each case. */
export const bench = async (): Promise<string> => {
  const image = randomBytes(IMAGE)
  const rows = await withStationBy([], async (station) => {
    const url = await addressOf(station, image)
    const server: Server = {
      port: Number(url.port),
      securePort: Number(new URL(station.ready.https ?? '').port),
      path: url.pathname,
      pids: familyOf(station.child.pid ?? 0),
    }
    const measure = async (peer?: Server) => {
      const found: (readonly string[])[] = []
      for (const scene of cases) {
        const peers = peer && (await load(peer, scene))
        found.push(rowOf(scene, await load(server, scene), peers))
      }
      return found
    }
    return existsSync(NGINX) ? withNginx(image, measure) : measure()
  })
  const version = existsSync(NGINX)
    ? spawnSync(NGINX, ['-v'], { encoding: 'utf8', timeout: 10_000 }).stderr.trim()
    : 'nginx is not installed'
  return table(
    `Downloads beside nginx with one worker (${version.replace(/^nginx version: /, '')})`,
    ['what', 'nginx', 'station', 'ratio', 'nginx CPU', 'station CPU', 'ratio', 'clients were the limit'],
    rows,
  )
}
