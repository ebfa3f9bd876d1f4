import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import fc from 'fast-check'
import mqtt from 'mqtt'
import { afterAll, beforeAll, expect, it } from 'vitest'
import type { Campaign, Device, Job, Package, Product } from '#shared/schema.ts'
import type { DialectModule } from '../../electron/platform/dialects/dialect-module.ts'
import { topicRights } from '../../electron/platform/dialects/topic-names.ts'
import { onceOnly } from '../helpers/mqtt-options.ts'
import { until, within } from '../helpers/until.ts'
import { anyPorts, launch, ready, root } from '../launch/launched.ts'
import { limits } from '../limits.mjs'

const folders = ['electron', 'shared', 'renderer', 'resources']
const copy = mkdtempSync(join(tmpdir(), 'ota-bench-acme-'))
const at = (path: string): string => join(copy, path)

/** The blocks of the page, in order: the facts, then the messages. */
const [facts = '', messages = ''] = [
  ...readFileSync(join(root, 'docs/new-dialect.md'), 'utf8').matchAll(/^```ts\n([\s\S]*?)^```$/gm),
].map(([, code]) => code ?? '')

/** Adds a line to a list of modules: its import, and its place in the array of that name. */
const listed = (source: string, from: string, list: string): string =>
  `import { acme } from '${from}'\n${source.replace(new RegExp(`(const ${list}\\b[^\\n]* = \\[[^\\]]*?),?(\\s*\\])`), '$1, acme$2')}`

beforeAll(() => {
  for (const folder of folders)
    cpSync(join(root, folder), at(folder), { recursive: true, filter: (path) => !/\.test\.tsx?$/.test(path) })
  cpSync(join(root, 'package.json'), at('package.json'))
  const { compilerOptions } = JSON.parse(readFileSync(join(root, 'tsconfig.json'), 'utf8')) as {
    compilerOptions: object
  }
  writeFileSync(at('tsconfig.json'), JSON.stringify({ compilerOptions, include: folders }))
  symlinkSync(join(root, 'node_modules'), at('node_modules'), 'junction')

  mkdirSync(at('electron/platform/dialects/acme'))
  writeFileSync(at('shared/protocols/acme.ts'), facts)
  writeFileSync(at('electron/platform/dialects/acme/index.ts'), messages)
  for (const [path, from, list] of [
    ['shared/protocols/index.ts', './acme.ts', 'list'],
    ['electron/platform/dialects/index.ts', './acme/index.ts', 'modules'],
  ] as const)
    writeFileSync(at(path), listed(readFileSync(at(path), 'utf8'), from, list))
})
afterAll(() => rmSync(copy, { recursive: true, force: true }))

const textOf = (path: string): string | undefined => {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return undefined
  }
}

it('a fifth dialect touches four files', () => {
  const touched = folders
    .flatMap((folder) =>
      readdirSync(at(folder), { recursive: true, encoding: 'utf8' }).map((name) => join(folder, name)),
    )
    .filter((path) => textOf(at(path)) !== textOf(join(root, path)))
  expect(touched.sort()).toEqual([
    'electron/platform/dialects/acme/index.ts',
    'electron/platform/dialects/index.ts',
    'shared/protocols/acme.ts',
    'shared/protocols/index.ts',
  ])
})

it('the compiler asks for no other', () => {
  const compiler = join(root, 'node_modules/typescript/bin/tsc')
  const { stdout, status } = spawnSync(process.execPath, [compiler, '-p', 'tsconfig.json'], {
    cwd: copy,
    encoding: 'utf8',
    timeout: limits.program,
  })
  expect(stdout).toBe('')
  expect(status).toBe(0)
})

