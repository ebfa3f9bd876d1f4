import { createHmac } from 'node:crypto'
import mqtt from 'mqtt'
import { pino } from 'pino'
import { expect, it } from 'vitest'
import { createTestClock } from '../helpers/clock.ts'
import { onceOnly } from '../helpers/mqtt-options.ts'
import { authorize, CHECK, DEVICE_KEY, prepareOneNet, tokenOf } from '../helpers/onenet.ts'
import { startTestStation } from '../helpers/station.ts'

/** Failures a minute from one address that are answered in full. */
const LIMIT = 10
const OTHERS_KEY = 'b3RoZXI='
const ofStranger = (n: number) => CHECK.replace('32981907', `stranger-${n}`)

it('an address that guesses over HTTP is answered 429 in OneNET’s form, and known devices behind it go on', async () => {
  const lines: string[] = []
  const clock = createTestClock()
  const logger = pino({}, { write: (line: string) => void lines.push(line) })
  const { station, call } = await prepareOneNet({ clock, logger, autoRegister: true })
  const wrong = authorize({ res: 'products/33704', key: OTHERS_KEY })
  for (let n = 0; n < LIMIT; n += 1) {
    const answer = await call({ path: ofStranger(n), authorization: wrong })
    expect([answer.status, answer.json().errno]).toEqual([200, 1])
  }
  for (let n = LIMIT; n < 3 * LIMIT; n += 1) {
    const answer = await call({ path: ofStranger(n), authorization: wrong })
    expect([answer.status, answer.json().errno, answer.header('Retry-After')]).toEqual([429, 1, '60'])
  }
  // Nobody unknown is looked at, however right: the answer tells a guesser nothing.
  expect((await call({ path: ofStranger(99) })).status).toBe(429)
  const fuse = await call({ path: '/fuse-ota/33704/stranger-1/check?type=1&version=1', authorization: wrong })
  expect([fuse.status, fuse.json().code]).toEqual([429, 10403])
  const file = await call({ path: '/ota/south/download/ota_guessed', authorization: null })
  expect([file.status, file.body.toString()]).toEqual([429, '3'])
  // Both of the ways in which a known device proves itself.
  expect((await call({ path: CHECK })).json().errno).toBe(11)
  const own = authorize({ res: 'products/33704/devices/32981907', key: DEVICE_KEY })
  expect((await call({ path: CHECK, authorization: own })).json().errno).toBe(11)
  expect((await station.client.devices.list({})).items).toHaveLength(1)

  clock.advance(60_000)
  expect((await call({ path: ofStranger(99) })).json().errno).toBe(11)
  expect((await station.client.devices.list({})).items).toHaveLength(2)
  const refusals = lines.filter((line) => line.includes('refused: onenet: too many failures from this address'))
  expect(refusals.map((line) => JSON.parse(line) as object)).toMatchObject([
    { remoteAddress: '127.0.0.1' },
    { notLogged: 2 * LIMIT + 2 },
  ])
})

it('a known device’s wrong signatures cost itself alone, and its right one is let in at once', async () => {
  const { station, call } = await prepareOneNet({ devices: ['32981907', 'beside'] })
  const wrong = authorize({ res: 'products/33704/devices/32981907', key: OTHERS_KEY })
  for (let n = 0; n < LIMIT; n += 1) expect((await call({ path: CHECK, authorization: wrong })).status).toBe(200)
  const many = await Promise.all([1, 2, 3].map(() => call({ path: CHECK, authorization: wrong })))
  for (const answer of many) expect([answer.status, answer.json().errno]).toEqual([429, 1])
  const [knock] = (await station.client.knocks.list({})).items
  expect(knock).toMatchObject({ count: LIMIT, reason: 'wrong-secret' })
  expect((await call({ path: CHECK })).json().errno).toBe(11)
  expect((await call({ path: CHECK.replace('32981907', 'beside') })).json().errno).toBe(11)
  // Strangers have their own count.
  const strange = authorize({ res: 'products/33704', key: OTHERS_KEY })
  expect((await call({ path: ofStranger(1), authorization: strange })).status).toBe(200)
})

it('a token of a task is taken from an address that guessed others', async () => {
  const prepared = await prepareOneNet()
  const { bytes } = await prepared.campaign()
  const token = await tokenOf(prepared)
  for (let n = 0; n <= LIMIT; n += 1) await prepared.call({ path: `/ota/south/download/ota_${n}`, authorization: null })
  const right = await prepared.call({ path: `/ota/south/download/${token}`, authorization: null })
  expect([right.status, right.body.equals(bytes)]).toEqual([200, true])
})

it('SagooIOT’s wrong signatures are limited in its form, and count together with log-ins over MQTT', async () => {
  const station = await startTestStation()
  await station.client.products.create({ name: 'Gateway', key: 'pk', secret: 'right', protocol: 'sagoo' })
  await station.client.devices.import({ productId: 1, csv: 'dev1,secret' })
  const ask = async (deviceKey: string, secret: string) => {
    const sign = createHmac('sha256', secret).update('ak=pk&time=1').digest('hex')
    const query = new URLSearchParams({ ak: 'pk', time: '1', sign, deviceKey, version: '1.0.0' })
    const response = await fetch(`${station.ready.http}/base-api/openapi/v1/ota/get_ota_info?${query}`)
    return { status: response.status, body: await response.json() }
  }
  for (let n = 0; n < LIMIT / 2; n += 1) expect((await ask(`stranger${n}`, 'wrong')).status).toBe(401)
  for (let n = 0; n < LIMIT / 2; n += 1)
    await expect(
      mqtt.connectAsync(station.mqttUrl, { ...onceOnly, username: `nobody${n}&nowhere`, password: 'x' }, false),
    ).rejects.toThrow()
  expect(await ask('stranger', 'wrong')).toMatchObject({ status: 429, body: { code: 429 } })
  expect(await ask('stranger', 'right')).toMatchObject({ status: 429, body: { code: 429 } })
  expect(await ask('dev1', 'right')).toMatchObject({ status: 200, body: { code: 0 } })
})
