import fc from 'fast-check'
import { pino } from 'pino'
import { describe, expect, it } from 'vitest'
import { createTestClock } from '../helpers/clock.ts'
import { authorize, CHECK, exchange, prepareOneNet, request, tokenOf } from '../helpers/onenet.ts'

const HOUR = 3_600_000

describe('a device that asks over HTTP', () => {
  it('is offline when it has not asked for two minutes', async () => {
    const clock = createTestClock()
    const prepared = await prepareOneNet({ clock })
    const online = async () => (await prepared.station.client.station.overview()).online
    await prepared.call({ path: CHECK })
    clock.advance(119_000)
    expect(await online()).toBe(1)
    await prepared.call({ path: CHECK })
    clock.advance(119_000)
    expect(await online()).toBe(1)
    clock.advance(6_000)
    expect(await online()).toBe(0)
    const [device] = (await prepared.station.client.devices.list({})).items
    expect(device).toMatchObject({ online: false })
    expect(clock.now() - Date.parse(device?.lastSeenAt ?? '')).toBeLessThan(126_000)
  })
})

describe('a refusal', () => {
  it('is logged once with its reason, however often it comes', async () => {
    const lines: string[] = []
    const prepared = await prepareOneNet({ logger: pino({}, { write: (line: string) => void lines.push(line) }) })
    await prepared.campaign()
    const token = await tokenOf(prepared)
    for (let time = 0; time < 3; time++) {
      await prepared.call({ path: CHECK, authorization: authorize({ res: 'products/33704', key: 'b3RoZXI=' }) })
      await prepared.call({ path: '/ota/south/download/ota_1/check?dev_id=32981907' })
      await prepared.call({ path: CHECK.replace('version=4.0', 'version=+') })
      await prepared.call({ path: '/ota/south/download/ota_1' })
      await prepared.call({
        method: 'POST',
        path: `/ota/south/device/download/${token}/progress?dev_id=32981907`,
        body: '{"step":5}',
      })
    }
    const reasons = lines
      .map((line) => JSON.parse(line) as { msg: string })
      .flatMap(({ msg }) => (msg.startsWith('refused: onenet: ') ? [msg.slice('refused: onenet: '.length)] : []))
    expect(reasons).toEqual([
      'Authorization is not signed with the product’s key',
      '4 token and device differ',
      '27 invalid version',
      'download: invalid token',
      '17 invalid state',
    ])
    // What lets somebody in is in no log.
    for (const secret of [token, 'sign=']) expect(lines.join('')).not.toContain(secret)
  })
})

describe('a token', () => {
  it('lasts 48 hours from the check that gave it, and is not taken a moment longer', async () => {
    const clock = createTestClock()
    const prepared = await prepareOneNet({ clock })
    await prepared.campaign()
    const token = await tokenOf(prepared)
    const check = { path: `/ota/south/download/${token}/check?dev_id=32981907` }
    clock.advance(48 * HOUR - 60_000)
    // The token is good; the upgrade is over, as the device has been silent for longer than one may be.
    expect((await prepared.call(check)).json().errno).toBe(20)
    clock.advance(60_000)
    expect((await prepared.call(check)).json()).toEqual({ errno: 12, error: 'token expired' })
    const report = { method: 'POST', path: `/ota/south/report?dev_id=32981907&token=${token}`, body: '{"result":101}' }
    expect((await prepared.call(report)).json().errno).toBe(1)
    expect((await prepared.call({ path: `/ota/south/download/${token}` })).body.toString()).toBe('3')
    await prepared.station.client.campaigns.retryFailed({ id: 1 })
    const next = await tokenOf(prepared)
    expect(next).not.toBe(token)
    // A check that comes again gives the same one.
    clock.advance(HOUR / 2)
    expect(await tokenOf(prepared)).toBe(next)
    expect((await prepared.call({ path: `/ota/south/download/${next}/check?dev_id=32981907` })).json().errno).toBe(0)
  })

  it('still stands after a restart of the station', async () => {
    const prepared = await prepareOneNet()
    const { bytes } = await prepared.campaign()
    const token = await tokenOf(prepared)
    const { directory } = prepared.station
    await prepared.station.stop()
    const { startTestStation } = await import('../helpers/station.ts')
    const again = await startTestStation({ directory })
    expect((await request(again, { path: `/ota/south/download/${token}`, headers: { Range: '-10' } })).body).toEqual(
      bytes.subarray(-10),
    )
  })
})

