import { mkdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import mqtt from 'mqtt'
import { describe, expect, it, onTestFinished } from 'vitest'
import type { AuditEntry, Campaign, Job, StationInfo } from '#shared/schema.ts'
import { connectDevice } from '../helpers/device.ts'
import { formOf } from '../helpers/http.ts'
import { onceOnly } from '../helpers/mqtt-options.ts'
import { until } from '../helpers/until.ts'
import { anyPorts, builtStation, launch, ready, scratch } from '../launch/launched.ts'
import { fakeTimeLibrary, wallClock, withoutFakeTime } from './faked-time.ts'
import { isSoak } from './length.ts'

const HOUR = 3_600_000
const DAY = 24 * HOUR
const YEAR = 365 * DAY

/** The station as it is shipped, whose wall clock the test sets under it; its steady time is the machine's. */
const startStation = async (root: string, at?: string) => {
  const clock = wallClock(root, at)
  const data = join(root, 'data')
  mkdirSync(data, { recursive: true })
  const args = [builtStation, '--data', data, '--token', 't', ...anyPorts]
  const station = launch(process.execPath, args, clock.env)
  onTestFinished(() => void station.child.kill('SIGKILL'))
  const info = await ready(station)
  const rest = async (method: string, path: string, body?: object) => {
    const response = await fetch(`${info.api}${path}`, {
      method,
      headers: { Authorization: 'Bearer t' },
      ...(body && { body: body instanceof FormData ? body : JSON.stringify(body) }),
    })
    return { status: response.status, body: (await response.json()) as Record<string, unknown> }
  }
  const call = async <T>(method: string, path: string, body?: object): Promise<T> => {
    const answer = await rest(method, path, body)
    if (answer.status >= 400) throw new Error(`${method} ${path}: ${JSON.stringify(answer.body)}`)
    return answer.body as T
  }
  const jumps = async () =>
    (await call<{ items: AuditEntry[] }>('GET', '/audit?action=station.timeJumped&limit=100')).items
  return {
    ...{ station, info, rest, call, jumps, data },
    ca: () => readFileSync(join(data, 'tls', 'ca.pem'), 'utf8') + readFileSync(join(data, 'tls', 'ca-rsa.pem'), 'utf8'),
    /** Sets the clock, and waits until the station has found that out. */
    async set(to: string) {
      const before = (await jumps()).length
      clock.set(to)
      await until(jumps, (found) => found.length > before)
    },
    async stop() {
      station.child.kill('SIGTERM')
      expect(await station.ended).toBe(0)
    },
  }
}

type Started = Awaited<ReturnType<typeof startStation>>

/** One device, which says nothing after its version. */
const addDevice = async ({ call, info }: Started) => {
  await call('POST', '/products', { name: 'Gateway', key: 'gateway', protocol: 'sagoo' })
  await call('POST', '/devices', { productId: 1, name: 'gw-1', secret: 'secret' })
  const form = formOf([['app.bin', Buffer.alloc(5000, 7)]], { productId: 1, name: 'p', version: '2.0.0' })
  await call('POST', '/packages', form)
  const device = await connectDevice({ mqttUrl: info.mqtt, productKey: 'gateway', name: 'gw-1', secret: 'secret' })
  await device.listen()
  await device.inform('1.0.0')
  return device
}

const jobOf =
  ({ call }: Started, { id }: Pick<Campaign, 'id'>) =>
  async () =>
    (await call<{ items: Job[] }>('GET', `/campaigns/${id}/jobs`)).items[0]

describe.skipIf(fakeTimeLibrary === undefined)(`the clock of a running station${withoutFakeTime}`, () => {
  it.each([
    ['forward by a day', '+1d', DAY],
    ['back by a year', '-1y', -YEAR],
  ])('set %s gives no job a verdict, and is logged and shown', async (_, to, ms) => {
    using root = scratch()
    const started = await startStation(root.path)
    const { call, station, set, jumps, info } = started
    const device = await addDevice(started)
    // The shortest there is: a soak waits for its end.
    const campaign = await call<Campaign>('POST', '/campaigns', { packageId: 1, name: 'a', pushTimeoutMinutes: 1 })
    const job = jobOf(started, campaign)
    await until(job, (found) => found?.state === 'notified')
    await set(to)
    expect(station.err()).toContain('time jumped')
    const [jump] = await jumps()
    expect(Math.abs(Number(jump?.detail?.ms) - ms)).toBeLessThan(HOUR)
    const { timeJump } = await call<StationInfo>('GET', '/station')
    expect(timeJump).toMatchObject({ asleep: false })
    expect(Math.abs((timeJump?.ms ?? 0) - ms)).toBeLessThan(HOUR)
    // A round trip of the device later: whatever was due by the new time has had its turn.
    await device.inform('1.0.0')
    expect(await job()).toMatchObject({ state: 'notified', errorCode: null })
    expect(info.mqtts).not.toBeNull()
    if (!isSoak) return
    expect(await until(job, (found) => found?.state === 'failed')).toMatchObject({ errorCode: 'TIMEOUT_PUSH' })
  })

  it('set past a scheduled start, starts it within a minute, while no device says a word', async () => {
    using root = scratch()
    const started = await startStation(root.path)
    const { call, set, jumps } = started
    await addDevice(started)
    const startAt = new Date(Date.now() + 20 * HOUR).toISOString()
    const campaign = await call<Campaign>('POST', '/campaigns', { packageId: 1, name: 'night', startAt })
    const job = jobOf(started, campaign)
    expect(await job()).toMatchObject({ state: 'pending' })
    await set('+1d')
    const notified = await until(job, (found) => found?.state === 'notified')
    const [jump] = await jumps()
    // Both by the station's clock, which the test has set.
    const waited = Date.parse(notified?.updatedAt ?? '') - Date.parse(jump?.at ?? '')
    expect(waited).toBeLessThan(60_000)
  })

  it('set back by a year keeps neither the engineer nor an address waiting for a year', async () => {
    using root = scratch()
    const { rest, call, set, info } = await startStation(root.path)
    await call('POST', '/products', {
      ...{ name: 'Field', key: 'field', protocol: 'sagoo', secret: 'of-all', autoRegister: true },
    })
    const getsIn = async (name: string, password: string): Promise<boolean> => {
      const options = { ...onceOnly, clientId: name, username: `${name}&field`, password }
      const client = await mqtt.connectAsync(info.mqtt, options, false).catch(() => undefined)
      await client?.endAsync(true)
      return client !== undefined
    }
    for (let n = 0; n < 12; n++) expect(await getsIn(`guess-${n}`, `wrong ${n}`)).toBe(false)
    expect(await getsIn('honest', 'of-all')).toBe(false)
    await call('PUT', '/operator/pin', { pin: '2468' })
    const unlock = (pin: string) => rest('POST', '/operator/unlock', { pin })
    await until(
      () => unlock('1111'),
      ({ body }) => body.code === 'PIN_WAIT',
    )
    await set('-1y')
    const { status, body } = await unlock('1111')
    const wait = (body.data as { seconds?: number } | undefined)?.seconds ?? 0
    // On a slow machine the minute may be over.
    if (body.code === 'PIN_WAIT') expect(wait).toBeLessThanOrEqual(60)
    else expect(status).toBe(403)
    if (!isSoak) return
    expect(
      await until(
        () => unlock('2468'),
        (answer) => answer.status === 200,
      ),
    ).toMatchObject({ status: 200 })
    expect(await until(() => getsIn('honest', 'of-all'), Boolean)).toBe(true)
  })

  it('wrong at a start by 26 years, keeps the certificate authority, and serves over TLS all the same', async () => {
    using root = scratch()
    const first = await startStation(root.path)
    const authorities = first.ca()
    await addDevice(first)
    await first.stop()
    const old = await startStation(root.path, '@2000-01-01 00:00:00')
    expect(old.ca()).toBe(authorities)
    expect(old.info.mqtts).not.toBeNull()
    expect(await old.jumps()).toHaveLength(1)
    const { startedAt } = await old.call<StationInfo>('GET', '/station')
    expect(startedAt).toMatch(/^2000-01-0/)
    const servesTls = () =>
      mqtt
        .connectAsync(
          old.info.mqtts ?? '',
          { ...onceOnly, ca: authorities, username: 'gw-1&gateway', password: 'secret' },
          false,
        )
        .then((client) => client.endAsync())
    await servesTls()
    await old.stop()
    const again = await startStation(root.path)
    expect(again.ca()).toBe(authorities)
    expect((await again.call<{ items: unknown[] }>('GET', '/devices')).items).toHaveLength(1)
  })
})
