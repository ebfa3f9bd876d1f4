import { mkdirSync, writeFileSync } from 'node:fs'
import { connect } from 'node:net'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import type { Run, RunWithLog } from '#shared/schema.ts'
import { isOpenRun } from '#shared/states/run.ts'
import type { AtDialect } from '../../electron/simulator/targets/at-dialect.ts'
import {
  espAtModule,
  plainModule,
  quectelModule,
  simcomModule,
  w800Module,
} from '../../electron/simulator/targets/at-dialects.ts'
import { httpFetch } from '../../electron/simulator/targets/at-fetch.ts'
import { type AtModuleOptions, atPackage } from '../../electron/simulator/targets/at-module.ts'
import { startTestStation, type TestStation } from '../helpers/station.ts'
import { until } from '../helpers/until.ts'
import { plugModule } from './plug-module.ts'

/** A station with a line of one module and a recipe with a package. */
const prepare = async (
  station: TestStation,
  port: string,
  options: Record<string, unknown>,
  file: Buffer = atPackage('2.0.0', 60_000),
) => {
  const { client } = station
  const product = await client.products.create({ name: `Modem ${Math.random()}`, protocol: 'sagoo' })
  const pack = await station.addPackage({
    productId: product.id,
    name: 'fw',
    version: '2.0.0',
    bytes: file,
    fileName: 'EC25_delta.bin',
  })
  const recipe = await client.bench.createRecipe({
    name: `Modem ${Math.random()}`,
    target: 'at-fota',
    options: { startSeconds: 5, rebootSeconds: 20, ...options },
    images: [{ packageId: pack.id }],
  })
  const line = await client.bench.createLine({
    name: `Modems ${Math.random()}`,
    recipeId: recipe.id,
    slots: [{ label: 'A', path: port }],
  })
  const slot = () => client.bench.getLine({ id: line.id }).then(({ slots }) => slots[0])
  await until(slot, (one) => one?.port !== null)
  const start = async (): Promise<Run> => {
    const slotId = (await slot())?.id ?? 0
    const { items } = await client.bench.start({ slotIds: [slotId] })
    if (!items[0]) throw new Error('no run was started')
    return items[0]
  }
  const ended = (id: number): Promise<RunWithLog> =>
    until(
      () => client.bench.getRun({ id }),
      ({ state }) => !isOpenRun(state),
    )
  const run = async (): Promise<RunWithLog> => ended((await start()).id)
  return { product, recipe, line, slot, start, ended, run }
}

const logOf = (run: RunWithLog): string[] => run.log.map(({ words }) => words)

