import { connect } from 'node:net'
import { describe, expect, it } from 'vitest'
import { authorize } from '../helpers/onenet.ts'
import { until } from '../helpers/until.ts'
import type { DeviceCredentials } from './driver.ts'
import { prepare } from './fixture.ts'
import { conformanceProtocols } from './protocols.ts'

/** What deployed clients do against MQTT 3.1.1, byte by byte, whatever their cloud; `test/broker/sins.test.ts` has the whole list. */

const text = (value: string): Buffer =>
  Buffer.concat([Buffer.from([value.length >> 8, value.length & 0xff]), Buffer.from(value)])

const packet = (first: number, ...parts: readonly Buffer[]): Buffer => {
  const body = Buffer.concat(parts)
  const length = body.length < 128 ? [body.length] : [(body.length & 0x7f) | 0x80, body.length >> 7]
  return Buffer.concat([Buffer.from([first, ...length]), body])
}

/** The topic of its notices, and how a device of the protocol logs in. */
const clients: Readonly<Record<string, (device: DeviceCredentials) => { topic: string; login: readonly string[] }>> = {
  sagoo: ({ productKey, name, secret }) => ({
    topic: `/ota/device/upgrade/${productKey}/${name}`,
    login: ['id', `${name}&${productKey}`, secret],
  }),
  thingspanel: ({ accessToken, secret }) => ({
    topic: `/ota/device/upgrade/${accessToken}`,
    login: ['id', accessToken, secret],
  }),
  onenet: ({ productKey, name, secret }) => ({
    topic: `$sys/${productKey}/${name}/ota/inform`,
    login: [name, productKey, authorize({ res: `products/${productKey}/devices/${name}`, key: secret, encoded: true })],
  }),
  'iot-engine': ({ productKey, name, secret }) => ({
    topic: `/sys/${productKey}/${name}/ota/firmware/upgrade`,
    login: ['id', `${name}&${productKey}`, secret],
  }),
}

describe.each(conformanceProtocols)('a client of $protocol in the field', (protocol) => {
  it('sends UNSUBSCRIBE as 0xA0, SUBSCRIBE with DUP and packet number 0, and a will that is none, and stays', async () => {
    const { device, station } = await prepare(protocol)
    const client = clients[protocol.protocol]?.(device.credentials)
    if (!client) throw new Error(`no client of ${protocol.protocol}`)
    const flags = Buffer.from([4, 0xda, 0, 60])
    const packets = [
      packet(0x10, text('MQTT'), flags, ...client.login.map(text)),
      packet(0x82, Buffer.from([0, 1]), text(client.topic), Buffer.from([1])),
      packet(0xa0, Buffer.from([0, 2]), text(client.topic)),
      packet(0x8a, Buffer.from([0, 0]), text(client.topic), Buffer.from([1])),
      Buffer.from([0xc0, 0]),
    ]
    const answers: string[] = []
    const socket = connect(Number(new URL(station.mqttUrl).port), '127.0.0.1', () => socket.write(packets[0] as Buffer))
    socket.on('data', (bytes) => {
      answers.push(bytes.toString('hex'))
      const next = packets[answers.length]
      if (next) socket.write(next)
    })
    socket.on('error', () => undefined)
    const answered = await until(
      () => answers,
      ({ length }) => length === packets.length || socket.destroyed,
    )
    expect(answered).toEqual(['20020000', '9003000101', 'b0020002', '9003000001', 'd000'])
    expect((await station.client.devices.get({ id: device.credentials.id })).online).toBe(true)
    socket.destroy()
  })
})
