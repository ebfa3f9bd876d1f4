import { copyFileSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { connect, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import { missingPackages } from '../debian.mjs'
import { programPair } from '../helpers/firmware-images.ts'
import { run } from '../helpers/program.ts'
import { startTestStation, type TestStation } from '../helpers/station.ts'
import { until } from '../helpers/until.ts'
import { type Launched, launch } from '../launch/launched.ts'
import { compileExamples, compileMedium } from './compiled.ts'

const missing = missingPackages().filter((name) => ['gcc', 'libc6-dev'].includes(name))

let folder: string
/** The programs of 1.0, 2.0 and 2.1. */
let programs: readonly [string, string, string]
let devices = 0

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'ota-bench-example-'))
  if (missing.length === 0)
    programs = (await compileExamples(folder, ['1.0', '2.0', '2.1'])) as [string, string, string]
})

afterAll(() => rmSync(folder, { recursive: true, force: true }))

describe.skipIf(missing.length > 0)("the disk of the device SDK's example (needs gcc)", () => {
  it('is read back before anything of it is installed, also behind what was taken up', async () => {
    expect(await run(await compileMedium(join(folder, 'medium')), [folder])).toEqual({ stdout: 'medium\n', stderr: '' })
  })
})

/** A station with a product of this protocol and one device of it, whose image lies in a folder of its own. */
const prepare = async (image: Buffer, name = 'ota_example', options: Parameters<typeof startTestStation>[0] = {}) => {
  const station = await startTestStation(options)
  const product = await station.client.products.create({ name: 'P', key: 'pk', protocol: 'iot-engine' })
  const device = await station.client.devices.create({ productId: product.id, name: 'd1' })
  const home = join(folder, `device-${++devices}`)
  mkdirSync(home)
  const path = join(home, name)
  writeFileSync(path, image, { mode: 0o755 })
  const port = new URL(station.mqttUrl).port
  const start = (program: string, before: readonly string[] = [], more: readonly string[] = []): Launched => {
    const words = [...before, program, ...more, `127.0.0.1:${port}`, 'pk', 'd1']
    return launch(words[0] as string, words.slice(1), { OTA_SECRET: device.secret })
  }
  const runs = (version: string) =>
    until(
      () => station.client.products.versions({ id: product.id }),
      ({ items }) => items.some((item) => item.version === version && item.devices === 1),
    )
  const addPackage = (version: string, bytes: Buffer) =>
    station.addPackage({ productId: product.id, name: `v${version}`, version, bytes })
  return { station, product, home, path, start, runs, addPackage }
}

/** The address under which devices are told to fetch, where what they fetch is damaged: the station hands out no damaged file itself. */
const ON_THE_WAY = '127.0.0.2'

/** Hands on what the download server answers, with the first byte of each file changed. */
const damageOnTheWay = async ({ ready }: TestStation): Promise<void> => {
  const { port } = new URL(ready.http ?? '')
  const proxy = createServer((device) => {
    const server = connect(Number(port), '127.0.0.1')
    let head = Buffer.alloc(0)
    let inBody = false
    server.on('data', (chunk) => {
      if (inBody) return device.write(chunk)
      head = Buffer.concat([head, chunk])
      const body = head.indexOf('\r\n\r\n') + 4
      if (body < 4 || head.length <= body) return
      inBody = true
      head.writeUInt8(head.readUInt8(body) ^ 1, body)
      device.write(head)
    })
    server.on('close', () => device.end()).on('error', () => device.destroy())
    device.on('error', () => server.destroy()).pipe(server)
  })
  await new Promise<void>((resolve) => proxy.listen(Number(port), ON_THE_WAY, resolve))
  onTestFinished(() => void proxy.close())
}

const makeDiff = async ({ client }: TestStation, packageId: number, fromVersion: string) => {
  const { id } = await client.diffs.create({ id: packageId, fromVersion, format: 'hpatch-lite' })
  return until(
    () => client.diffs.get({ id }),
    ({ status }) => status === 'ready' || status === 'failed',
  )
}

const ended = ({ client }: TestStation, id: number) =>
  until(
    () => client.campaigns.get({ id }),
    ({ status }) => status === 'finished',
  )

const jobOf = async ({ client }: TestStation, id: number) => (await client.campaigns.jobs({ id })).items[0]

const said = ({ err }: Launched): string[] =>
  err()
    .trimEnd()
    .split('\n')
    .map((line) => line.replace('ota_example: ', ''))

