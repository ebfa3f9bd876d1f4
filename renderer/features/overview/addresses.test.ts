import { describe, expect, it } from 'vitest'
import { listenerAt, listenersAt } from './addresses.ts'

describe('where a device connects to', () => {
  it('is the address it can reach, where the station listens on all', () => {
    expect(listenerAt('mqtt://0.0.0.0:1883', '192.168.1.20')).toBe('mqtt://192.168.1.20:1883')
    expect(listenerAt('http://[::]:8070', 'fd00::1')).toBe('http://[fd00::1]:8070')
  })

  it('stays where the station listens on one address alone', () => {
    expect(listenerAt('mqtt://10.0.0.5:1883', '192.168.1.20')).toBe('mqtt://10.0.0.5:1883')
  })

  it('leaves out what is off, and names an external broker as it is', () => {
    const listeners = {
      mqtt: null,
      mqtts: null,
      http: 'http://0.0.0.0:8070',
      https: null,
      broker: 'mqtt://broker.lan:1883',
    }
    expect(listenersAt(listeners, '10.0.0.2')).toEqual([
      ['broker', 'mqtt://broker.lan:1883'],
      ['http', 'http://10.0.0.2:8070'],
    ])
  })
})
