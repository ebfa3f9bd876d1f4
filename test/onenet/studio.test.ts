import { describe, expect, it } from 'vitest'
import { createTestClock } from '../helpers/clock.ts'
import { authorize, DEVICE_KEY, exchange, type Prepared, prepareOneNet } from '../helpers/onenet.ts'
import { until } from '../helpers/until.ts'

const device = authorize({ res: 'products/33704/devices/32981907', key: DEVICE_KEY, encoded: true })
const account = authorize({ res: 'userid/498670', version: '2022-05-01', encoded: true })
const own = '/33704/32981907'

/** A device of the newer APIs. */
const studioDevice = ({ call }: Prepared, prefix: string, authorization = device) => ({
  post: async (tail: string, body: object) =>
    (await call({ method: 'POST', path: `${prefix}${own}/${tail}`, body: JSON.stringify(body), authorization })).json(),
  get: async (tail: string) => (await call({ path: `${prefix}${own}/${tail}`, authorization })).json(),
  download: (tail: string, range?: string) =>
    call({ path: `${prefix}${own}/${tail}`, authorization, ...(range !== undefined && { headers: { Range: range } }) }),
})

describe('the fuse API', () => {
  it.each([
    ['of the device', device],
    ['of the product', authorize({ res: 'products/33704' })],
    ['of the account', account],
  ])('upgrades a device with a token %s', async (_, authorization) => {
    const prepared = await prepareOneNet()
    const { id, bytes } = await prepared.campaign({ module: 'sota' })
    const fuse = studioDevice(prepared, '/fuse-ota', authorization)
    const requestId = expect.stringMatching(/^[0-9a-f]{32}$/) as unknown
    expect(await fuse.post('version', { s_version: 'V1.0', f_version: 'V1.0' })).toEqual({
      code: 0,
      msg: 'succ',
      request_id: requestId,
    })
    const found = await fuse.get('check?type=2&version=V1.0')
    const job = await prepared.job(id)
    expect(found).toEqual({
      code: 0,
      msg: 'succ',
      request_id: requestId,
      data: {
        target: '5.0',
        tid: job.id,
        size: bytes.length,
        md5: expect.stringMatching(/^[0-9a-f]{32}$/) as unknown,
        status: 1,
        type: 1,
      },
    })
    expect(Object.keys(found)).toEqual(['code', 'msg', 'data', 'request_id'])
    expect(await fuse.get(`${job.id}/check`)).toMatchObject({ code: 0, data: { status: 2 } })
    for (const [range, from, to] of [
      ['bytes=0-1023', 0, 1024],
      ['1024-2047', 1024, 2048],
      ['bytes=59904-60927', 59_904, 60_000],
    ] as const) {
      const piece = await fuse.download(`${job.id}/download`, range)
      expect([piece.status, piece.header('Ota-Errno'), piece.header('Content-Length')]).toEqual([
        206,
        '0',
        String(to - from),
      ])
      expect(piece.body).toEqual(bytes.subarray(from, to))
    }
    // The official SDK asks with a slash behind it.
    expect((await fuse.download(`${job.id}/download/`)).body).toEqual(bytes)
    expect(await fuse.post(`${job.id}/status`, { step: 10 })).toMatchObject({ code: 0 })
    expect(await fuse.get('check?type=2&version=V1.0')).toMatchObject({ data: { status: 2 } })
    expect(await fuse.post(`${job.id}/status`, { step: 100 })).toMatchObject({ code: 0 })
    expect(await fuse.get('check?type=2&version=V1.0')).toMatchObject({ data: { status: 3 } })
    expect(await fuse.post(`${job.id}/status`, { step: 201 })).toMatchObject({ code: 0 })
    expect(await prepared.job(id)).toMatchObject({ state: 'succeeded' })
    expect(await fuse.post(`${job.id}/status`, { step: 201 })).toMatchObject({ code: 20, msg: 'task finish' })
    expect(await fuse.get(`${job.id}/check`)).toMatchObject({ code: 20, data: { status: 4 } })
    expect(await fuse.get('version')).toMatchObject({ data: { f_version: 'V1.0', s_version: '5.0' } })
    expect(await fuse.get('check?type=2&version=5.0')).toEqual({ code: 12013, msg: 'task succ', request_id: requestId })
  })

  it('says 10403 to whom it does not know, so that a client sets its clock by our Date', async () => {
    const prepared = await prepareOneNet()
    const past = authorize({ res: 'products/33704', et: 1_537_255_523 })
    for (const authorization of [past, authorize({ res: 'products/33704', key: DEVICE_KEY }), 'nonsense']) {
      const answer = await prepared.call({ path: '/fuse-ota/33704/32981907/check?type=1&version=1', authorization })
      expect(answer.json()).toMatchObject({ code: 10403 })
      expect(Math.abs(Date.parse(answer.header('Date') ?? '') - Date.now())).toBeLessThan(3_600_000)
    }
    // A token of one product says nothing about another.
    const other = { path: '/fuse-ota/33705/32981907/check?type=1&version=1' }
    expect((await prepared.call(other)).json()).toMatchObject({ code: 10403 })
  })

  it('tells a device nothing of another’s task', async () => {
    const prepared = await prepareOneNet({ devices: ['other', '32981907'] })
    const { id } = await prepared.campaign()
    const others = (await prepared.station.client.campaigns.jobs({ id })).items.find(
      (job) => job.deviceName === 'other',
    )
    const fuse = studioDevice(prepared, '/fuse-ota')
    expect(await fuse.get(`${others?.id}/check`)).toMatchObject({ code: 12012 })
    expect(await fuse.post(`${others?.id}/status`, { step: 107 })).toMatchObject({ code: 12012 })
    const refused = await fuse.download(`${others?.id}/download`)
    expect([refused.header('Content-Length'), refused.body.toString(), refused.header('Ota-Errno')]).toEqual([
      undefined,
      '1',
      '2',
    ])
    const unknown = await prepared.call({ path: `/fuse-ota${own}/${others?.id}/download`, authorization: null })
    expect([unknown.body.toString(), unknown.header('Ota-Errno')]).toEqual(['3', '6'])
  })

  it('says in its own numbers why there is no task, request_id last', async () => {
    const prepared = await prepareOneNet()
    const fuse = studioDevice(prepared, '/fuse-ota')
    const text = async (tail: string) =>
      (await prepared.call({ path: `/fuse-ota${own}/${tail}`, authorization: device })).body.toString()
    const id = '"request_id":"[0-9a-f]{32}"'
    expect(await text('check?type=1&version=1.0')).toMatch(new RegExp(`^\\{"code":12012,"msg":"not exist",${id}\\}$`))
    expect(await text('check?type=3&version=1.0')).toMatch(new RegExp(`^\\{"code":12010,"msg":"[a-z ]+",${id}\\}$`))
    expect(await text('check?version=1.0')).toContain('"code":12010')
    await prepared.campaign()
    const tid = Number((await fuse.get('check?type=1&version=1.0')).data?.tid)
    expect(await text('check?type=1&version=1.0')).toMatch(
      new RegExp(`^\\{"code":0,"msg":"succ","data":\\{"target":"5.0","tid":${tid},.*\\},${id}\\}$`),
    )
    // Of the other type there is none.
    expect(await text('check?type=2&version=1.0')).toContain('"code":12012')
    await fuse.post(`${tid}/status`, { step: 201 })
    expect(await text('check?type=1&version=5.0')).toMatch(new RegExp(`^\\{"code":12013,"msg":"task succ",${id}\\}$`))
    expect(await text('check?type=1&version=1.0')).toContain('"code":12012')
    expect(await text('version')).toMatch(new RegExp(`^\\{"code":0,"msg":"succ","data":.*,${id}\\}$`))
  })

  it('says that a device which asks with the target has done its task, and it has', async () => {
    const prepared = await prepareOneNet()
    const fuse = studioDevice(prepared, '/fuse-ota')
    const { id } = await prepared.campaign()
    expect(await fuse.get('check?type=1&version=1.0')).toMatchObject({ code: 0 })
    expect(await fuse.get('check?type=1&version=5.0')).toMatchObject({ code: 12013, msg: 'task succ' })
    expect(await prepared.job(id)).toMatchObject({ state: 'succeeded' })
  })

  it('says of a task whose time has run out that it is outdated', async () => {
    const clock = createTestClock()
    const prepared = await prepareOneNet({ clock })
    const fuse = studioDevice(prepared, '/fuse-ota')
    const { id } = await prepared.campaign()
    const tid = Number((await fuse.get('check?type=1&version=1.0')).data?.tid)
    await fuse.get(`${tid}/check`)
    clock.advance(30 * 86_400_000)
    await until(
      () => prepared.job(id),
      ({ state }) => state === 'failed',
    )
    expect(await fuse.get('check?type=1&version=1.0')).toMatchObject({ code: 12014, msg: 'outdated' })
  })

  it('tells how a failed task stands, and one under way, without calling it an error', async () => {
    const prepared = await prepareOneNet()
    const fuse = studioDevice(prepared, '/fuse-ota')
    await prepared.campaign()
    const tid = Number((await fuse.get('check?type=1&version=1.0')).data?.tid)
    await fuse.post(`${tid}/status`, { step: 101 })
    expect(await fuse.get(`${tid}/check`)).toMatchObject({ code: 0, msg: 'succ', data: { status: 3 } })
    await fuse.post(`${tid}/status`, { step: 206 })
    expect(await fuse.get(`${tid}/check`)).toMatchObject({ code: 0, msg: 'succ', data: { status: 5 } })
    expect(await studioDevice(prepared, '/ota').get(`${tid}/check`)).toMatchObject({ errno: 20, data: { status: 5 } })
  })

  it('says of a cancelled task that it was, as the SDK knows it', async () => {
    const prepared = await prepareOneNet()
    const { id } = await prepared.campaign()
    const fuse = studioDevice(prepared, '/fuse-ota')
    const tid = Number((await fuse.get('check?type=1&version=1')).data?.tid)
    await prepared.station.client.campaigns.cancel({ id })
    expect(await fuse.get(`${tid}/check`)).toMatchObject({ code: 22, data: { status: 6 } })
    expect((await fuse.download(`${tid}/download`)).body.toString()).toBe('5')
  })
})

