import { rm, truncate } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { authorize, CHECK, DEVICE_KEY, FAR, type Prepared, prepareOneNet, tokenOf } from '../helpers/onenet.ts'

const product = { res: 'products/33704' }
const device = { res: 'products/33704/devices/32981907', key: DEVICE_KEY }

const errnoOf = async (prepared: Prepared, sent: Parameters<Prepared['call']>[0]) =>
  (await prepared.call(sent)).json().errno
const tokenCheck = (token: string, name = '32981907') => ({ path: `/ota/south/download/${token}/check?dev_id=${name}` })
const progress = (token: string, body: string, name = '32981907') => ({
  method: 'POST',
  path: `/ota/south/device/download/${token}/progress?dev_id=${name}`,
  body,
})
const report = (token: string, body: string) => ({
  method: 'POST',
  path: `/ota/south/report?dev_id=32981907&token=${token}`,
  body,
})

describe('Authorization', () => {
  it('is taken over the product and the device, raw and encoded, by every method', async () => {
    const prepared = await prepareOneNet()
    for (const signing of [product, device])
      for (const method of ['md5', 'sha1', 'sha256'])
        for (const encoded of [false, true]) {
          const authorization = authorize({ ...signing, method, encoded })
          expect(await errnoOf(prepared, { path: CHECK, authorization }), authorization).toBe(11)
        }
  })

  it('is refused with errno 1 for whatever reason', async () => {
    const prepared = await prepareOneNet({ devices: ['32981907', 'another'] })
    await prepared.station.client.products.create({ name: 'S', key: 'sagoopk', protocol: 'sagoo', secret: 'c2VjcmV0' })
    const refused: readonly (string | null)[] = [
      null,
      '',
      'nonsense',
      authorize({ ...product, key: DEVICE_KEY }),
      authorize({ ...device, key: 'b3RoZXI=' }),
      authorize({ ...product, et: Math.floor(Date.now() / 1000) - 3600 }),
      authorize({ ...product, res: 'products/33705' }),
      authorize({ res: 'products/sagoopk', key: 'c2VjcmV0' }),
      // The right key, but another device's name.
      authorize({ ...device, res: 'products/33704/devices/another' }),
      authorize({ res: 'userid/498670', version: '2022-05-01' }),
      authorize(product).replace(String(FAR), String(FAR + 1)),
    ]
    for (const authorization of refused)
      expect(await errnoOf(prepared, { path: CHECK, authorization }), String(authorization)).toBe(1)
    expect(await errnoOf(prepared, { path: CHECK.replace('32981907', 'unknown') })).toBe(1)
    // Of a device whose clock is right within the token's life it is good.
    expect(
      await errnoOf(prepared, {
        path: CHECK,
        authorization: authorize({ ...product, et: Math.ceil(Date.now() / 1000) + 3600 }),
      }),
    ).toBe(11)
  })

  it('takes a device by its key when its dev_id is not its name', async () => {
    const prepared = await prepareOneNet()
    const authorization = authorize({ ...device, res: 'products/33704/devices/mydev' })
    expect(await errnoOf(prepared, { path: CHECK, authorization })).toBe(11)
  })

  it('over the product makes an unknown device where the product allows it', async () => {
    const prepared = await prepareOneNet({ autoRegister: true })
    const path = '/ota/device/version?dev_id=new-one'
    const body = '{"f_version":"1.0"}'
    expect(
      await errnoOf(prepared, {
        method: 'POST',
        path,
        body,
        authorization: authorize({ ...product, key: DEVICE_KEY }),
      }),
    ).toBe(1)
    expect(await errnoOf(prepared, { method: 'POST', path: path.replace('new-one', 'a%2Fb'), body })).toBe(1)
    expect(await errnoOf(prepared, { method: 'POST', path, body })).toBe(0)
    const { items } = await prepared.station.client.devices.list({ q: 'new-one' })
    expect(items).toMatchObject([{ name: 'new-one', modules: [{ module: 'default', version: '1.0' }] }])
    // Its own key is base64, as devices decode it.
    expect(items[0]?.secret).toMatch(/^[A-Za-z0-9+/]+=*$/)
  })
})