it('its dialect reads what the page says, and never throws', async () => {
  const path = pathToFileURL(at('electron/platform/dialects/acme/index.ts')).href
  const { acme } = (await import(/* @vite-ignore */ path)) as { readonly acme: DialectModule }
  const dialect = acme.mqtt
  if (!dialect) throw new Error('it speaks no MQTT')
  const device = { productKey: 'pk', deviceName: 'dev1', accessToken: 'token' }
  const read = (topic: string, text: string) => dialect.read(device, `acme/pk/dev1/${topic}`, Buffer.from(text))
  expect(read('version', '{"version":"1.0.0"}')).toEqual({
    ok: true,
    uplink: { kind: 'version', module: 'default', version: '1.0.0' },
  })
  expect(read('progress', '{"percent":"42.9","note":"fine"}')).toMatchObject({ uplink: { percent: 42, text: 'fine' } })
  expect(read('progress', '{"percent":-7}')).toMatchObject({ uplink: { kind: 'failure' } })
  expect(dialect.senderOf('acme/pk/dev1/progress')).toEqual({ productKey: 'pk', deviceName: 'dev1' })
  const rights = topicRights(dialect.names(device))
  expect(rights.owns('acme/pk/dev1/+')).toBe(true)
  expect(rights.owns('acme/pk/dev10/progress')).toBe(false)
  fc.assert(
    fc.property(
      fc.constantFrom(...dialect.topics(device).publish),
      fc.uint8Array({ maxLength: 200 }),
      (topic, bytes) => {
        const reading = dialect.read(device, topic, bytes)
        expect(reading.ok || reading.refused.length > 0).toBe(true)
      },
    ),
  )
})

it('a device of it is upgraded over the real broker', async () => {
  const program = at('electron/station-process.ts')
  await using station = launch(process.execPath, [program, '--data', at('data'), '--no-tls', ...anyPorts])
  const { api, token, mqtt: url } = await ready(station)
  const call = async <T>(method: string, path: string, body?: unknown): Promise<{ status: number; body: T }> => {
    const response = await fetch(`${api}${path}`, {
      method,
      headers: { Authorization: `Bearer ${token}`, 'Content-Type': 'application/json' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    })
    return { status: response.status, body: (await response.json()) as T }
  }
  expect(await call('GET', '/station')).toMatchObject({
    body: { protocols: expect.arrayContaining(['acme', 'sagoo']) },
  })
  const { body: product } = await call<Product>('POST', '/products', { name: 'Pump', key: 'pump', protocol: 'acme' })
  const { body: device } = await call<Device>('POST', '/devices', { productId: product.id, name: 'dev1' })
  const image = Buffer.alloc(50_000, 7)
  const upload = await fetch(`${api}/uploads`, {
    method: 'POST',
    headers: { Authorization: `Bearer ${token}`, 'X-File-Name': 'pump.bin' },
    body: new Uint8Array(image),
  })
  const { id: uploadId } = (await upload.json()) as { id: string }
  const input = { productId: product.id, name: 'pump 2', uploads: [uploadId] }
  expect(await call('POST', '/packages', { ...input, version: '2'.repeat(33) })).toMatchObject({ status: 422 })
  expect(await call('POST', '/packages', { ...input, version: '2.0', signMethod: 'SHA256' })).toMatchObject({
    status: 422,
  })
  const { body: pack } = await call<Package>('POST', '/packages', { ...input, version: '2.0' })
  const { body: campaign } = await call<Campaign>('POST', '/campaigns', { packageId: pack.id, name: 'all' })

  const client = await mqtt.connectAsync(url, {
    ...onceOnly,
    ...{ clientId: 'dev1', username: 'dev1&pump', password: device.secret },
  })
  const noticed = within(
    new Promise<Buffer>((resolve) => client.once('message', (_topic, payload) => resolve(payload))),
    station.err,
  )
  await client.subscribeAsync('acme/pump/dev1/upgrade', { qos: 1 })
  const say = (purpose: string, message: object) =>
    client.publishAsync(`acme/pump/dev1/${purpose}`, JSON.stringify(message), { qos: 1 })
  await say('version', { version: '1.0' })
  const notice = JSON.parse((await noticed).toString()) as { version: string; url: string; md5: string }
  expect(notice).toMatchObject({ version: '2.0', size: image.length })
  const file = Buffer.from(await (await fetch(notice.url)).arrayBuffer())
  expect(createHash('md5').update(file).digest('hex')).toBe(notice.md5)
  await say('progress', { percent: 60, note: 'written' })
  const jobs = async () => (await call<{ items: Job[] }>('GET', `/campaigns/${campaign.id}/jobs`)).body.items
  expect(await jobs()).toMatchObject([{ state: 'downloading', progress: 60, description: 'written' }])
  await say('version', { version: '2.0' })
  await until(jobs, ([job]) => job?.state === 'succeeded')
  await client.endAsync()

  const simulated = { productId: product.id, module: 'default', count: 1, prefix: 'sim', version: '1.0' }
  expect(await call('POST', '/simulator/start', simulated)).toMatchObject({
    status: 422,
    body: {
      code: 'INVALID_FIELD',
      data: { field: 'productId', rule: 'a product whose protocol the simulator supports' },
    },
  })
})
