import type { ChildProcess } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import mqtt, { type MqttClient } from 'mqtt'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { systemClock } from '../../electron/platform/basics/clock.ts'
import type { Broker } from '../../electron/platform/broker/broker.ts'
import { createExternalBroker } from '../../electron/platform/broker/external-broker.ts'
import { sagooMqtt } from '../../electron/platform/dialects/sagoo/mqtt.ts'
import { onceOnly } from '../helpers/mqtt-options.ts'
import { end, findProgram, freePort, startUntil } from './programs.ts'
import { nextMessage, recordingLogger, TestPlatform, testDevice, topicsOf } from './test-platform.ts'

const mosquitto = findProgram('mosquitto')
const alpha = topicsOf('alpha')
const beta = topicsOf('beta')
const notice = { topic: alpha.notice, payload: '{"code":"200"}' }

describe.skipIf(!mosquitto)(`an external broker${mosquitto ? '' : ' (needs the Debian package mosquitto)'}`, () => {
  let folder: string
  let port: number
  let peer: ChildProcess
  let platform: TestPlatform
  let log: ReturnType<typeof recordingLogger>
  let broker: Broker
  let device: MqttClient

  const startPeer = async (more = '') => {
    writeFileSync(join(folder, 'mosquitto.conf'), `listener ${port} 127.0.0.1\nallow_anonymous true\n${more}`)
    peer = await startUntil(mosquitto ?? '', ['-v', '-c', join(folder, 'mosquitto.conf')], 'running')
  }
  const external = (host = platform, url = `mqtt://127.0.0.1:${port}`, clientId = 'station') =>
    createExternalBroker({ host, url, clientId, dialects: [sagooMqtt], clock: systemClock, logger: log.logger })

  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'ota-bench-mosquitto-'))
    port = await freePort()
    await startPeer()
    platform = new TestPlatform([testDevice(1, 'alpha'), testDevice(2, 'beta')])
    log = recordingLogger()
    broker = external()
    await broker.start()
    device = await mqtt.connectAsync(`mqtt://127.0.0.1:${port}`, {
      clientId: 'device',
      ...onceOnly,
      reconnectPeriod: 100,
    })
  })

  afterEach(async () => {
    await device.endAsync(true)
    await broker.stop()
    await end(peer)
    rmSync(folder, { recursive: true })
  })

  test('hands over what its devices report, each by the name in its topic; a device is there once it was heard', async () => {
    expect(broker.noticeTopicOf(1)).toBeUndefined()
    expect(await broker.send(1, notice)).toBe(false)
    await device.publishAsync(alpha.inform, 'v1', { qos: 1 })
    await device.publishAsync(alpha.progress, '5', { qos: 0 })
    await device.publishAsync(beta.inform, 'v2', { qos: 1 })
    await platform.until(() => platform.messages.length === 3 && platform.presence.length === 4)
    expect(platform.messages.map(({ device: name, text }) => [name, text])).toEqual([
      ['alpha', 'v1'],
      ['alpha', '5'],
      ['beta', 'v2'],
    ])
    expect(platform.presence.toSorted()).toEqual([
      'alpha connected',
      'alpha listening',
      'beta connected',
      'beta listening',
    ])
    expect(broker.noticeTopicOf(1)).toBeDefined()
    expect(broker.localAddressOf(1)).toBe('127.0.0.1')
    expect(platform.addresses[0]).toBe('127.0.0.1>127.0.0.1')
  })

  test('delivers a notice at QoS 1', async () => {
    await device.subscribeAsync(alpha.notice, { qos: 1 })
    await device.publishAsync(alpha.inform, 'v1', { qos: 1 })
    await platform.until(() => platform.presence.includes('alpha listening'))
    const got = nextMessage(device)
    expect(await broker.send(1, notice)).toBe(true)
    expect(await got).toMatchObject({ topic: alpha.notice, qos: 1, payload: Buffer.from(notice.payload) })
  })

  test('keeps a report that was not stored and hands it over again to the next start', async () => {
    platform.store = () => new Promise(() => undefined)
    await device.publishAsync(alpha.inform, 'v1', { qos: 1 })
    await device.publishAsync(alpha.progress, '7', { qos: 1 })
    await platform.until(() => platform.messages.length === 2)
    await broker.stop()
    expect(platform.presence).toEqual(['alpha connected', 'alpha disconnected'])
    const next = new TestPlatform(platform.devices)
    broker = external(next)
    await broker.start()
    await next.until(() => next.messages.length === 2)
    expect(next.messages.map(({ text }) => text)).toEqual(['v1', '7'])
  })

  test('is asked again for a report that could not be stored', async () => {
    let tries = 0
    platform.store = () => (++tries === 1 ? Promise.reject(new Error('disk full')) : Promise.resolve())
    await device.publishAsync(alpha.inform, 'v1', { qos: 1 })
    await platform.until(() => platform.presence.includes('alpha listening'))
    expect(platform.messages.map(({ text }) => text)).toEqual(['v1', 'v1'])
  })

  test('that goes away is found again, and what waits can be offered once more', async () => {
    await device.publishAsync(alpha.inform, 'v1', { qos: 1 })
    await platform.until(() => platform.presence.includes('alpha listening'))
    await end(peer)
    const listenings = () => platform.presence.filter((what) => what === 'alpha listening').length
    await startPeer()
    await platform.until(() => listenings() === 2)
    expect(broker.noticeTopicOf(1)).toBeDefined()
    await device.publishAsync(alpha.progress, '9', { qos: 1 })
    await platform.until(() => platform.messages.some(({ text }) => text === '9'))
  })

  test('does not bring old retained messages to life', async () => {
    await device.publishAsync(alpha.inform, 'old', { qos: 1, retain: true })
    const fresh = new TestPlatform(platform.devices)
    const newcomer = external(fresh, undefined, 'newcomer')
    await newcomer.start()
    await device.publishAsync(beta.inform, 'new', { qos: 1 })
    await fresh.until(() => fresh.messages.length > 0)
    await newcomer.stop()
    expect(fresh.messages.map(({ text }) => text)).toEqual(['new'])
  })

  test('and its strangers: a topic of no device is passed over and logged once', async () => {
    await device.publishAsync('/ota/device/inform/bench/nobody', 'x', { qos: 1 })
    await device.publishAsync('/ota/device/inform/bench/nobody', 'x', { qos: 1 })
    await device.publishAsync(alpha.inform, 'v1', { qos: 1 })
    await platform.until(() => platform.messages.length === 1)
    expect(log.lines.filter(({ level }) => level === 40).map(({ msg }) => msg)).toEqual([
      'refused: message of an unknown device',
    ])
  })

  test('that refuses us rejects the start; one that is not there yet is waited for', async () => {
    await end(peer)
    const early = external()
    await early.start()
    expect(early.urls.external).toBe(`mqtt://127.0.0.1:${port}`)
    await early.stop()
    await startPeer('allow_anonymous false\n')
    const stranger = external(platform, `mqtt://user:secret@127.0.0.1:${port}`)
    expect(stranger.urls.external).not.toContain('secret')
    await expect(stranger.start()).rejects.toMatchObject({ code: 5 })
  })
})
