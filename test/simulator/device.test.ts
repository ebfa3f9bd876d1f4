import { createHash } from 'node:crypto'
import { setImmediate } from 'node:timers/promises'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { FaultKind } from '../../electron/simulator/faults.ts'
import { createFleet, type Fleet, type FleetOptions } from '../../electron/simulator/fleet.ts'
import { demoImage } from '../../electron/simulator/image.ts'
import type { Timers } from '../../electron/simulator/timers.ts'
import { type Heard, startTinyStation, type TinyStation, type TinyStationOptions } from './tiny-station.ts'

const image = demoImage(1, 200_000)
const module = (name: string) => ({ name, kind: 'FOTA' as const, vendor: null, model: null })
const secretOf = (name: string) => `secret-of-${name}`

/** Whoever sleeps wakes at once, and so much later. */
let elapsed = 0
const hastyTimers: Timers = {
  now: () => elapsed,
  sleep: async (ms, signal) => {
    elapsed += ms
    await setImmediate(undefined, { signal })
  },
  random: () => 0,
}

let station: TinyStation
let fleet: Fleet | undefined

const begin = async (
  options: Partial<FleetOptions> = {},
  at: Partial<TinyStationOptions> = {},
  name = 'sim-1',
  timers?: Timers,
) => {
  station = await startTinyStation({ image, secretOf, ...at })
  fleet = createFleet(
    {
      protocol: 'sagoo',
      platform: { mqttUrl: station.mqttUrl, httpUrl: '', ca: undefined },
      devices: [{ name, productKey: station.productKey, secret: secretOf(name), accessToken: '' }],
      module: module('MCU'),
      version: '1.0.0',
      bytesPerSecond: 0,
      failurePercent: 0,
      fault: 'mixed',
      rebootMs: 1,
      queryMs: 0,
      ...options,
    },
    timers,
  )
  await fleet.start()
  return fleet
}

const informs = (version: string) => (message: Heard) =>
  message.purpose === 'inform' && message.params.version === version
const step = (value: string) => (message: Heard) => message.params.step === value
const steps = () => station.heard.flatMap(({ params }) => params.step ?? [])
const versions = () => station.heard.flatMap(({ params }) => params.version ?? [])

beforeEach(() => {
  fleet = undefined
})
afterEach(async () => {
  await fleet?.stop()
  await station.stop()
})

