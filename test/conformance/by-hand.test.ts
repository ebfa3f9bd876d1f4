import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import type { Protocol } from '#shared/protocols/index.ts'
import { findProgram } from '../broker/programs.ts'
import { startTestStation } from '../helpers/station.ts'
import { until } from '../helpers/until.ts'
import { limits } from '../limits.mjs'
import { image, imageMd5 } from './fixture.ts'

const programs = ['mosquitto_pub', 'mosquitto_rr', 'curl', 'openssl', 'bash']
const missing = programs.filter((name) => !findProgram(name))
const needs = missing.length > 0 ? ' (needs the Debian packages mosquitto-clients, curl and openssl)' : ''

/** The shell block that a page of the dialects' folder shows behind these words. */
const blockOf = (page: string, behind: string): string => {
  const text = readFileSync(new URL(`../../electron/platform/dialects/${page}`, import.meta.url), 'utf8')
  const block = /^```sh\n([\s\S]*?)^```$/m.exec(text.slice(text.indexOf(behind)))?.[1]
  if (!text.includes(behind) || block === undefined) throw new Error(`${page} shows nothing behind "${behind}"`)
  // A person waits for a notice some seconds, a test as long as for anything.
  return block.replaceAll(/(?<= -W )\d+/g, String(limits.wait / 1000))
}

/** Runs shell commands; what they printed on either side. */
const runShell = async (commands: string, env: Record<string, string>) => {
  const shell = spawn('bash', ['--noprofile', '--norc', '-c', commands], {
    env: { ...process.env, ...env },
    timeout: limits.program,
  })
  let output = ''
  let complaints = ''
  shell.stdout.on('data', (bytes: Buffer) => (output += bytes.toString()))
  shell.stderr.on('data', (bytes: Buffer) => (complaints += bytes.toString()))
  await once(shell, 'close')
  return { output, complaints }
}

const sessions: readonly { protocol: Protocol; page: string; behind: string; offered: string }[] = [
  { protocol: 'sagoo', page: 'sagoo/README.md', behind: '## By hand', offered: '{"code":"200","data":{"size":20000' },
  {
    protocol: 'thingspanel',
    page: 'README.md',
    behind: '\nThingsPanel: ',
    offered: '"code":200,"params":{"version":"2.0.0"',
  },
  {
    protocol: 'iot-engine',
    page: 'README.md',
    behind: '\nThe IoT engine:',
    offered: '"data":{"policy":"standard","size":20000',
  },
  {
    protocol: 'onenet',
    page: 'README.md',
    behind: '\nOneNET:',
    offered: '{"errno":0,"error":"succ","data":{"target":"2.0.0"',
  },
]

describe.skipIf(missing.length > 0)(`the pages of the dialects${needs}`, () => {
  it.each(sessions)('show how $protocol upgrades by hand, and it does', async ({ protocol, page, behind, offered }) => {
    const station = await startTestStation()
    const { client } = station
    const product = await client.products.create({ name: 'P', key: 'pk', protocol, secret: 'c2VjcmV0' })
    const device = await client.devices.create({ productId: product.id, name: 'dev1', secret: 'a2V5LW9mLWRldjE=' })
    const pack = await station.addPackage({ productId: product.id, name: 'package', version: '2.0.0', bytes: image })
    const campaign = () => client.campaigns.create({ packageId: pack.id, name: 'campaign' })
    const waits = protocol === 'thingspanel'
    if (!waits) await campaign()
    const session = runShell(blockOf(page, behind), {
      HOST: '127.0.0.1',
      MQTT_PORT: new URL(station.ready.mqtt).port,
      HTTP_PORT: new URL(station.ready.http).port,
      KEY: 'pk',
      SK: product.secret,
      NAME: device.name,
      SECRET: device.secret,
      TOKEN: device.accessToken,
    })
    if (waits) {
      await until(
        async () => (await client.devices.get({ id: device.id })).modules.length,
        (reported) => reported > 0,
      )
      await campaign()
    }
    const { output, complaints } = await session
    expect(complaints).toBe('')
    expect(output).toContain(offered)
    expect(output).toContain(imageMd5)
    expect((await client.campaigns.jobs({ id: 1 })).items).toMatchObject([{ state: 'succeeded' }])
  })
})