describe('reporting and reading versions', () => {
  it('keeps what is said of either, and tells only what was reported', async () => {
    const prepared = await prepareOneNet()
    const path = '/ota/device/version?dev_id=32981907'
    expect((await prepared.call({ path })).json()).toEqual({ errno: 0, error: 'succ', data: {} })
    await prepared.call({ method: 'POST', path, body: '{"s_version":"2.0"}' })
    expect((await prepared.call({ path })).json().data).toEqual({ s_version: '2.0' })
    await prepared.call({ method: 'POST', path, body: '{"f_version":"4.0","s_version":"",}' })
    expect((await prepared.call({ path })).json().data).toEqual({ f_version: '4.0', s_version: '2.0' })
  })

  it.each([
    ['', 2],
    ['{', 2],
    ['[]', 2],
    ['{}', 2],
    ['{"f_version":null}', 2],
    ['{"f_version":{}}', 2],
    ['{"f_version":"1 0"}', 27],
    ['{"f_version":"123456789012345678901"}', 27],
    ['{"f_version":"1.0","s_version":"版本"}', 27],
  ])('refuses %s with %d and keeps nothing of it', async (body, errno) => {
    const prepared = await prepareOneNet()
    const path = '/ota/device/version?dev_id=32981907'
    expect(await errnoOf(prepared, { method: 'POST', path, body })).toBe(errno)
    expect((await prepared.call({ path })).json().data).toEqual({})
  })
})

describe('a check', () => {
  it.each([
    ['no dev_id', CHECK.replace('dev_id=32981907&', ''), 2],
    ['no type', CHECK.replace('type=1&', ''), 2],
    ['an unknown type', CHECK.replace('type=1', 'type=3'), 2],
    ['no version', CHECK.replace('version=4.0&', ''), 2],
    ['an empty version', CHECK.replace('version=4.0', 'version='), 27],
    ['a version of other characters', CHECK.replace('version=4.0', 'version=4+0'), 27],
    ['a version of 21 characters', CHECK.replace('version=4.0', `version=${'1'.repeat(21)}`), 27],
    ['no task of that type', CHECK.replace('type=1', 'type=2'), 11],
  ])('with %s', async (_, path, errno) => {
    const prepared = await prepareOneNet()
    await prepared.campaign()
    expect(await errnoOf(prepared, { path })).toBe(errno)
  })

  it('finds nothing in a campaign that is paused, and the same task when it goes on', async () => {
    const prepared = await prepareOneNet()
    const { id } = await prepared.campaign()
    const token = await tokenOf(prepared)
    await prepared.station.client.campaigns.pause({ id })
    expect(await errnoOf(prepared, { path: CHECK })).toBe(11)
    expect(await errnoOf(prepared, tokenCheck(token))).toBe(17)
    expect(await errnoOf(prepared, progress(token, '{"step":101}'))).toBe(17)
    await prepared.station.client.campaigns.resume({ id })
    expect(await tokenOf(prepared)).toBe(token)
    expect(await errnoOf(prepared, tokenCheck(token))).toBe(0)
  })

  it('by a device of another make fails the task with 8, and one of the right make gets it', async () => {
    const prepared = await prepareOneNet()
    await prepared.station.client.products.createModule({
      id: prepared.productId,
      name: 'bc95',
      kind: 'FOTA',
      vendor: 'quectel',
      model: 'BC95',
    })
    const { id } = await prepared.campaign({ module: 'bc95' })
    const check = (make: string) =>
      errnoOf(prepared, { path: `/ota/south/check?dev_id=32981907&type=1&version=1.0${make}` })
    expect(await check('')).toBe(0)
    expect(await check('&manuf=quectel&model=BC95')).toBe(0)
    expect(await check('&manuf=quectel&model=BC28')).toBe(8)
    expect(await prepared.job(id)).toMatchObject({
      state: 'failed',
      errorCode: 'MODEL_MISMATCH',
      description: 'quectel BC28',
    })
    expect(await check('&manuf=quectel&model=BC28')).toBe(11)
  })

  it('of a device that never reported tells what it runs, by its make', async () => {
    const prepared = await prepareOneNet()
    const { client } = prepared.station
    await client.products.createModule({ id: prepared.productId, name: 'bc95', vendor: 'quectel', model: 'BC95' })
    await prepared.call({ path: '/ota/south/check?dev_id=32981907&type=1&version=3.0&manuf=quectel&model=BC95' })
    const modules = async () => (await client.devices.list({})).items[0]?.modules.map((m) => `${m.module} ${m.version}`)
    expect((await modules())?.toSorted()).toEqual(['bc95 3.0', 'default 3.0'])
    // From now on a report tells, of the make as well; a check does not.
    await prepared.call({ path: '/ota/south/check?dev_id=32981907&type=1&version=1.0&manuf=quectel&model=BC95' })
    await prepared.call({ method: 'POST', path: '/ota/device/version?dev_id=32981907', body: '{"f_version":"3.1"}' })
    expect((await modules())?.toSorted()).toEqual(['bc95 3.1', 'default 3.1'])
  })
})

