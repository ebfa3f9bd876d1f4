import { createHash } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { authorize, CHECK, DEVICE_KEY, type Prepared, prepareOneNet, tokenOf } from '../helpers/onenet.ts'

/** What the official C client holds: bytes of a whole answer, slots for headers, characters of token and target. */
const PACKET = 512
const HEADERS = 10
const NAME = 31
const CHUNK = 4096

/** The calls of cm-heclouds' C client, with its own limits (docs/protocols/onenet.md §11.1). */
const cClient = ({ call }: Prepared, version: string) => {
  const authorization = authorize({
    res: 'products/33704/devices/32981907',
    key: DEVICE_KEY,
    et: 2524579200,
    encoded: true,
  })
  const bounded = async (sent: { method?: string; path: string; body?: string; range?: string }) => {
    const { range, ...rest } = sent
    const answer = await call({
      ...rest,
      authorization,
      headers: { 'Content-Type': 'application/json', ...(range !== undefined && { Range: range }) },
    })
    expect(answer.bytes).toBeLessThanOrEqual(range === undefined ? PACKET : PACKET + CHUNK)
    expect(answer.headers.length).toBeLessThanOrEqual(HEADERS)
    return answer
  }
  const errno = async (sent: Parameters<typeof bounded>[0]) => (await bounded(sent)).json().errno
  const device = 'dev_id=32981907'
  return {
    postVersion: () =>
      errno({
        method: 'POST',
        path: `/ota/device/version?${device}`,
        body: `{"f_version":"${version}","s_version":"${version}"}`,
      }),
    async checkTask() {
      const { data } = (await bounded({ path: `/ota/south/check?type=1&version=${version}&cdn=true&${device}` })).json()
      for (const name of ['token', 'target']) expect(String(data?.[name]).length).toBeLessThanOrEqual(NAME)
      return data as { token: string; target: string; size: number; md5: string; ipPort: string }
    },
    checkToken: (token: string) => errno({ path: `/ota/south/download/${token}/check?${device}` }),
    /** Without `Content-Length` the first byte is an error code. */
    async download(token: string, start: number) {
      const answer = await bounded({ path: `/ota/south/download/${token}`, range: `${start}-${start + CHUNK - 1}` })
      return answer.header('Content-Length') === undefined ? Number(answer.body[0]) : answer
    },
    report: (token: string, step: number) =>
      errno({
        method: 'POST',
        path: `/ota/south/device/download/${token}/progress?${device}`,
        body: `{"step":${step}}`,
      }),
  }
}

describe('the official C client', () => {
  it('upgrades: a token check before every chunk, a last range beyond the end, then 101 and 201', async () => {
    const prepared = await prepareOneNet()
    const { id, bytes } = await prepared.campaign({ version: '2.0.0' })
    const client = cClient(prepared, '1.0.0')
    expect(await client.postVersion()).toBe(0)
    const task = await client.checkTask()
    expect(task).toMatchObject({ target: '2.0.0', size: bytes.length })
    expect(task.ipPort).toBe(new URL(prepared.station.ready.http).host.replace('0.0.0.0', '127.0.0.1'))

    const got: Buffer[] = []
    for (let at = 0; at < task.size; at += CHUNK) {
      expect(await client.checkToken(task.token)).toBe(0)
      const answer = await client.download(task.token, at)
      if (typeof answer === 'number') throw new Error(`download error ${answer}`)
      const end = Math.min(at + CHUNK, bytes.length) - 1
      expect(answer.status).toBe(206)
      expect(answer.header('Content-Range')).toBe(`bytes ${at}-${end}/${bytes.length}`)
      expect(answer.header('Content-Disposition')).toContain('firmware.bin')
      expect(answer.header('Ota-Errno')).toBe('0')
      got.push(answer.body)
    }
    expect(createHash('md5').update(Buffer.concat(got)).digest('hex')).toBe(task.md5)
    expect(await prepared.job(id)).toMatchObject({ state: 'downloading', progress: 0 })
    expect(await client.report(task.token, 101)).toBe(0)
    expect(await prepared.job(id)).toMatchObject({ state: 'installing' })
    expect(await client.report(task.token, 201)).toBe(0)
    expect(await prepared.job(id)).toMatchObject({ state: 'succeeded', progress: 100 })

    expect((await prepared.call({ path: '/ota/device/version?dev_id=32981907' })).json()).toEqual({
      errno: 0,
      error: 'succ',
      data: { f_version: '2.0.0', s_version: '1.0.0' },
    })
    expect(await client.report(task.token, 201)).toBe(20)
    expect(await client.checkToken(task.token)).toBe(20)
    expect(await client.download(task.token, 0)).toBe('3'.charCodeAt(0))
  })

  it('reads our shortest and our longest answers in its 512 bytes', async () => {
    const prepared = await prepareOneNet()
    await prepared.campaign({
      version: '12345678901234567890',
      retry: { times: 10, intervalMinutes: 1440 },
      conditions: { signal: 100, battery: 100 },
    })
    await cClient(prepared, '1.0.0').checkTask()
  })

  it('fails when the checksum is wrong, and is told the task again after a retry, with another token', async () => {
    const prepared = await prepareOneNet()
    const { id } = await prepared.campaign()
    const client = cClient(prepared, '1.0.0')
    const { token } = await client.checkTask()
    await client.checkToken(token)
    expect(await client.report(token, 205)).toBe(0)
    const failed = await prepared.job(id)
    expect(failed).toMatchObject({ state: 'failed', errorCode: 'CHECKSUM_WRONG', description: 'step 205' })
    expect(await client.report(token, 205)).toBe(20)

    await prepared.station.client.jobs.retry({ id: failed.id })
    expect(await client.checkToken(token)).toBe(12)
    const again = await client.checkTask()
    expect(again.token).not.toBe(token)
    expect(await client.checkToken(again.token)).toBe(0)
    expect(await client.report(token, 101)).toBe(12)
    expect(await prepared.job(id)).toMatchObject({ state: 'downloading', attempt: 2 })
  })
})

