import {
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pino from 'pino'
import { extract } from 'tar'
import { describe, expect, it, onTestFinished } from 'vitest'
import { LogFiles } from '../../electron/platform/logs/log-files.ts'
import { startStation } from '../../electron/process/start-station.ts'
import { connectDevice } from '../helpers/device.ts'
import { startTestStation } from '../helpers/station.ts'

const folder = (): string => {
  const directory = mkdtempSync(join(tmpdir(), 'logs-'))
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }))
  return directory
}
const lineOf = (message: string, level = 30): string =>
  `${JSON.stringify({ level, time: '2026-12-01T00:00:00.000Z', msg: message })}\n`
const linesIn = (path: string): string[] => readFileSync(path, 'utf8').trimEnd().split('\n')

describe('the files of the log', () => {
  it('begin with what was said before the data directory was known, and are for their owner alone', () => {
    const directory = folder()
    const logs = new LogFiles()
    logs.write(lineOf('early'))
    logs.open(directory, [])
    logs.write(lineOf('late'))
    expect(logs.recent(10, 'debug').map(({ message }) => message)).toEqual(['late', 'early'])
    expect(statSync(join(directory, 'logs')).mode & 0o777).toBe(0o700)
    expect(statSync(join(directory, 'logs', 'station.log')).mode & 0o777).toBe(0o600)
    const again = new LogFiles()
    again.open(directory, [])
    again.write(lineOf('next start'))
    expect(linesIn(join(directory, 'logs', 'station.log'))).toHaveLength(3)
  })

  it('are closed by size and by age, and only so many of them are kept', () => {
    const directory = folder()
    let now = Date.parse('2026-12-01T00:00:00Z')
    const logs = new LogFiles(() => now, { fileBytes: 300, fileMs: 86_400_000, files: 3, keptMs: 10 * 86_400_000 })
    logs.open(directory, [])
    for (let n = 0; n < 40; n++) {
      now += 1000
      logs.write(lineOf(`line ${n}`))
    }
    expect(logs.list()).toHaveLength(3)
    expect(logs.list().every(({ size }) => size < 400)).toBe(true)
    expect(logs.recent(3, 'info').map(({ message }) => message)).toEqual(['line 39', 'line 38', 'line 37'])
    const before = logs.list()[0]?.size ?? 0
    now += 86_400_001
    logs.write(lineOf('the next day'))
    expect(logs.list()[0]?.size).toBeLessThan(before + 200)
    expect(linesIn(join(directory, 'logs', 'station.log'))).toHaveLength(1)
    expect(logs.lost).toBe(0)
  })

  it('never stop the station: what no file takes is counted', () => {
    const directory = folder()
    writeFileSync(join(directory, 'logs'), 'a file in the place of the folder')
    const logs = new LogFiles()
    logs.open(directory, [])
    for (let n = 0; n < 3; n++) logs.write(lineOf('x'))
    expect(logs.lost).toBe(3)
    expect(logs.list()).toEqual([])
    expect(logs.recent(10, 'debug')).toEqual([])
  })

  it.skipIf(!existsSync('/dev/full'))('survive a full disk', () => {
    const directory = folder()
    const logs = new LogFiles()
    logs.open(directory, [])
    logs.write(lineOf('first'))
    rmSync(join(directory, 'logs', 'station.log'))
    // What Linux answers for a full disk.
    symlinkSync('/dev/full', join(directory, 'logs', 'station.log'))
    const full = new LogFiles()
    full.open(directory, [])
    full.write(lineOf('lost'))
    expect(full.lost).toBe(1)
  })

  it('hide what looks like a secret, and the station’s own token wherever it stands', () => {
    const directory = folder()
    const logs = new LogFiles()
    logs.open(directory, ['own-token'])
    logs.write(lineOf('got own-token'))
    logs.write(`${JSON.stringify({ level: 30, url: 'mqtt://user:hunter2@10.0.0.1', password: 'hunter3' })}\n`)
    logs.write(`${JSON.stringify({ level: 30, path: `/ota/${'A'.repeat(40)}/app.bin` })}\n`)
    const text = readFileSync(join(directory, 'logs', 'station.log'), 'utf8')
    for (const secret of ['own-token', 'hunter2', 'hunter3', 'AAAA']) expect(text).not.toContain(secret)
    expect(text).toContain('10.0.0.1')
  })
})

