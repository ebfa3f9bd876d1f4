import { copyFileSync, existsSync, mkdirSync } from 'node:fs'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { expect, it, onTestFinished } from 'vitest'
import type { Campaign, Device, Job } from '#shared/schema.ts'
import { isOpenJob, jobStates } from '#shared/states/job.ts'
import { formOf } from '../helpers/http.ts'
import { seeded } from '../helpers/seeded.ts'
import { until } from '../helpers/until.ts'
import { anyPorts, builtStation, launch, ready, scratch } from '../launch/launched.ts'
import { FieldDevice } from './field-device.ts'
import { times } from './length.ts'

const DEVICES = 24
const KILLS = times(10, 40)
const random = seeded(20_260_729)

interface Api {
  get<T>(path: string): Promise<T>
  post<T>(path: string, body: object): Promise<T>
}

const apiOf = (base: string): Api => {
  const call = async <T>(path: string, init: RequestInit): Promise<T> => {
    const response = await fetch(`${base}${path}`, { ...init, headers: { Authorization: 'Bearer kill-test' } })
    if (!response.ok) throw new Error(`${path}: ${await response.text()}`)
    return (await response.json()) as T
  }
  return {
    get: (path) => call(path, {}),
    post: (path, body) => call(path, { method: 'POST', body: body instanceof FormData ? body : JSON.stringify(body) }),
  }
}

interface Page<T> {
  readonly items: T[]
}

/** What the disk holds the moment the process is dead: a copy, so that the station finds it as it was left. */
const checkDisk = (data: string, round: number): void => {
  const copy = join(data, `copy-${round}`)
  mkdirSync(copy)
  for (const name of ['ota-bench.sqlite', 'ota-bench.sqlite-wal'])
    if (existsSync(join(data, name))) copyFileSync(join(data, name), join(copy, name))
  const sql = new Database(join(copy, 'ota-bench.sqlite'))
  expect(sql.pragma('integrity_check')).toEqual([{ integrity_check: 'ok' }])
  expect(sql.pragma('foreign_key_check')).toEqual([])
  const open = jobStates.filter(isOpenJob).map((state) => `'${state}'`)
  const twice = `SELECT device_id FROM jobs WHERE state IN (${open}) GROUP BY device_id, module HAVING count(*) > 1`
  expect(sql.prepare(twice).all()).toEqual([])
  sql.close()
}

/** Everything that was acknowledged is there, and the campaigns add up. */
const checkApi = async (api: Api, fleet: readonly FieldDevice[]): Promise<void> => {
  const campaigns = (await api.get<Page<Campaign>>('/campaigns?limit=1000')).items
  const jobs: Job[] = []
  for (const campaign of campaigns) {
    const own = (await api.get<Page<Job>>(`/campaigns/${campaign.id}/jobs?limit=1000`)).items
    for (const state of jobStates)
      expect(own.filter((job) => job.state === state).length, `${campaign.name} ${state}`).toBe(campaign.counts[state])
    expect(campaign.status, campaign.name).toBe(own.some((job) => isOpenJob(job.state)) ? 'running' : 'finished')
    jobs.push(...own)
  }
  const devices = (await api.get<Page<Device>>('/devices?limit=1000')).items
  for (const device of fleet) {
    const shown = devices.find(({ name }) => name === device.name)
    const version = shown?.modules[0]?.version
    const possible = [device.acknowledgedVersion, ...device.perhaps]
    expect(possible, `${device.name} shows ${version}`).toContain(version)
    const own = jobs.filter((job) => job.deviceName === device.name && job.state !== 'skipped')
    expect(own.filter((job) => isOpenJob(job.state)).length, device.name).toBeLessThanOrEqual(1)
    for (const job of own) {
      if (device.failed.has(job.toVersion)) expect(job.state, `${device.name} → ${job.toVersion}`).toBe('failed')
      if (device.proven.has(job.toVersion)) expect(job.state, `${device.name} → ${job.toVersion}`).toBe('succeeded')
      // No success without proof: the version was at least sent.
      const sent = device.proven.has(job.toVersion) || device.perhaps.has(job.toVersion)
      if (job.state === 'succeeded') expect(sent, `${device.name} → ${job.toVersion}`).toBe(true)
    }
  }
}

it(`loses nothing acknowledged when it is killed ${KILLS} times in the middle of campaigns, and they end`, async () => {
  using data = scratch()
  const fleet = Array.from({ length: DEVICES }, (_, n) => new FieldDevice(`d${n}`, seeded(n)))

  /** One run of the station. `kill`: after how many acknowledged reports it is killed; undefined: when all is done. */
  const run = async (round: number, kill: number | undefined): Promise<void> => {
    await using station = launch(process.execPath, [
      ...[builtStation, '--data', data.path, '--no-tls', '--token', 'kill-test'],
      ...anyPorts,
    ])
    // A test that runs out of time is never unwound: its stations end here.
    onTestFinished(() => void station.child.kill('SIGKILL'))
    const { api: base, mqtt } = await ready(station)
    const api = apiOf(base)
    if (round === 0) {
      await api.post('/products', { name: 'Field', key: 'field', protocol: 'sagoo' })
      const csv = fleet.map(({ name }) => `${name},secret`).join('\n')
      expect(await api.post('/devices/import', { productId: 1, csv })).toEqual({ created: DEVICES, existing: 0 })
    } else await checkApi(api, fleet)

    const gone = new AbortController()
    const ended = station.ended.then(() => gone.abort())
    let left = kill ?? Number.POSITIVE_INFINITY
    const acknowledged = (): void => {
      // Within the callback of an acknowledgement: whatever else is under way is caught in the middle.
      if (--left === 0) station.child.kill('SIGKILL')
    }
    const lives = fleet.map((device) => device.live({ mqttUrl: mqtt, gone: gone.signal, acknowledged }))
    const version = `${round + 2}.0.0`
    const form = formOf([['app.bin', Buffer.alloc(5000, round)]], { productId: 1, name: version, version })
    // The station may be killed before either is answered: then they are there or not, and never half.
    await api
      .post<{ id: number }>('/packages', form)
      .then(({ id }) => api.post('/campaigns', { packageId: id, name: version }))
      .catch(() => {})
    if (kill === undefined) {
      const open = async () => (await api.get<Page<Campaign>>('/campaigns?limit=1000&status=running')).items
      await until(open, (campaigns) => campaigns.length === 0)
      await checkApi(api, fleet)
      station.child.kill('SIGTERM')
      expect(await station.ended).toBe(0)
    }
    await ended
    await Promise.all(lives)
    if (kill !== undefined) expect(await station.ended).toBe('SIGKILL')
    checkDisk(data.path, round)
  }

  for (let round = 0; round < KILLS; round++) await run(round, 5 + Math.floor(random() * 70))
  await run(KILLS, undefined)
  const succeeded = fleet.reduce((sum, device) => sum + device.proven.size - 1, 0)
  expect(succeeded).toBeGreaterThan(DEVICES)
})