describe('whatever is sent', () => {
  it('is answered, and the station goes on', async () => {
    const prepared = await prepareOneNet()
    await prepared.campaign()
    const token = await tokenOf(prepared)
    const segment = fc.oneof(
      fc.constantFrom('ota', 'south', 'device', 'fuse-ota', 'check', 'download', 'version', 'progress', 'report'),
      fc.constantFrom('tasking', 'status', '33704', '32981907', '1', token, '', '%', '%ff', '..', 'ota_'),
      fc.stringMatching(/^[!"$-;=?-~]{0,20}$/),
    )
    const path = fc
      .tuple(
        fc.constantFrom('/ota/', '/ota/south/', '/ota/device/', '/fuse-ota/', '/fuse-ota/33704/32981907/'),
        fc.array(segment, { maxLength: 5 }),
        fc.array(fc.tuple(fc.constantFrom('dev_id', 'type', 'version', 'token', 'manuf', 'cdn'), segment), {
          maxLength: 5,
        }),
      )
      .map(
        ([prefix, segments, query]) =>
          `${prefix}${segments.join('/')}?${query.map((pair) => pair.join('=')).join('&')}`,
      )
    const body = fc.option(
      fc.oneof(
        fc.json(),
        fc.constantFrom(
          '{"step":1e999}',
          '{"step":"NaN"}',
          '{"f_version":["1"]}',
          '['.repeat(5000),
          '\0',
          '{"step":201,}',
        ),
      ),
      { nil: undefined },
    )
    const authorization = fc.oneof(
      fc.constant(authorize({ res: 'products/33704' })),
      fc.stringMatching(/^[ -~]{0,80}$/),
    )
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom('GET', 'POST', 'PUT', 'DELETE', 'HEAD', 'OPTIONS'),
        path,
        body,
        authorization,
        fc.option(fc.stringMatching(/^[0-9a-z=, -]{0,30}$/), { nil: undefined }),
        async (method, target, text, signed, range) => {
          const answer = await request(prepared.station, {
            method,
            path: target.replaceAll(' ', ''),
            headers: { Authorization: signed, ...(range !== undefined && { Range: range }) },
            ...(text !== undefined && { body: text }),
          })
          // 429: many wrong logins from this address, as the hostile ones are (docs/protocols/onenet.md).
          expect([200, 206, 400, 403, 404, 405, 410, 416, 429]).toContain(answer.status)
          expect(answer.headers.length).toBeLessThanOrEqual(10)
        },
      ),
      { numRuns: 300 },
    )
    expect((await prepared.call({ path: CHECK })).status).toBe(200)
  })

  it('may be a body larger than any of these calls has: it is refused, not read', async () => {
    const prepared = await prepareOneNet()
    const path = '/ota/device/version?dev_id=32981907'
    const refused = await prepared.call({ method: 'POST', path, body: 'x'.repeat(17 * 1024) })
    expect(refused.status).toBe(413)
    const port = Number(new URL(prepared.station.ready.http).port)
    const chunked = await exchange(
      port,
      `POST ${path} HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n8000\r\n${'x'.repeat(0x8000)}\r\n0\r\n\r\n`,
    )
    expect(chunked.status).toBe(413)
    expect((await prepared.call({ path: CHECK })).status).toBe(200)
  })

  it('and our own downloads keep their addresses', async () => {
    const prepared = await prepareOneNet()
    const answer = await request(prepared.station, { path: `/ota/${'A'.repeat(40)}/firmware.bin` })
    expect(answer.status).toBe(403)
    expect((await request(prepared.station, { path: '/ota/south/nothing' })).status).toBe(404)
    expect((await prepared.call({ method: 'DELETE', path: CHECK })).status).toBe(405)
  })
})
