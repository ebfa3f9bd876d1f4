import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { createTestClock } from '../helpers/clock.ts'
import { connectDevice } from '../helpers/device.ts'
import { startTestStation } from '../helpers/station.ts'
import { until } from '../helpers/until.ts'

const MINUTE = 60_000
const HOUR = 60 * MINUTE
const YEAR = 365 * 24 * HOUR
const NOON = Date.UTC(2026, 0, 1, 12)

/** A station on the test's own time with one device, which has been told of an upgrade and says nothing more. */
const prepare = async () => {
  const clock = createTestClock(NOON)
  const directory = mkdtempSync(join(tmpdir(), 'jumps-'))
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }))
  const station = await startTestStation({ clock, directory })
  const { client } = station
  const product = await client.products.create({ name: 'Gateway', key: 'gateway', protocol: 'sagoo' })
  await client.devices.create({ productId: product.id, name: 'gw-1', secret: 'secret' })
  const pack = await station.addPackage({
    productId: product.id,
    name: 'p',
    version: '2.0.0',
    bytes: Buffer.alloc(5000, 7),
  })
  const device = await connectDevice({
    mqttUrl: station.mqttUrl,
    productKey: 'gateway',
    name: 'gw-1',
    secret: 'secret',
  })
  await device.listen()
  await device.inform('1.0.0')
  const upgrade = (more: Partial<Parameters<typeof client.campaigns.create>[0]> = {}) =>
    client.campaigns.create({ packageId: pack.id, name: 'all', pushTimeoutMinutes: 60, ...more })
  const job = async (campaignId: number) => {
    const { items } = await client.campaigns.jobs({ id: campaignId })
    return client.jobs.get({ id: items[0]?.id ?? 0 })
  }
  const state = (campaignId: number, wanted: string) =>
    until(
      () => job(campaignId),
      (found) => found.state === wanted,
    )
  /** The same for what is due: what falls due while the station works is seen at its next look. */
  const becomes = (campaignId: number, wanted: string) =>
    until(
      () => {
        clock.advance(1000)
        return job(campaignId)
      },
      (found) => found.state === wanted,
    )
  const jumps = async () => (await client.audit.list({ action: 'station.timeJumped' })).items
  /** Sets the clock of the computer, and lets the station find that out. */
  const set = async (ms: number) => {
    const before = (await jumps()).length
    clock.set(ms)
    clock.advance(1000)
    await until(jumps, (found) => found.length > before)
  }
  return { ...station, clock, directory, device, upgrade, state, becomes, jumps, set }
}

describe('a clock that is set', () => {
  it.each([
    ['forward by a day', 24 * HOUR],
    ['back by a year', -YEAR],
  ])('%s leaves an open job the time that it had left, says so in the audit log, and shows it', async (_, ms) => {
    const { client, clock, upgrade, state, becomes, set, jumps } = await prepare()
    const { id } = await upgrade()
    await state(id, 'notified')
    clock.advance(50 * MINUTE)
    await set(ms)
    clock.advance(5 * MINUTE)
    expect(await state(id, 'notified')).toMatchObject({ errorCode: null })
    expect(await jumps()).toMatchObject([{ source: 'station', detail: { asleepMs: 0 } }])
    expect((await client.station.info()).timeJump).toMatchObject({ asleep: false })
    clock.advance(6 * MINUTE)
    expect(await becomes(id, 'failed')).toMatchObject({ errorCode: 'TIMEOUT_PUSH' })
  })

  it('forward past a scheduled start, starts it without any device having to speak', async () => {
    const { clock, upgrade, state, becomes, set } = await prepare()
    const { id } = await upgrade({ startAt: new Date(NOON + 20 * HOUR).toISOString() })
    clock.advance(MINUTE)
    await state(id, 'pending')
    await set(21 * HOUR)
    await becomes(id, 'notified')
  })

  it('by less than a jump is looked at within a minute', async () => {
    const { clock, upgrade, state, becomes } = await prepare()
    const { id } = await upgrade({ startAt: new Date(NOON + 20 * HOUR).toISOString() })
    clock.advance(20 * HOUR - 5 * MINUTE)
    await state(id, 'pending')
    for (let step = 0; step < 80; step++) {
      clock.set(4000)
      clock.advance(1000)
    }
    clock.advance(MINUTE)
    await becomes(id, 'notified')
  })

  it('leaves a download address good for as long as it was', async () => {
    const { device, upgrade, state, set, clock } = await prepare()
    const { id } = await upgrade()
    await state(id, 'notified')
    const { url } = (await device.notice()).data
    await set(48 * HOUR)
    expect((await fetch(url)).status).toBe(200)
    clock.advance(25 * HOUR)
    expect((await fetch(url)).status).toBe(410)
  })

  it('neither keeps an engineer out nor leaves one in', async () => {
    const { rest, set, clock } = await prepare()
    expect(await rest('PUT', '/operator/pin', { pin: '2468' })).toMatchObject({ status: 200 })
    const wrong = () => rest('POST', '/operator/unlock', { pin: '1111' })
    for (let left = 4; left >= 0; left--) expect(await wrong()).toMatchObject({ body: { data: { left } } })
    expect(await wrong()).toMatchObject({ body: { code: 'PIN_WAIT' } })
    await set(-YEAR)
    clock.advance(MINUTE)
    const unlocked = await rest('POST', '/operator/unlock', { pin: '2468' })
    expect(unlocked).toMatchObject({ status: 200 })
    const headers = { 'X-OTA-Bench-Engineer': String(unlocked.body.ticket) }
    const patch = () => rest('PATCH', '/settings', { downloadUrlSeconds: 3600 }, headers)
    expect(await patch()).toMatchObject({ status: 200 })
    await set(-YEAR)
    expect(await patch()).toMatchObject({ status: 200 })
    clock.advance(16 * MINUTE)
    expect(await patch()).toMatchObject({ status: 403 })
  })

  it('back while the station is down, leaves open jobs the time that they had left', async () => {
    const { clock, directory, upgrade, state, stop } = await prepare()
    const { id } = await upgrade()
    await state(id, 'notified')
    clock.advance(10 * MINUTE + 1000)
    await stop()
    clock.set(-26 * YEAR)
    const again = await startTestStation({ clock, directory })
    const only = async () => (await again.client.campaigns.jobs({ id })).items[0]
    expect(await only()).toMatchObject({ state: 'notified' })
    expect((await again.client.audit.list({ action: 'station.timeJumped' })).items).toHaveLength(1)
    clock.advance(40 * MINUTE)
    expect(await only()).toMatchObject({ state: 'notified' })
    clock.advance(11 * MINUTE)
    await until(
      () => {
        clock.advance(1000)
        return only()
      },
      (found) => found?.state === 'failed',
    )
  })
})