describe('a token check', () => {
  it('answers 4 for what is no token of this device', async () => {
    const prepared = await prepareOneNet({ devices: ['32981907', 'other'] })
    await prepared.campaign()
    const token = await tokenOf(prepared)
    expect(await errnoOf(prepared, tokenCheck(token, 'other'))).toBe(4)
    expect(await errnoOf(prepared, progress(token, '{"step":201}', 'other'))).toBe(4)
    expect(await errnoOf(prepared, tokenCheck('ota_00000000000000000000'))).toBe(4)
    expect(await errnoOf(prepared, tokenCheck('x'))).toBe(4)
    expect(await errnoOf(prepared, { ...tokenCheck(token), authorization: null })).toBe(1)
  })

  it('answers 22 when the task was cancelled, 17 when it is upgrading, 20 when it is finished', async () => {
    const prepared = await prepareOneNet()
    const first = await prepared.campaign({ version: '5.0' })
    const cancelled = await tokenOf(prepared)
    await prepared.station.client.campaigns.cancel({ id: first.id })
    expect(await errnoOf(prepared, tokenCheck(cancelled))).toBe(22)
    expect(await errnoOf(prepared, progress(cancelled, '{"step":107}'))).toBe(22)
    expect(await errnoOf(prepared, report(cancelled, '{"result":107}'))).toBe(22)

    await prepared.campaign({ version: '6.0' })
    const token = await tokenOf(prepared)
    expect(await errnoOf(prepared, tokenCheck(token))).toBe(0)
    expect(await errnoOf(prepared, progress(token, '{"step":100}'))).toBe(0)
    expect(await errnoOf(prepared, tokenCheck(token))).toBe(17)
    expect(await errnoOf(prepared, progress(token, '{"step":"201"}'))).toBe(0)
    expect(await errnoOf(prepared, tokenCheck(token))).toBe(20)
  })
})

describe('progress', () => {
  it.each(['', '{', '{}', '{"step":null}', '{"step":"x"}', '{"step":1.5}', '{"step":-1}', '{"step":150}', '[]'])(
    'refuses %s with 2',
    async (body) => {
      const prepared = await prepareOneNet()
      await prepared.campaign()
      const token = await tokenOf(prepared)
      await prepared.call(tokenCheck(token))
      expect(await errnoOf(prepared, progress(token, body))).toBe(2)
    },
  )

  it('moves a task as the table says, in whatever order it comes', async () => {
    const prepared = await prepareOneNet()
    const { id } = await prepared.campaign()
    const token = await tokenOf(prepared)
    const step = (code: number) => errnoOf(prepared, progress(token, JSON.stringify({ step: code })))
    expect((await prepared.call(progress(token, '{"step":10}'))).json()).toEqual({ errno: 17, error: 'invalid state' })
    await prepared.call(tokenCheck(token))
    expect(await step(10)).toBe(0)
    expect(await prepared.job(id)).toMatchObject({ state: 'downloading', progress: 10 })
    expect(await step(10)).toBe(0)
    expect(await step(100)).toBe(0)
    expect(await step(100)).toBe(17)
    expect(await step(101)).toBe(17)
    expect(await step(106)).toBe(17)
    expect(await step(202)).toBe(0)
    expect(await prepared.job(id)).toMatchObject({ state: 'failed', errorCode: 'LOW_BATTERY' })
    expect(await step(201)).toBe(20)
  })
})