it.each([
  ['quectel', 'http', quectelModule('EC25', true), true],
  ['quectel', 'serial', quectelModule(), false],
  ['simcom', 'http', simcomModule(), false],
  ['simcom', 'serial', simcomModule(), false],
  ['esp-at', 'http', espAtModule(), false],
  ['generic', 'http', w800Module(), false],
] as const)(
  '%s over %s: the module takes the package from this station and restarts into its version',
  async (profile, way, dialect, leaves) => {
    const { module, port } = await plugModule(dialect, {}, leaves)
    const station = await startTestStation()
    const size = way === 'serial' && profile === 'simcom' ? 6_000 : 60_000
    const test = await prepare(station, port, { profile, way }, atPackage('2.0.0', size))
    const run = await test.run()
    expect(run).toMatchObject({ state: 'passed', message: null })
    expect(module.version).toBe('2.0.0')
    expect(module.received).toBe(way === 'http' ? size : 0)
    const slot = await test.slot()
    expect(slot?.unit?.facts).toMatchObject({
      model: expect.any(String),
      versionBefore: expect.stringContaining('1.0.0'),
      versionAfter: expect.stringContaining('2.0.0'),
    })
    expect(run.unit).toBe(profile === 'esp-at' ? '246f28c0dbfe' : '490154203237518')
    const log = logOf(run).join('\n')
    expect(log).toMatch(/version before: .*1\.0\.0[\s\S]*version after: .*2\.0\.0/)
    // The address was that run's own.
    const url = /http:\/\/[^"\s]+/.exec(log)?.[0]
    if (way === 'http' && profile !== 'simcom' && profile !== 'esp-at') {
      if (url === undefined) throw new Error('no address in the log')
      expect((await fetch(url)).status).toBe(410)
    }
  },
)

it.each<[string, AtDialect, Partial<AtModuleOptions>, Record<string, unknown>, Buffer, Partial<Run>, RegExp]>([
  [
    'a package of another maker',
    quectelModule(),
    {},
    { profile: 'quectel' },
    Buffer.alloc(9000, 7),
    { errorCode: 'AT_RESULT_PACKAGE' },
    /"END",502 \(code 502\).*sent 9000 of 9000 bytes \(HTTP status 206\)/,
  ],
  [
    'a delta for another version',
    quectelModule(),
    {},
    { profile: 'quectel' },
    atPackage('2.0.0', 9000, '1.5.0'),
    { errorCode: 'AT_RESULT_SOURCE' },
    /delta package does not fit.*code 510/,
  ],
  [
    'an address that the server does not know',
    simcomModule(),
    { fetch: (url, start, end) => httpFetch(url.replace('/ota/', '/none/'), start, end) },
    { profile: 'simcom' },
    atPackage('2.0.0', 9000),
    { errorCode: 'AT_RESULT_NOT_FOUND' },
    /\+CFOTA: 1005 \(code 1005\).*sent 0 of 9000 bytes/,
  ],
  [
    'no network',
    quectelModule(),
    { fetch: () => Promise.reject(new Error('no route')) },
    { profile: 'quectel' },
    atPackage('2.0.0', 9000),
    { errorCode: 'AT_RESULT_NETWORK' },
    /code 714.*sent 0 of 9000 bytes \(HTTP status —\)/,
  ],
  [
    'a module that never asks',
    espAtModule(),
    { fetch: () => new Promise(() => undefined) },
    { profile: 'esp-at', idleSeconds: 1 },
    atPackage('2.0.0', 9000),
    { errorCode: 'AT_NO_REQUEST' },
    /does not reach http:\/\/127\.0\.0\.1:/,
  ],
  [
    'a download that stands still',
    quectelModule(),
    { fetch: (url, start, end) => (start > 0 ? new Promise(() => undefined) : httpFetch(url, start, end)) },
    { profile: 'quectel', idleSeconds: 1 },
    atPackage('2.0.0', 9000),
    { errorCode: 'AT_IDLE' },
    /sent 4096 of 9000 bytes \(HTTP status 206\)/,
  ],
  [
    'a module that comes back late',
    simcomModule(),
    { restartMs: 60_000 },
    { profile: 'simcom', rebootSeconds: 2 },
    atPackage('2.0.0', 9000),
    { errorCode: 'AT_NOT_BACK' },
    /leave it powered/,
  ],
  [
    'a module that restores its old firmware',
    quectelModule(),
    { restores: true },
    { profile: 'quectel', rebootSeconds: 2 },
    atPackage('2.0.0', 9000),
    { errorCode: 'AT_VERSION_SAME' },
    /has version \S*1\.0\.0\S* as before/,
  ],
  [
    'a version that the recipe does not expect',
    simcomModule(),
    {},
    { profile: 'simcom', version: '3\\.0', rebootSeconds: 2 },
    atPackage('2.0.0', 9000),
    { errorCode: 'AT_VERSION_OTHER' },
    /has version B05V2\.0\.0 now \(before: B05V1\.0\.0\)/,
  ],
  [
    'a cable that is pulled during the download',
    quectelModule(),
    { faults: [{ kind: 'unplug', step: 'download', after: 2 }] },
    { profile: 'quectel' },
    atPackage('2.0.0', 30_000),
    { errorCode: 'UNPLUGGED' },
    /writing/,
  ],
  [
    'a port that answers no AT',
    simcomModule(),
    { faults: [{ kind: 'silence', step: 'sync' }] },
    { profile: 'simcom', startSeconds: 1 },
    atPackage('2.0.0', 9000),
    { errorCode: 'AT_SILENT' },
    /AT port/,
  ],
])('%s fails in words', async (_, dialect, more, options, file, expected, words) => {
  const { port } = await plugModule(dialect, more)
  const test = await prepare(await startTestStation(), port, options, file)
  const run = await test.run()
  expect(run).toMatchObject({ state: 'failed', ...expected })
  expect(run.message).toMatch(words)
})

/** What a server answers to a request as it stands. */
const answerTo = async (url: string, request: (path: string) => string): Promise<string> => {
  const { hostname, port, pathname } = new URL(url)
  const socket = connect(Number(port), hostname)
  socket.end(request(pathname))
  let text = ''
  for await (const piece of socket) text += String(piece)
  return text
}

it('a stopped run says that the module may still be updating, and its address is gone', async () => {
  let url = ''
  const { port } = await plugModule(quectelModule(), {
    fetch: (address, start, end) => {
      url = address
      return start > 0 ? new Promise(() => undefined) : httpFetch(address, start, end)
    },
  })
  const station = await startTestStation()
  const test = await prepare(station, port, { profile: 'quectel' })
  const { id } = await test.start()
  await until(
    () => station.client.bench.getRun({ id }),
    ({ phase, progress }) => phase === 'writing' && progress > 0,
  )
  const head = await fetch(url, { method: 'HEAD' })
  expect([head.status, head.headers.get('content-length')]).toEqual([200, '60000'])
  // Some stacks speak HTTP/1.0 and name no host.
  const old = await answerTo(url, (path) => `GET ${path} HTTP/1.0\r\nRange: bytes=0-9\r\n\r\n`)
  expect(old).toMatch(/^HTTP\/1\.[01] 206 [\s\S]*Content-Length: 10\r\n[\s\S]*\r\n\r\nFOTA 2\.0\.0$/)
  await station.client.bench.cancelRun({ id })
  const run = await test.ended(id)
  expect(run).toMatchObject({ state: 'cancelled', errorCode: 'AT_STILL_UPDATING' })
  expect(run.message).toContain('leave it powered')
  expect((await fetch(url)).status).toBe(410)
})

it('a module without a usable IMEI is named by its barcode, and the record says why', async () => {
  const { port } = await plugModule(simcomModule(), { unit: '000000000000000' })
  const test = await prepare(await startTestStation(), port, { profile: 'simcom' }, atPackage('2.0.0', 9000))
  const run = await test.run()
  expect(run).toMatchObject({ state: 'passed', unit: null })
  expect(logOf(run).join('\n')).toContain('no usable identity: AT+CGSN answered 000000000000000')
})

it('a module that no profile knows is identified and refused, and no command to update is sent to it', async () => {
  const { module, port } = await plugModule(plainModule())
  const station = await startTestStation()
  const test = await prepare(station, port, { profile: 'generic' }, atPackage('2.0.0', 9000))
  const run = await test.run()
  expect(run).toMatchObject({ state: 'refused', errorCode: 'AT_NO_WAY', message: expect.stringContaining('M100') })
  const sent = logOf(run).filter((line) => line.includes('AT+'))
  expect(sent.length).toBeGreaterThan(0)
  expect(sent.filter((line) => !/AT\+C(MEE|GMM|GMR|GSN)/.test(line))).toEqual([])
  expect(module.version).toBe('1.0.0')
})

it('profiles of the data directory replace and add; a faulty one is refused with its file and field', async () => {
  const station = await startTestStation()
  const folder = join(station.directory, 'at-profiles')
  mkdirSync(folder)
  const own = {
    name: 'mine',
    modules: 'M100',
    model: { send: 'AT+CGMM' },
    version: { send: 'AT+CGMR' },
    ways: { http: { start: [{ send: 'AT+OTA="{url}"' }], events: [{ line: '(\\d+)%', means: 'download' }] } },
  }
  const write = (content: unknown) => writeFileSync(join(folder, 'mine.json'), JSON.stringify(content))
  const { port, module } = await plugModule(plainModule())
  const options = { profile: 'mine', idleSeconds: 2 }
  const recipe = { name: 'Unknown', target: 'at-fota', options, images: [] }
  const refused = await station.rest('POST', '/bench/recipes', recipe)
  expect(refused.status).toBe(400)
  write({ ...own, ways: { http: { start: [{ send: 'AT+OTA="{adress}"' }] } } })
  const test = await prepare(station, port, options, atPackage('2.0.0', 9000))
  const check = await station.client.bench.check({ recipeId: test.recipe.id })
  expect(check).toMatchObject({ ok: false, problems: [{ code: 'AT_PROFILE_FAULT' }] })
  expect(check.problems[0]?.message).toMatch(/mine\.json.*ways\.http\.start\.0\.send.*\{adress\}/)
  expect(await test.run()).toMatchObject({ state: 'refused', errorCode: 'AT_PROFILE_FAULT' })
  const listed = async () => {
    const { items } = (await station.rest('GET', '/bench/at-profiles', undefined, { 'Accept-Language': 'zh' })).body
    return items as { name: string; trouble: { message: string } | null }[]
  }
  expect((await listed()).map(({ name }) => name)).toEqual(['esp-at', 'generic', 'mine', 'quectel', 'simcom'])
  expect((await listed()).find(({ name }) => name === 'mine')).toMatchObject({
    source: 'own',
    modules: null,
    ways: [],
    trouble: { code: 'AT_PROFILE_FAULT', message: expect.stringContaining('mine.json') },
  })
  // An edit counts for the next run.
  write(own)
  expect(await station.client.bench.check({ recipeId: test.recipe.id })).toMatchObject({ ok: true })
  expect((await listed()).find(({ name }) => name === 'mine')).toMatchObject({
    modules: 'M100',
    ways: ['http'],
    trouble: null,
  })
  expect(await test.run()).toMatchObject({ state: 'passed' })
  expect(module.version).toBe('2.0.0')
})

it('the demo line updates modules by this station', async () => {
  const { client } = await startTestStation()
  const { lineId } = await client.bench.startDemo({ slots: 1, boards: ['at-fota'], failurePercent: 0 })
  const line = await until(
    () => client.bench.getLine({ id: lineId ?? 0 }),
    ({ slots }) => slots.some(({ run }) => run !== null && !isOpenRun(run.state)),
  )
  expect(line.slots[0]?.run).toMatchObject({ state: 'passed', chip: 'A7670E-FASE' })
  await client.bench.stopDemo()
})