describe('a device that asks over HTTP', () => {
  it('is online for as long as it keeps asking, and was last seen then', async () => {
    const prepared = await prepareOneNet({ devices: ['32981907', 'silent'] })
    const { client } = prepared.station
    await prepared.call({ method: 'POST', path: '/ota/device/version?dev_id=32981907', body: '{"f_version":"1.0"}' })
    const devices = (await client.devices.list({ productId: prepared.productId })).items
    expect(devices.map(({ name, online }) => [name, online])).toEqual(
      expect.arrayContaining([
        ['32981907', true],
        ['silent', false],
      ]),
    )
    expect(devices.find(({ name }) => name === '32981907')?.lastSeenAt).not.toBeNull()
    expect((await client.devices.list({ productId: prepared.productId, online: true })).items).toHaveLength(1)
    const [device] = (await client.devices.list({ online: true })).items
    await client.devices.remove({ id: device?.id ?? 0 })
    expect(await client.station.overview()).toMatchObject({ devices: 1, online: 0 })
  })

  it('is done when it reports the target by itself', async () => {
    const prepared = await prepareOneNet()
    const { id } = await prepared.campaign({ version: '5.0' })
    await tokenOf(prepared)
    await prepared.call({ method: 'POST', path: '/ota/device/version?dev_id=32981907', body: '{"f_version":"5.0"}' })
    expect(await prepared.job(id)).toMatchObject({ state: 'succeeded' })
    expect((await prepared.call({ path: CHECK })).json()).toEqual({ errno: 11, error: 'not found' })
  })

  it('keeps its token while it checks again, and gets the task while it downloads and upgrades', async () => {
    const prepared = await prepareOneNet()
    await prepared.campaign()
    const token = await tokenOf(prepared)
    const progress = (step: number) =>
      prepared.call({
        method: 'POST',
        path: `/ota/south/device/download/${token}/progress?dev_id=32981907`,
        body: JSON.stringify({ step }),
      })
    await prepared.call({ path: `/ota/south/download/${token}/check?dev_id=32981907` })
    expect(await tokenOf(prepared)).toBe(token)
    await progress(100)
    expect(await tokenOf(prepared)).toBe(token)
  })

  it('upgrades its modem and its application apart', async () => {
    const prepared = await prepareOneNet()
    const fota = await prepared.campaign({ version: '5.0' })
    const sota = await prepared.campaign({ version: '7.0', module: 'sota' })
    const check = async (type: number) =>
      (await prepared.call({ path: `/ota/south/check?dev_id=32981907&type=${type}&version=1.0` })).json().data
    expect(await check(1)).toMatchObject({ target: '5.0' })
    const application = await check(2)
    expect(application).toMatchObject({ target: '7.0' })
    await prepared.call({
      method: 'POST',
      path: `/ota/south/device/download/${String(application?.token)}/progress?dev_id=32981907`,
      body: '{"step":201}',
    })
    expect(await prepared.job(sota.id)).toMatchObject({ state: 'succeeded' })
    expect(await prepared.job(fota.id)).toMatchObject({ state: 'notified' })
  })

  it('is told the hints that its campaign carries', async () => {
    const prepared = await prepareOneNet()
    await prepared.campaign({ retry: { times: 3, intervalMinutes: 10 }, conditions: { signal: 10, battery: 50 } })
    expect((await prepared.call({ path: CHECK })).json().data).toMatchObject({
      retry: 3,
      interval: 10,
      signal: 10,
      power: 50,
    })
  })
})

describe('hints', () => {
  it('are refused by name where devices cannot be told', async () => {
    const { station } = await prepareOneNet()
    const product = await station.client.products.create({ name: 'Other', key: 'other', protocol: 'sagoo' })
    await station.client.devices.create({ productId: product.id, name: 'd' })
    const pack = await station.addPackage({ productId: product.id, name: 'p', version: '2.0.0' })
    const input = { packageId: pack.id, name: 'c' }
    const refused = await station.rest('POST', '/campaigns', { ...input, conditions: { battery: 50 } })
    expect(refused).toMatchObject({ status: 422, body: { code: 'INVALID_FIELD', data: { field: 'conditions' } } })
    // The platform tries again itself where the device is not told to.
    const taken = await station.rest('POST', '/campaigns', { ...input, retry: { times: 1, intervalMinutes: 1 } })
    expect(taken).toMatchObject({ status: 200, body: { retry: { times: 1, intervalMinutes: 1 } } })
  })
})