describe('a virtual device', () => {
  it.each(['signed', 'plain'] as const)('logs in (%s) and reports its version and module', async (loginForm) => {
    const { status } = await begin({ loginForm })
    expect(station.heard).toEqual([{ device: 'sim-1', purpose: 'inform', params: { version: '1.0.0', module: 'MCU' } }])
    expect(status()).toMatchObject({ devices: 1, connected: 1, upgrading: 0, lastError: null })
  })

  it('upgrades: progress in growing steps of five or more, 100, a restart, the new version', async () => {
    const { status } = await begin({ bytesPerSecond: 40_000 }, {}, 'sim-1', hastyTimers)
    await station.notify('sim-1', '2.0.0')
    await station.hear(informs('2.0.0'))
    const percents = steps().map(Number)
    expect(percents.length).toBeGreaterThan(3)
    expect(percents.at(-1)).toBe(100)
    expect(percents.slice(0, -1).every((percent, at) => percent - (percents[at - 1] ?? 0) >= 5)).toBe(true)
    expect(station.logins).toEqual(['sim-1', 'sim-1'])
    await expect.poll(() => status().upgrading).toBe(0)
    expect(status()).toMatchObject({ connected: 1, succeeded: 1, failed: 0 })
  })

  it('checks a SHA-256 where the notice names one', async () => {
    await begin()
    await station.notify('sim-1', '2.0.0', {
      signMethod: 'SHA256',
      sign: createHash('sha256').update(image).digest('hex'),
    })
    await station.hear(informs('2.0.0'))
  })

  it('finds a wrong digest, says so and stays on its version', async () => {
    const { status } = await begin()
    const wrong = { sign: '0'.repeat(32), md5: '0'.repeat(32) }
    await station.notify('sim-1', '2.0.0', wrong)
    const failure = await station.hear(step('-3'))
    expect(failure.params.desc).toMatch(/^MD5 mismatch: expected 000000000000, got [0-9a-f]{12}$/)
    expect(versions()).toEqual(['1.0.0'])
    await expect.poll(() => status().upgrading).toBe(0)
    expect(status()).toMatchObject({ succeeded: 0, failed: 1 })
  })

  it('finds a file shorter than announced', async () => {
    await begin()
    await station.notify('sim-1', '2.0.0', { size: image.length + 1 })
    expect((await station.hear(step('-3'))).params.desc).toBe('200000 bytes received, 200001 announced')
  })

  it('says -2 when the server refuses the download', async () => {
    await begin({}, { answer: (_request, response) => response.writeHead(410).end() })
    await station.notify('sim-1', '2.0.0')
    expect((await station.hear(step('-2'))).params.desc).toBe('HTTP 410')
  })

  it('says -1 and why when the notice is of no use', async () => {
    await begin()
    await station.notify('sim-1', '2.0.0', { url: undefined })
    expect((await station.hear(step('-1'))).params.desc).toContain('data.url')
  })

  it('keeps to itself what is for another module', async () => {
    await begin()
    await station.notify('sim-1', '9.0.0', { module: 'default' })
    await station.notify('sim-1', '2.0.0')
    await station.hear(informs('2.0.0'))
    expect(versions()).toEqual(['1.0.0', '2.0.0'])
    expect(station.requests).toBe(1)
  })

  it('leaves the module out where it is the default', async () => {
    await begin({ module: module('default') }, { module: undefined })
    expect(station.heard[0]?.params).toEqual({ version: '1.0.0' })
  })

  it('downloads once when the same notice comes several times', async () => {
    await begin({ bytesPerSecond: 1_000_000 })
    await station.notify('sim-1', '2.0.0')
    await station.notify('sim-1', '2.0.0')
    await station.hear(({ params }) => Number(params.step) > 0)
    await station.notify('sim-1', '2.0.0')
    await station.hear(informs('2.0.0'))
    expect(station.requests).toBe(1)
    expect(versions()).toEqual(['1.0.0', '2.0.0'])
  })

  it('goes on to a newer version afterwards, and repeats its version when it runs the one noticed', async () => {
    const { status } = await begin()
    await station.notify('sim-1', '2.0.0')
    await expect.poll(() => status().succeeded).toBe(1)
    await station.notify('sim-1', '3.0.0')
    await station.hear(informs('3.0.0'))
    await expect.poll(() => status().upgrading).toBe(0)
    await station.notify('sim-1', '3.0.0')
    await station.until(() => versions().length === 4)
    expect(versions()).toEqual(['1.0.0', '2.0.0', '3.0.0', '3.0.0'])
  })

  it('says its version again when a lost connection is back, and hears the next notice', async () => {
    await begin()
    station.dropAll()
    await station.until(() => versions().length === 2)
    await station.notify('sim-1', '2.0.0')
    await station.hear(informs('2.0.0'))
  })

  it('finishes an upgrade although its connection is lost in the middle', async () => {
    await begin(
      { bytesPerSecond: 400_000 },
      {
        answer: (request, response) => {
          const from = Number(/^bytes=(\d+)-$/.exec(request.headers.range ?? '')?.[1] ?? 0)
          const range = { 'content-range': `bytes ${from}-${image.length - 1}/${image.length}` }
          response.writeHead(from > 0 ? 206 : 200, { 'content-length': image.length - from, ...(from > 0 && range) })
          response.end(image.subarray(from))
        },
      },
    )
    await station.notify('sim-1', '2.0.0')
    await station.hear(({ params }) => Number(params.step) > 0)
    station.dropAll()
    await station.hear(informs('2.0.0'))
    expect(versions()).toEqual(['1.0.0', '2.0.0'])
    expect(steps().at(-1)).toBe('100')
  })

  it('gives up when its login is refused, and tells who and why', async () => {
    const { status } = await begin({}, { secretOf: () => 'another' })
    expect(status()).toMatchObject({
      connected: 0,
      lastError: { code: 'SIMULATOR_REFUSED', data: { device: 'sim-1', detail: 'CONNACK 4' } },
    })
  })

  it('gives up when its subscription is refused', async () => {
    const { status } = await begin({}, {}, 'deaf-1')
    expect(status().lastError).toEqual({ code: 'SIMULATOR_REFUSED', data: { device: 'deaf-1', detail: 'SUBACK 128' } })
  })
})

