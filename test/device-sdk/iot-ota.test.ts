import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { DeviceIdentity, OfferedDelta, UpgradeOffer } from '../../electron/platform/dialects/dialect.ts'
import { iotEngineMqtt } from '../../electron/platform/dialects/iot-engine/mqtt.ts'
import { missingPackages } from '../debian.mjs'
import { run } from '../helpers/program.ts'
import { limits } from '../limits.mjs'
import { compileIotOta } from './compiled.ts'

const missing = missingPackages().filter((name) => ['gcc', 'clang', 'libc6-dev', 'libclang-rt-14-dev'].includes(name))

let folder: string
const at = (name: string): string => join(folder, name)

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'ota-bench-iot-ota-'))
  if (missing.length > 0) return
  await Promise.all([
    compileIotOta('gcc', 'test/session.c', 'address,undefined', at('session')),
    compileIotOta('clang', 'test/firmware.c', 'address,undefined', at('firmware')),
  ])
})

afterAll(() => rmSync(folder, { recursive: true, force: true }))

/** What the device understood of a message, as `name=value`; a sanitizer's words fail the test. */
const understood = (message: string | Uint8Array, ...args: string[]): Record<string, string> => {
  const { status, stdout, stderr } = spawnSync(at('firmware'), args, {
    input: message,
    encoding: 'utf8',
    timeout: limits.program,
  })
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' })
  const pairs = stdout
    .trimEnd()
    .split('\n')
    .map((line) => line.split('=') as [string, string])
  return Object.fromEntries(pairs)
}

const md5 = createHash('md5').update('image').digest('hex')
const sha256 = createHash('sha256').update('image').digest('hex')

const device: DeviceIdentity = { productKey: 'pk', deviceName: 'dn', accessToken: '' }

const offer: UpgradeOffer = {
  messageId: 1_790_000_000_000,
  module: 'default',
  version: '2.1 "中文"',
  files: [{ name: 'a.bin', url: 'http://127.0.0.1:8080/ota/token/a.bin', size: 432_945, md5, sha256 }],
  delivery: 'url',
  streamId: 1,
  campaignTag: 1,
  policy: 'silent',
  signMethod: 'MD5',
  tags: {},
  customInfo: null,
}

describe.skipIf(missing.length > 0)("the device SDK's side of iot-engine (needs gcc and clang)", () => {
  it('goes from an announcement to the file through breaks, timeouts, new tries and wrong files', async () => {
    expect(await run(at('session'))).toEqual({ stdout: 'session\n', stderr: '' })
  })

  it('reads what the station announces', () => {
    const { payload } = iotEngineMqtt.notice(device, offer, 'topic')
    expect(understood(payload)).toEqual({
      status: '0',
      id: '1790000000000',
      version: '2.1 "中文"',
      url: 'http://127.0.0.1:8080/ota/token/a.bin',
      size: '432945',
      silent: '1',
      diff: '0',
      md5,
    })
  })

  it('reads what the station says of a patch', () => {
    const diff: OfferedDelta = { format: 'hpatch-lite', fromVersion: '2.0', full: { size: 500_000, md5, sha256 } }
    const { payload } = iotEngineMqtt.notice(device, { ...offer, diff }, 'topic')
    expect(understood(payload)).toMatchObject({ diff: '1', format: 'hpatch-lite', from: '2.0', full: '500000', sha256 })
  })

  it('takes keys with a blank, as the guide prints them (docs/protocols/iot-engine.md §3.4)', () => {
    const data = `{"firmwareVersion":"2","url":"http://h/f","sign":"${md5}","signMethod":"MD5"}`
    const message = `{ "msgId ":"123",\n"version":"1.0", "data ": ${data}}`
    expect(understood(message)).toMatchObject({ status: '0', id: '123', version: '2', size: '0', silent: '0' })
  })

  it('hears that there is no such firmware', () => {
    expect(understood('{"msgId":"1","code":404,"message":"FirmwareVersion 9 not existed"}')).toEqual({ status: '-2' })
  })

  it.each([
    ['no JSON', 'upgrade'],
    ['a list', '[]'],
    ['no data', '{"msgId":"1"}'],
    [
      'a URL that is too long',
      JSON.stringify({ msgId: '1', data: { firmwareVersion: '2', url: `http://${'h'.repeat(600)}` } }),
    ],
    [
      'a digest of another length',
      `{"msgId":"1","data":{"firmwareVersion":"2","url":"u","signMethod":"Md5","sign":"12"}}`,
    ],
    ['another digest', `{"msgId":"1","data":{"firmwareVersion":"2","url":"u","signMethod":"SHA256","sign":"${md5}"}}`],
    [
      'a size beyond 4 GB',
      `{"msgId":"1","data":{"firmwareVersion":"2","url":"u","signMethod":"Md5","sign":"${md5}","size":4294967296}}`,
    ],
    ['more depth than is allowed', '['.repeat(40) + ']'.repeat(40)],
  ])('refuses %s', (_what, message) => {
    expect(understood(message)).toEqual({ status: '-1' })
  })

  it('takes no beginning of an announcement for one, nor reads behind it', () => {
    const { payload } = iotEngineMqtt.notice(device, offer, 'topic')
    expect(understood(payload, 'cut')).toEqual({ taken: '0' })
  })

  it('reads any message without a word of the sanitizers', () => {
    const message = fc.oneof(
      fc.json(),
      fc.string(),
      fc.json().map((text) => `{"msgId":"1","data":${text}}`),
    )
    fc.assert(
      fc.property(message, (text) => {
        expect(Number(understood(text).status)).toBeLessThanOrEqual(0)
      }),
      { numRuns: 60 },
    )
  })

  it('computes MD5 as others do', () => {
    for (const size of [0, 1, 55, 56, 63, 64, 65, 1000]) {
      const bytes = Buffer.alloc(size, size)
      expect(understood(bytes, 'md5')).toEqual({ md5: createHash('md5').update(bytes).digest('hex') })
    }
  })
})
