import { expect, it } from 'vitest'
import { factText } from '../fact-text.ts'
import { PACKAGE_NAME_MAX, VERSION_MAX } from '../limits.ts'
import { protocolFacts, protocols } from './index.ts'

it('every protocol stands under its own name, in the order of the API', () => {
  expect(protocols).toEqual(['sagoo', 'thingspanel', 'onenet', 'iot-engine'])
  for (const protocol of protocols) expect(protocolFacts[protocol].id).toBe(protocol)
})

it('a version in three numbers is what SagooIOT devices expect', () => {
  const { versionForm } = protocolFacts.sagoo
  expect(['1.2.3', 'v1.2.3', '1.2', '1.2.3-rc1'].map((version) => versionForm?.test(version))).toEqual([
    true,
    false,
    false,
    false,
  ])
})

it('each protocol has an MQTT user name of its own form', () => {
  const device = { name: 'dev1', accessToken: 'token1' }
  expect(protocols.map((protocol) => protocolFacts[protocol].login.username(device, 'pk'))).toEqual([
    'dev1&pk',
    'token1',
    'pk',
    'dev1&pk',
  ])
})

it('the widest limits of any protocol bound what the station takes', () => {
  expect([VERSION_MAX, PACKAGE_NAME_MAX]).toEqual([100, 20])
})

it('a language that a protocol has no text in falls back to English', () => {
  const text = { en: 'JD Cloud IoT', zh: '京东云 IoT' }
  expect(factText(text, 'zh')).toBe('京东云 IoT')
  expect(factText(text, 'de' as 'en')).toBe('JD Cloud IoT')
})
