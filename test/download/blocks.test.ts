import { createHash } from 'node:crypto'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import pino from 'pino'
import { expect, it, onTestFinished } from 'vitest'
import type { Broker } from '../../electron/platform/broker/broker.ts'
import type { ConnectedDevice } from '../../electron/platform/devices/connected-device.ts'
import type { BlockRequest } from '../../electron/platform/dialects/dialect.ts'
import { sagooMqtt } from '../../electron/platform/dialects/sagoo/mqtt.ts'
import { createImageCache, imageCacheLimits } from '../../electron/platform/download/image-cache.ts'
import { createBlockServer } from '../../electron/platform/offers/block-server.ts'
import { takeApart } from '../helpers/compact.ts'
import { patterned } from './fixture.ts'

const content = patterned(70_000)
const device: ConnectedDevice = {
  id: 1,
  identity: { productKey: 'a1pk', deviceName: 'dev1', accessToken: 'token' },
  dialect: sagooMqtt,
}

/** A block server over one real file, job 7 of device 1. */
const prepare = async (limits = imageCacheLimits) => {
  const directory = await mkdtemp(join(tmpdir(), 'ota-blocks-'))
  onTestFinished(() => rm(directory, { recursive: true, force: true }))
  const path = join(directory, 'app.bin')
  await writeFile(path, content)
  const artifact = {
    jobId: 7,
    name: 'app.bin',
    path,
    size: content.length,
    sha256: createHash('sha256').update(content).digest('hex'),
  }
  const answers: Uint8Array[] = []
  const fetched: number[] = []
  const logged: string[] = []
  const serve = createBlockServer({
    host: { artifact: () => artifact, fetching: (jobId) => void fetched.push(jobId) },
    broker: () =>
      ({
        reply: async (_id, { payload }) => {
          answers.push(payload as Uint8Array)
          return true
        },
      }) as Broker,
    isStreamOf: (jobId, deviceId) => jobId === 7 && deviceId === 1,
    cache: createImageCache(limits),
    logger: pino({ level: 'error' }, { write: (line: string) => void logged.push(line) }),
  })
  const ask = async (what: Partial<BlockRequest>) => {
    await serve(device, {
      kind: 'block',
      messageId: '1',
      fileToken: undefined,
      streamId: 7,
      fileId: 1,
      offset: 0,
      size: 256,
      replyTopic: 'reply',
      ...what,
    })
    const { json, rest } = takeApart(answers.at(-1) ?? '')
    return { json: json as { code: number; data?: { bSize: number; bOffset: number } }, bytes: rest.subarray(0, -2) }
  }
  return { ask, path, fetched, logged }
}

it('reads a file once, however many blocks are asked for', async () => {
  const { ask, path } = await prepare()
  await ask({})
  await rm(path)
  const { json, bytes } = await ask({ offset: 65_536, size: 131_072 })
  expect(json).toMatchObject({ code: 200, data: { bSize: 4464, bOffset: 65_536 } })
  expect(bytes.equals(content.subarray(65_536))).toBe(true)
})

it('reads blocks from the file where the image has no room in memory', async () => {
  const { ask } = await prepare({ totalBytes: 100, imageBytes: 100 })
  const { bytes } = await ask({ offset: 1000, size: 5000 })
  expect(bytes.equals(content.subarray(1000, 6000))).toBe(true)
})

it.each([imageCacheLimits, { totalBytes: 100, imageBytes: 100 }])(
  'says 410 and writes to the log when the file is gone from the disk (%j)',
  async (limits) => {
    const { ask, path, logged, fetched } = await prepare(limits)
    await rm(path)
    expect((await ask({})).json).toMatchObject({ code: 410 })
    expect(logged).toHaveLength(1)
    expect(fetched).toEqual([])
  },
)

it('answers whatever numbers it is asked for, with those very bytes or a refusal', async () => {
  const { ask } = await prepare()
  const Any = fc.oneof(fc.integer(), fc.double(), fc.constantFrom(Number.NaN, Number.POSITIVE_INFINITY, -0))
  const Near = (...around: number[]) => fc.oneof(Any, ...around.map((n) => fc.integer({ min: n - 2, max: n + 2 })))
  await fc.assert(
    fc.asyncProperty(
      Near(7),
      Near(1),
      Near(0, content.length),
      Near(1, 256, 131_072),
      async (streamId, fileId, offset, size) => {
        const { json, bytes } = await ask({ streamId, fileId, offset, size })
        const sound = [streamId, fileId, offset, size].every(Number.isSafeInteger)
        const expected =
          !sound || offset < 0 || size < 1 || size > 131_072
            ? 400
            : streamId !== 7 || fileId !== 1
              ? 404
              : offset >= content.length
                ? 416
                : 200
        expect(json.code).toBe(expected)
        if (expected === 200) expect(bytes.equals(content.subarray(offset, offset + size))).toBe(true)
      },
    ),
    { numRuns: 500 },
  )
})