describe.skipIf(missing.length > 0)("the device SDK's example (needs gcc)", () => {
  it('upgrades itself from 1.0 to 2.0 by the full image and to 2.1 by a patch', async () => {
    const { station, path, home, start, runs, addPackage } = await prepare(readFileSync(programs[0]))
    const full = await addPackage('2.0', readFileSync(programs[1]))
    const last = await addPackage('2.1', readFileSync(programs[2]))
    const diff = await makeDiff(station, last.id, '2.0')
    expect(diff).toMatchObject({ status: 'ready', format: 'hpatch-lite' })
    expect(diff.size).toBeLessThan(last.size / 10)
    await using device = start(path)
    await runs('1.0')

    const first = await station.client.campaigns.create({ packageId: full.id, name: 'full', mode: 'auto' })
    expect(await ended(station, first.id)).toMatchObject({ counts: { succeeded: 1 }, bytesSaved: 0 })
    expect(await jobOf(station, first.id)).toMatchObject({ artifact: 'full', fromVersion: '1.0', state: 'succeeded' })

    const second = await station.client.campaigns.create({ packageId: last.id, name: 'diff', mode: 'diff' })
    expect(await ended(station, second.id)).toMatchObject({
      counts: { succeeded: 1 },
      bytesSaved: last.size - (diff.size ?? 0),
    })
    expect(await jobOf(station, second.id)).toMatchObject({ artifact: 'diff', diffId: diff.id, fromVersion: '2.0' })
    await runs('2.1')

    device.child.kill('SIGTERM')
    expect(await device.ended).toBe(0)
    expect(said(device)).toEqual([
      'connected, running 1.0',
      '2.0 is announced',
      '1.0 is now 2.0',
      'connected, running 2.0',
      '2.1 is announced, as a patch: hpatch-lite',
      '2.0 is now 2.1',
      'connected, running 2.1',
    ])
    expect(readFileSync(path).equals(readFileSync(programs[2]))).toBe(true)
    expect((await run(path, ['--version'])).stdout).toBe('2.1\n')
    expect(readdirSync(home)).toEqual(['ota_example'])
  })

  it('goes on where it was after its power was cut in the middle of a download', async () => {
    const { station, path, home, start, runs, addPackage } = await prepare(readFileSync(programs[0]))
    const image = readFileSync(programs[1])
    const pack = await addPackage('2.0', image)
    // The system kills whoever makes a file larger than that, wherever it is; the unit is 512 bytes or 1 KB.
    await using cut = start(path, ['sh', '-c', 'ulimit -f 400; exec "$@"', 'sh'])
    await runs('1.0')
    const { id } = await station.client.campaigns.create({ packageId: pack.id, name: 'all', mode: 'full' })
    expect(await cut.ended).toBe('SIGXFSZ')
    expect(readFileSync(path).equals(readFileSync(programs[0]))).toBe(true)
    expect(readdirSync(home)).toEqual(['ota_example', 'ota_example.part'])

    await using device = start(path)
    expect(await ended(station, id)).toMatchObject({ counts: { succeeded: 1 } })
    await runs('2.0')
    expect(said(device).slice(0, 4)).toEqual([
      'connected, running 1.0',
      '2.0 is announced',
      expect.stringMatching(/^going on at byte [1-9]\d{5}$/),
      '1.0 is now 2.0',
    ])
    expect(readFileSync(path).equals(image)).toBe(true)
  })

  it('refuses a file that is not the announced one, and stays what it is', async () => {
    const { station, path, home, start, runs, addPackage } = await prepare(readFileSync(programs[0]), 'ota_example', {
      publicHost: ON_THE_WAY,
    })
    await damageOnTheWay(station)
    const pack = await addPackage('2.0', readFileSync(programs[1]))
    await using device = start(path)
    await runs('1.0')
    const { id } = await station.client.campaigns.create({ packageId: pack.id, name: 'all', mode: 'full' })
    expect(await ended(station, id)).toMatchObject({ counts: { failed: 1 } })
    expect(await jobOf(station, id)).toMatchObject({ state: 'failed', errorCode: 'VERIFICATION_FAILED' })
    device.child.kill('SIGTERM')
    expect(await device.ended).toBe(0)
    expect(said(device)).toEqual(['connected, running 1.0', '2.0 is announced', 'failed: -3'])
    expect(readdirSync(home)).toEqual(['ota_example'])
    expect(readFileSync(path).equals(readFileSync(programs[0]))).toBe(true)
  })

  it('refuses a program that does not say the announced version', async () => {
    const { station, path, start, runs, addPackage } = await prepare(readFileSync(programs[0]))
    const pack = await addPackage('3.0', readFileSync(programs[1]))
    await using device = start(path)
    await runs('1.0')
    const { id } = await station.client.campaigns.create({ packageId: pack.id, name: 'all', mode: 'full' })
    expect(await ended(station, id)).toMatchObject({ counts: { failed: 1 } })
    expect(said(device).slice(2)).toEqual(['the new image does not run here, or is not 3.0', 'failed: -3'])
    expect(readFileSync(path).equals(readFileSync(programs[0]))).toBe(true)
  })

  it('upgrades a file: a patch for another base leaves it as it is, the full image follows, and its version is known again', async () => {
    const [old, next] = programPair(40_000).map((bytes) => Buffer.from(bytes)) as [Buffer, Buffer]
    const other = Buffer.from(old)
    other.writeUInt8(other.readUInt8(20_000) ^ 1, 20_000)
    const { station, path, home, start, runs, addPackage } = await prepare(other, 'firmware.bin')
    await addPackage('2.0', old)
    const pack = await addPackage('2.1', next)
    await makeDiff(station, pack.id, '2.0')
    const program = join(folder, 'ota_example')
    copyFileSync(programs[0], program)
    await using device = start(program, [], ['-i', path, '-v', '2.0'])
    await runs('2.0')
    const { id } = await station.client.campaigns.create({ packageId: pack.id, name: 'all', mode: 'auto' })
    expect(await ended(station, id)).toMatchObject({ counts: { failed: 1 } })
    const job = await jobOf(station, id)
    expect(job).toMatchObject({ artifact: 'diff', errorCode: 'VERIFICATION_FAILED' })
    expect(readFileSync(path).equals(other)).toBe(true)
    await station.client.jobs.retry({ id: job?.id ?? 0 })
    await runs('2.1')
    expect(await jobOf(station, id)).toMatchObject({ artifact: 'full', artifactNote: 'AFTER_FAILED_DIFF' })
    expect(readFileSync(path).equals(next)).toBe(true)
    expect(readdirSync(home)).toEqual(['firmware.bin', 'firmware.bin.versions'])
    device.child.kill('SIGTERM')
    expect(await device.ended).toBe(0)

    await using again = start(program, [], ['-i', path])
    await until(
      () => said(again),
      ([line]) => line === 'connected, running 2.1',
    )
  })

  it('comes back to a station that was restarted, and hears of what began while it was away', async () => {
    const directory = join(folder, 'station')
    mkdirSync(directory)
    const first = await prepare(readFileSync(programs[0]), 'ota_example', { directory })
    const pack = await first.addPackage('2.0', readFileSync(programs[1]))
    await using device = first.start(first.path)
    await first.runs('1.0')
    const { id } = await first.station.client.campaigns.create({
      packageId: pack.id,
      name: 'later',
      mode: 'full',
      push: false,
    })
    const mqttPort = Number(new URL(first.station.mqttUrl).port)
    await first.station.stop()
    await until(
      () => said(device),
      (lines) => lines.includes('MQTT: the connection ended'),
    )
    const second = await startTestStation({ directory, mqttPort })
    expect(await ended(second, id)).toMatchObject({ counts: { succeeded: 1 } })
    expect(said(device)).toContain('1.0 is now 2.0')
  })

  it('refuses arguments that it cannot use', async () => {
    const wrong = [
      [],
      ['host', 'pk'],
      [':1', 'pk', 'd1'],
      ['[::1', 'pk', 'd1'],
      ['h:', 'pk', 'd1'],
      ['-v', '1', 'h', 'pk', 'd1'],
    ]
    for (const args of [...wrong, ['h', 'pk'.repeat(90), 'd'.repeat(90)]]) {
      await using device = launch(programs[0], args, { OTA_SECRET: 's' })
      expect(await device.ended).toBe(2)
      expect(device.err()).toContain('usage: OTA_SECRET=')
    }
    await using unknown = launch(programs[0], ['-i', programs[1], 'h', 'pk', 'd1'], { OTA_SECRET: 's' })
    expect(await unknown.ended).toBe(1)
    expect(unknown.err()).toContain('of which version? (-v)')
  })
})