describe('the older calls', () => {
  it('find the task and report twice, 1xx and then 2xx', async () => {
    const prepared = await prepareOneNet()
    const { id } = await prepared.campaign()
    const tasking = (type: string) =>
      prepared.call({ path: `/ota/south/tasking?dev_id=32981907&type=${type}&cdn=false` })
    expect((await tasking('3')).json().errno).toBe(2)
    expect((await tasking('2')).json().errno).toBe(4)
    expect(await errnoOf(prepared, { path: '/ota/south/tasking?dev_id=32981907&type=1', authorization: null })).toBe(4)
    const { errno, data } = (await tasking('1')).json()
    expect(errno).toBe(0)
    const token = String(data?.token)
    expect(await errnoOf(prepared, report('ota_x', '{"result":101}'))).toBe(1)
    expect(await errnoOf(prepared, report(token, '{"step":101}'))).toBe(24)
    expect(await errnoOf(prepared, report(token, '{"result":50}'))).toBe(2)
    expect(await errnoOf(prepared, report(token, '{"result":199}'))).toBe(2)
    expect(await errnoOf(prepared, report(token, '{"result":101}'))).toBe(0)
    expect(await errnoOf(prepared, report(token, '{"result":101}'))).toBe(21)
    expect(await errnoOf(prepared, report(token, '{"result":201}'))).toBe(0)
    expect(await errnoOf(prepared, report(token, '{"result":201}'))).toBe(20)
    expect(await prepared.job(id)).toMatchObject({ state: 'succeeded' })
  })
})

describe('a download that cannot be', () => {
  const byte = async (prepared: Prepared, token: string) => {
    const answer = await prepared.call({ path: `/ota/south/download/${token}`, authorization: null })
    expect(answer.status).toBe(200)
    expect(answer.header('Content-Length')).toBeUndefined()
    expect(answer.headers.length).toBeLessThanOrEqual(10)
    return answer.body.toString()
  }

  it('answers one byte without a length: 3 for a token that is none any more, 1 and 2 for a file that is not as it was', async () => {
    const prepared = await prepareOneNet()
    const { id, bytes } = await prepared.campaign()
    const token = await tokenOf(prepared)
    const blob = async () => {
      const { createHash } = await import('node:crypto')
      const sha256 = createHash('sha256').update(bytes).digest('hex')
      return join(prepared.station.directory, 'blobs', sha256.slice(0, 2), sha256)
    }
    expect(await byte(prepared, 'ota_00000000000000000000')).toBe('3')
    await truncate(await blob(), 100)
    expect(await byte(prepared, token)).toBe('2')
    await rm(await blob())
    expect(await byte(prepared, token)).toBe('1')
    expect(await prepared.job(id)).toMatchObject({ state: 'notified' })
    await prepared.station.client.campaigns.cancel({ id })
    expect(await byte(prepared, token)).toBe('3')
  })

  it('needs no Authorization and no token check before it', async () => {
    const prepared = await prepareOneNet()
    const { id, bytes } = await prepared.campaign()
    const token = await tokenOf(prepared)
    const whole = await prepared.call({ path: `/ota/south/download/${token}`, authorization: null })
    expect(whole.status).toBe(200)
    expect(whole.body).toEqual(bytes)
    expect(await prepared.job(id)).toMatchObject({ state: 'downloading' })
    const head = await prepared.call({
      method: 'HEAD',
      path: `/ota/south/download/${token}`,
      headers: { Range: '-100' },
    })
    expect(head.header('Content-Length')).toBe('100')
  })
})
