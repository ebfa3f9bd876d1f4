import mqtt from 'mqtt'
import { expect, it, onTestFinished } from 'vitest'
import { onceOnly } from '../helpers/mqtt-options.ts'
import { spawnStation } from '../helpers/station-process.ts'
import { scratch } from '../launch/launched.ts'
import { times } from './length.ts'

/** Log-ins of one client id, and as many with a wrong secret for it, each throwing out or trying to throw out the one before. */
const TAKE_OVERS = times(300, 5000)
const AT_ONCE = 50

it('a storm of log-ins for one device, right ones and wrong ones, keeps no other device out', async () => {
  using data = scratch()
  const { ready, child, call } = await spawnStation(data.path, '--no-tls')
  onTestFinished(() => void child.kill('SIGKILL'))
  await call('POST', '/products', { name: 'Field', key: 'field', protocol: 'sagoo' })
  await call('POST', '/devices/import', { productId: 1, csv: 'wanted,secret\nhonest,secret' })
  const login = (name: string, password: string, clientId: string) =>
    mqtt.connectAsync(ready.mqtt, { ...onceOnly, username: `${name}&field`, password, clientId }, false)

  let begun = 0
  let welcomed = 0
  const storm = Array.from({ length: AT_ONCE }, async () => {
    while (begun < TAKE_OVERS) {
      begun += 1
      const isRight = begun % 2 === 0
      // One that is taken over before it has its answer is thrown out with it.
      const client = await login('wanted', isRight ? 'secret' : `wrong ${begun}`, 'the same').catch(() => undefined)
      if (client && isRight) welcomed += 1
      client?.on('error', () => undefined)
      client?.end(true)
    }
  })
  for (let round = 0; round < 20; round += 1) {
    const honest = await login('honest', 'secret', 'honest')
    await honest.publishAsync('/ota/device/inform/field/honest', `{"id":"1","params":{"version":"1.0.${round}"}}`, {
      qos: 1,
    })
    await honest.endAsync(true)
  }
  await Promise.all(storm)
  expect(welcomed).toBeGreaterThan(0)
  const { items } = await call<{ items: { name: string; modules: { version: string }[] }[] }>('GET', '/devices')
  expect(items.find(({ name }) => name === 'honest')?.modules[0]?.version).toBe('1.0.19')
})
