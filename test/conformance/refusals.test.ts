import { Writable } from 'node:stream'
import pino from 'pino'
import { describe, expect, it } from 'vitest'
import { createTestClock } from '../helpers/clock.ts'
import { connectRaw } from '../helpers/raw-device.ts'
import { startTestStation } from '../helpers/station.ts'

/** Where a device of each protocol says something that nobody can understand. */
const nonsense = [
  {
    protocol: 'sagoo',
    topic: '/ota/device/progress/pk/dev1',
    text: '{"params":{"step":"half"}}',
    why: 'params.step: no number',
  },
  { protocol: 'thingspanel', topic: '/ota/device/progress/tok-1', text: '{"step":"half"}', why: 'step: no number' },
  {
    protocol: 'iot-engine',
    topic: '/sys/pk/dev1/ota/firmware/progress',
    text: '{"data":{"status":"half"}}',
    why: 'data.status: no number',
  },
] as const

describe('what cannot be understood', () => {
  it.each(nonsense)(
    'of a $protocol device is logged once a minute with its reason, and harms nothing',
    async ({ protocol, topic, text, why }) => {
      const lines: { readonly msg: string }[] = []
      const sink = new Writable({
        write(line, _encoding, done) {
          lines.push(JSON.parse(String(line)))
          done()
        },
      })
      const clock = createTestClock()
      const station = await startTestStation({ clock, logger: pino({ level: 'warn' }, sink) })
      const product = await station.client.products.create({ name: 'P', key: 'pk', protocol })
      const device = await station.client.devices.create({ productId: product.id, name: 'dev1', accessToken: 'tok-1' })
      const byToken = protocol === 'thingspanel'
      const raw = await connectRaw(station.mqttUrl, byToken ? 'tok-1' : 'dev1&pk', byToken ? '' : device.secret)
      const refused = () => lines.filter(({ msg }) => msg.startsWith('refused: '))
      for (let said = 0; said < 20; said++) await raw.publish(topic, text)
      expect(refused()).toMatchObject([{ msg: `refused: ${why}`, topic, device: 'pk/dev1' }])
      clock.advance(60_000)
      await raw.publish(topic, text)
      expect(refused()).toMatchObject([{}, { notLogged: 19 }])
    },
  )
})