/** A station that writes its log into files. */
const startLogging = async (directory: string) => {
  const logs = new LogFiles()
  const logger = pino(
    { base: null, level: 'info', timestamp: pino.stdTimeFunctions.isoTime },
    { write: (line: string) => logs.write(line) },
  )
  const station = await startStation(
    {
      ...{ data: directory, host: '127.0.0.1', mqttPort: 0, mqttsPort: 0, httpPort: 0, httpsPort: 0 },
      ...{ uiHost: '127.0.0.1', uiPort: 0, token: 'planted-api-token', tls: true, demo: false },
      ...{ resetPin: false, setAside: false },
    },
    { logger, version: '0.0.0-test', startedAt: Date.now(), logs },
  )
  onTestFinished(() => station.stop())
  const call = async (method: string, path: string, body?: unknown) => {
    const response = await fetch(`${station.ready.api}${path}`, {
      method,
      headers: { Authorization: 'Bearer planted-api-token', 'Content-Type': 'application/json', Connection: 'close' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    })
    return { status: response.status, bytes: Buffer.from(await response.arrayBuffer()) }
  }
  const json = async (method: string, path: string, body?: unknown) =>
    JSON.parse((await call(method, path, body)).bytes.toString())
  return { station, logger, call, json }
}

describe('a station', () => {
  it('shows its log by level and hands out its files, and those alone', async () => {
    const { logger, call, json } = await startLogging(folder())
    logger.warn({ port: 7 }, 'look here')
    logger.debug({}, 'not yet')
    const { items } = await json('GET', '/logs/recent?level=warn')
    expect(items[0]).toMatchObject({ level: 'warn', message: 'look here', detail: '{"port":7}' })
    await json('PATCH', '/settings', { logLevel: 'debug' })
    logger.debug({}, 'now')
    expect((await json('GET', '/logs/recent?level=debug&limit=1000')).items).toContainEqual(
      expect.objectContaining({ message: 'now', level: 'debug' }),
    )
    expect(JSON.stringify((await json('GET', '/logs/recent?level=debug&limit=1000')).items)).not.toContain('not yet')
    const [{ name }] = (await json('GET', '/logs')).items
    expect((await call('GET', `/logs/${name}`)).bytes.toString()).toContain('look here')
    for (const other of ['..%2fota-bench.sqlite', 'station-2026.log', '%2e%2e'])
      expect((await call('GET', `/logs/${other}`)).status).toBe(404)
  })

  it('gathers what helps to find a fault, without any secret', async () => {
    const directory = folder()
    const { station, json, call, logger } = await startLogging(directory)
    const secrets: Record<string, string> = { token: 'planted-api-token', pin: '73591846' }
    const product = await json('POST', '/products', {
      name: 'P',
      key: 'pk',
      protocol: 'sagoo',
      secret: 'planted-product',
    })
    const device = await json('POST', '/devices', { productId: product.id, name: 'd', secret: 'planted-device' })
    secrets.product = product.secret
    secrets.device = device.secret
    secrets.access = device.accessToken ?? 'planted-product'
    secrets.metrics = (await json('POST', '/metrics/token')).token
    // Nobody listens there: its errors are in the archive.
    const sink = await json('POST', '/sinks', {
      ...{ kind: 'webhook', name: 'mes', url: 'http://mes:planted-url@127.0.0.1:9/x?key=planted-query' },
      secret: 'planted-signature-secret',
    })
    expect(sink.secretSet).toBe(true)
    await json('POST', `/sinks/${sink.id}/test`)
    Object.assign(secrets, { url: 'planted-url', signature: 'planted-signature-secret' })
    const login = { mqttUrl: station.ready.mqtt, productKey: 'pk', name: 'd' }
    await expect(connectDevice({ ...login, secret: 'planted-guess' })).rejects.toThrow()
    secrets.guess = 'planted-guess'
    const client = await connectDevice({ ...login, secret: device.secret })
    await client.listen()
    await client.inform('1.0.0')
    const form = new FormData()
    form.append('file', new Blob([Buffer.alloc(100, 1)]), 'a.bin')
    for (const [name, value] of Object.entries({ productId: product.id, name: 'p', version: '2.0.0' }))
      form.append(name, String(value))
    const pack = await (
      await fetch(`${station.ready.api}/packages`, {
        method: 'POST',
        headers: { Authorization: 'Bearer planted-api-token' },
        body: form,
      })
    ).json()
    await json('POST', '/campaigns', { packageId: pack.id, name: 'all' })
    const { url } = (await client.notice()).data
    const [, token = ''] = /\/ota\/([^/]+)\//.exec(url) ?? []
    secrets.download = token
    await fetch(url)
    await fetch(`${url}/more`)
    const { ticket } = await json('PUT', '/operator/pin', { pin: secrets.pin })
    secrets.ticket = ticket
    for (const secret of Object.values(secrets))
      logger.warn(
        { password: secret, head: `Authorization: Bearer ${secret}`, url: `http://u:${secret}@h/?token=${secret}` },
        'a line with a secret',
      )
    const key = readFileSync(
      join(directory, 'tls', readdirSync(join(directory, 'tls')).find((file) => /key/.test(file)) ?? ''),
      'utf8',
    )
    secrets.key = key.split('\n')[2] ?? key

    const answer = await call('GET', '/diagnostics')
    expect(answer.status).toBe(200)
    const to = folder()
    writeFileSync(join(to, 'd.tar'), answer.bytes)
    await extract({ file: join(to, 'd.tar'), cwd: to })
    const read = (name: string) => JSON.parse(readFileSync(join(to, name), 'utf8'))
    expect(read('computer.json')).toMatchObject({
      versions: { node: process.versions.node },
      interfaces: expect.anything(),
    })
    expect(read('station.json')).toMatchObject({ version: '0.0.0-test', listeners: { http: station.ready.http } })
    expect(read('settings.json')).toMatchObject({ logLevel: 'info' })
    expect(read('counts.json')).toMatchObject({ devices: 1, products: 1 })
    expect(read('database.json')).toMatchObject({ check: 'ok', problems: [] })
    expect(read('sinks.json')).toMatchObject([{ name: 'mes', secretSet: true }])
    expect(read('ports.json')).toHaveProperty('items')
    expect(readFileSync(join(to, 'metrics.txt'), 'utf8')).toContain('ota_bench_devices_registered 1')
    expect(readFileSync(join(to, 'logs', 'station.log'), 'utf8')).toContain('a line with a secret')
    for (const [name, secret] of Object.entries(secrets)) expect(answer.bytes.includes(secret), name).toBe(false)
  })

  it('starts though the disk takes no log', async () => {
    const directory = folder()
    writeFileSync(join(directory, 'station.other'), '')
    writeFileSync(join(directory, 'logs'), '')
    const station = await startTestStation({ directory })
    expect((await station.rest('GET', '/health')).status).toBe(200)
  })
})