describe('a device chosen to fail', () => {
  const kinds: readonly [FaultKind, string, RegExp][] = [
    ['upgrade', '-1', /^battery 12%/],
    ['download', '-2', /^connection lost after \d+ of 200000 bytes$/],
    ['verification', '-3', /^MD5 mismatch/],
    ['burning', '-4', /^flash write error/],
  ]
  const names = kinds.map((_, index) => `sim-${index}`)

  it('fails in each of the four ways, stays on its version, and succeeds when tried again', async () => {
    const all = await begin({
      devices: names.map((name) => ({ name, productKey: 'pk1', secret: secretOf(name), accessToken: '' })),
      failurePercent: 100,
    })
    for (const name of names) await station.notify(name, '2.0.0')
    await expect.poll(() => all.status().failed).toBe(4)
    await expect.poll(() => all.status().upgrading).toBe(0)
    for (const [index, [, code, words]] of kinds.entries()) {
      const last = station.heard.findLast(({ device }) => device === names[index])
      expect(last?.params).toMatchObject({ step: code, desc: expect.stringMatching(words) })
    }
    expect(versions()).toEqual(['1.0.0', '1.0.0', '1.0.0', '1.0.0'])

    for (const name of names) await station.notify(name, '2.0.0')
    await station.until(() => versions().filter((version) => version === '2.0.0').length === 4)
    await expect.poll(() => all.status().succeeded).toBe(4)
    expect(all.status().failed).toBe(0)
  })

  it('takes a retry that comes in the same moment as the acknowledgement of its failure', async () => {
    await begin({ failurePercent: 100 })
    await station.notify('sim-1', '2.0.0')
    await station.hear(step('-1'))
    await station.notify('sim-1', '2.0.0')
    await station.hear(informs('2.0.0'))
  })
})

describe('a device that misbehaves', () => {
  it('goes on by Range where its connection was cut, which took its MQTT connection along', async () => {
    const ranges: (string | undefined)[] = []
    const { status } = await begin(
      { failurePercent: 100, fault: 'drop' },
      {
        answer: (request, response) => {
          const { range } = request.headers
          ranges.push(range)
          const from = Number(/^bytes=(\d+)-$/.exec(range ?? '')?.[1] ?? 0)
          const part = { 'content-range': `bytes ${from}-${image.length - 1}/${image.length}` }
          response.writeHead(from > 0 ? 206 : 200, { 'content-length': image.length - from, ...(from > 0 && part) })
          response.end(image.subarray(from))
        },
      },
    )
    await station.notify('sim-1', '2.0.0')
    await station.hear(informs('2.0.0'))
    expect(ranges).toEqual([undefined, expect.stringMatching(/^bytes=[1-9]\d+-$/)])
    expect(station.logins).toEqual(['sim-1', 'sim-1', 'sim-1'])
    expect(versions()).toEqual(['1.0.0', '2.0.0'])
    await expect.poll(() => status().succeeded).toBe(1)
  })

  it('says everything twice', async () => {
    await begin({ failurePercent: 100, fault: 'duplicate' })
    await station.notify('sim-1', '2.0.0')
    await station.until(() => versions().length === 4)
    expect(versions()).toEqual(['1.0.0', '1.0.0', '2.0.0', '2.0.0'])
    const told = steps()
    expect(told.length).toBeGreaterThan(2)
    expect(told.filter((_, at) => at % 2 === 0)).toEqual(told.filter((_, at) => at % 2 === 1))
    expect(new Set(told).size).toBe(told.length / 2)
  })

  it('says its percentages in the wrong order, the last behind the 100', async () => {
    await begin({ failurePercent: 100, fault: 'disorder', bytesPerSecond: 40_000 }, {}, 'sim-1', hastyTimers)
    await station.notify('sim-1', '2.0.0')
    await station.hear(informs('2.0.0'))
    const percents = steps().map(Number)
    expect(percents.at(-2)).toBe(100)
    expect(percents[0]).toBeGreaterThan(percents[1] ?? 100)
  })

  it('takes a notice in silence, and answers the next', async () => {
    const { status } = await begin({ failurePercent: 100, fault: 'silent' })
    await station.notify('sim-1', '2.0.0', { url: undefined })
    // Told in the order sent: what is of no use is answered, what is silently taken is not.
    await station.hear(step('-1'))
    await station.notify('sim-1', '3.0.0', {})
    await station.notify('sim-1', '4.0.0', { url: undefined })
    await station.until(() => steps().length === 2)
    expect(steps()).toEqual(['-1', '-1'])
    expect(station.requests).toBe(0)
    expect(status()).toMatchObject({ connected: 1, upgrading: 0 })
    await station.notify('sim-1', '3.0.0')
    await station.hear(informs('3.0.0'))
  })

  it('reports its old version after the restart, once', async () => {
    const { status } = await begin({ failurePercent: 100, fault: 'rollback' })
    await station.notify('sim-1', '2.0.0')
    await station.until(() => versions().length === 2)
    expect(steps().at(-1)).toBe('100')
    expect(versions()).toEqual(['1.0.0', '1.0.0'])
    await expect.poll(status).toMatchObject({ failed: 1, upgrading: 0 })
    await station.notify('sim-1', '2.0.0')
    await station.hear(informs('2.0.0'))
  })
})
