import { createHash } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { findProgram, run } from '../broker/programs.ts'
import { startTestStation } from '../helpers/station.ts'

const missing = ['mosquitto_rr', 'mosquitto_pub', 'curl', 'openssl', 'bash'].filter((name) => !findProgram(name))
const needs = missing.length > 0 ? ` (needs ${missing.join(', ')})` : ''
const image = Buffer.alloc(10_000, 5)

/** The commands of the README, as they stand there. */
const commands = (): string => {
  const readme = readFileSync(resolve(import.meta.dirname, '../../electron/platform/dialects/sagoo/README.md'), 'utf8')
  return /```sh\n(.*?)```/s.exec(readme)?.[1] ?? ''
}

describe.skipIf(missing.length > 0)(`clients of others' making${needs}`, () => {
  it('upgrade a sagoo device by the commands of the README', async () => {
    const station = await startTestStation()
    const product = await station.client.products.create({
      name: 'Gateway',
      key: 'a1pk',
      secret: 'sk1',
      protocol: 'sagoo',
    })
    const { secret } = await station.client.devices.create({ productId: product.id, name: 'dev1' })
    const pack = await station.addPackage({ productId: product.id, name: 'gw', version: '2.0.0', bytes: image })
    const campaign = await station.client.campaigns.create({ packageId: pack.id, name: 'all' })
    const port = (url: string | null) => new URL(String(url)).port
    const directory = mkdtempSync(join(tmpdir(), 'programs-'))
    onTestFinished(() => rmSync(directory, { recursive: true }))
    const script = join(directory, 'commands.sh')
    const values = {
      HOST: '127.0.0.1',
      MQTT_PORT: port(station.mqttUrl),
      HTTP_PORT: port(station.ready.http),
      KEY: 'a1pk',
      NAME: 'dev1',
      SECRET: secret,
      SK: 'sk1',
    }
    const set = Object.entries(values).map(([name, value]) => `${name}='${value}'\n`)
    writeFileSync(script, `set -eu\n${set.join('')}${commands()}`)
    const { code, output } = await run(findProgram('bash') ?? '', [script])
    expect(code, output).toBe(0)
    const [notice = '', answer = '', info = '', digest = ''] = output.trim().split('\n')
    expect(JSON.parse(notice)).toMatchObject({ code: '200', data: { version: '2.0.0' } })
    expect(JSON.parse(answer)).toMatchObject({ id: 2, code: 200, data: { version: '2.0.0' } })
    expect(JSON.parse(info)).toMatchObject({ code: 0, data: { version: '2.0.0' } })
    expect(digest).toContain(createHash('md5').update(image).digest('hex'))
    const { items } = await station.client.campaigns.jobs({ id: campaign.id })
    expect(items).toMatchObject([{ state: 'succeeded', progress: 100 }])
  })
})