describe('the Studio SDK’s API', () => {
  it('answers the same calls in the words of the south API, beside our own downloads', async () => {
    const prepared = await prepareOneNet()
    const { id, bytes } = await prepared.campaign()
    const studio = studioDevice(prepared, '/ota')
    expect(await studio.post('version', { f_version: '1.0' })).toEqual({ errno: 0, error: 'succ' })
    const { errno, data } = await studio.get('check?type=1&version=1.0')
    expect(errno).toBe(0)
    expect(Object.keys(data ?? {})).toEqual(['target', 'tid', 'size', 'md5', 'status', 'type'])
    const tid = Number(data?.tid)
    expect(await studio.get(`${tid}/check`)).toMatchObject({ errno: 0 })
    expect((await studio.download(`${tid}/download/`, '0-4095')).body).toEqual(bytes.subarray(0, 4096))
    expect(await studio.post(`${tid}/status`, { step: 101 })).toEqual({ errno: 0, error: 'succ' })
    expect(await studio.post(`${tid}/status`, { step: 206 })).toEqual({ errno: 0, error: 'succ' })
    expect(await prepared.job(id)).toMatchObject({ state: 'failed', errorCode: 'UPGRADE_BROKE_OFF' })
  })

  it('takes a request in the absolute form, with a line end behind what its length says', async () => {
    const { station } = await prepareOneNet()
    const body = '{"s_version":"1.0"}'
    const answer = await exchange(
      Number(new URL(station.ready.http).port),
      [
        `POST http://iot-api.heclouds.com/fuse-ota${own}/version HTTP/1.1`,
        `Authorization:${device}`,
        'Content-Type:application/json',
        'Host:iot-api.heclouds.com',
        `Content-Length:${body.length}`,
        '',
        `${body}\r\n`,
      ].join('\r\n'),
    )
    expect(answer.json()).toMatchObject({ code: 0, msg: 'succ' })
  })
})
