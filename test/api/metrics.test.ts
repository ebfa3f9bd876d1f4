import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { definitions, PREFIX } from '../../electron/platform/metrics/definitions.ts'
import { withMetrics } from '../docs/metrics-table.ts'
import { connectDevice } from '../helpers/device.ts'
import { startTestStation, type TestStation } from '../helpers/station.ts'
import { until } from '../helpers/until.ts'
import { root } from '../launch/launched.ts'
import { limits } from '../limits.mjs'

const parser = '/usr/lib/python3/dist-packages/prometheus_client/parser.py'

/** The metrics as another program reads them: name, type, help, and each value with its labels. */
const parsed = (text: string): Record<string, { type: string; help: string; samples: [string, object, number][] }> =>
  JSON.parse(
    execFileSync(
      '/usr/bin/python3',
      [
        '-c',
        `import sys, json
from prometheus_client.parser import text_string_to_metric_families as read
print(json.dumps({f.name: {'type': f.type, 'help': f.documentation, 'samples': [[s.name, s.labels, s.value] for s in f.samples]} for f in read(sys.stdin.read())}))`,
      ],
      { input: text, encoding: 'utf8', timeout: limits.program },
    ),
  )

const ask = (station: TestStation, token: string, path = '/api/v1/metrics', method = 'GET') =>
  fetch(`${new URL(station.ready.api).origin}${path}`, {
    method,
    headers: { Authorization: `Bearer ${token}`, Connection: 'close' },
  })

const amount = async (station: TestStation, name: string, labels = ''): Promise<number> => {
  const text = await (await ask(station, station.ready.token)).text()
  const line = text.split('\n').find((one) => one.startsWith(`${PREFIX}${name}${labels} `))
  return Number(line?.split(' ').at(-1))
}

describe.skipIf(!existsSync(parser))(
  'the metrics (their reader is the Debian package python3-prometheus-client)',
  () => {
    it('are what a parser of another reads, each by the type and the words of the document', async () => {
      const station = await startTestStation()
      const answer = await ask(station, station.ready.token)
      expect(answer.headers.get('content-type')).toBe('text/plain; version=0.0.4; charset=utf-8')
      const families = parsed(await answer.text())
      for (const [name, { type, help, labels }] of Object.entries(definitions)) {
        const family = families[`${PREFIX}${name}`.replace(/_total$/, type === 'counter' ? '' : '_total')]
        // A counter by a label has no value before its first event.
        if (type === 'counter' && labels.length > 0 && family === undefined) continue
        expect(family, name).toMatchObject({ type, help })
        for (const [, given] of family?.samples ?? [])
          expect(Object.keys(given).filter((label) => label !== 'le')).toEqual(family?.samples.length ? labels : [])
      }
      const known = Object.keys(definitions).map((name) => `${PREFIX}${name}`.replace(/_total$/, ''))
      expect(Object.keys(families).filter((name) => !known.includes(name.replace(/_total$/, '')))).toEqual([])
    })

    it('count what devices do: log-ins, refusals, reports, acknowledgements, downloads', async () => {
      const station = await startTestStation()
      const product = await station.client.products.create({ name: 'P', key: 'pk', protocol: 'sagoo' })
      const { secret } = await station.client.devices.create({ productId: product.id, name: 'd' })
      const login = { mqttUrl: station.mqttUrl, productKey: 'pk', name: 'd', secret }
      await expect(connectDevice({ ...login, secret: 'wrong' })).rejects.toThrow()
      const device = await connectDevice(login)
      await device.listen()
      await device.inform('1.0.0')
      const pack = await station.addPackage({ productId: product.id, name: 'p', version: '2.0.0' })
      await station.client.campaigns.create({ packageId: pack.id, name: 'all' })
      const { url } = (await device.notice()).data
      await (await fetch(url)).arrayBuffer()
      await fetch(url.replace(/\/ota\/./, '/ota/_'))
      await until(
        () => amount(station, 'downloads_total', '{outcome="complete"}'),
        (n) => n === 1,
      )
      expect(await amount(station, 'logins_total', '{outcome="accepted"}')).toBe(1)
      expect(await amount(station, 'logins_total', '{outcome="credentials"}')).toBe(1)
      expect(await amount(station, 'reports_total', '{kind="version"}')).toBe(1)
      expect(await amount(station, 'acknowledgement_seconds_count')).toBe(1)
      expect(await amount(station, 'download_bytes_total')).toBe(4096)
      expect(await amount(station, 'downloads_open')).toBe(0)
      expect(await amount(station, 'refusals_total', '{reason="download: signature"}')).toBe(1)
      expect(await amount(station, 'devices_online')).toBe(1)
      expect(await amount(station, 'jobs_open', '{state="downloading"}')).toBe(1)
      expect(await amount(station, 'campaigns', '{status="running"}')).toBe(1)
      expect(await amount(station, 'store_commit_seconds_count')).toBeGreaterThan(0)
      await device.leave()
      await until(
        () => amount(station, 'devices_online'),
        (n) => n === 0,
      )
    })
  },
)

describe('the token that reads metrics', () => {
  it('opens them and nothing else, also after a restart, until it is renewed or taken back', async () => {
    const station = await startTestStation()
    expect(await station.client.metrics.token()).toEqual({ createdAt: null })
    expect((await ask(station, '')).status).toBe(401)
    const { token, createdAt } = await station.client.metrics.renewToken()
    expect(await station.client.metrics.token()).toEqual({ createdAt })
    const entries = JSON.stringify((await station.client.audit.list({})).items)
    expect(entries).toContain('metrics.renewToken')
    expect(entries).not.toContain(token)
    const opens = async (): Promise<number[]> =>
      Promise.all(
        ['/metrics', '/api/v1/metrics', '/api/v1/devices', '/api/v1/metrics/token', '/api/v1/events'].map(
          async (path) => (await ask(station, token, path)).status,
        ),
      )
    expect(await opens()).toEqual([200, 200, 401, 401, 401])
    expect((await ask(station, token, '/api/v1/metrics', 'POST')).status).toBe(401)

    await station.stop()
    const { directory } = station
    const again = await startTestStation({ directory })
    expect((await ask(again, token, '/metrics')).status).toBe(200)
    const other = await again.client.metrics.renewToken()
    expect([(await ask(again, token, '/metrics')).status, (await ask(again, other.token, '/metrics')).status]).toEqual([
      401, 200,
    ])
    expect(await again.client.metrics.revokeToken()).toEqual({ createdAt: null })
    expect((await ask(again, other.token, '/metrics')).status).toBe(401)
    expect(readFileSync(join(directory, 'ota-bench.sqlite')).includes(other.token)).toBe(false)
  })

  it('is the engineer’s to make where a PIN is set', async () => {
    const station = await startTestStation()
    await station.client.operator.setPin({ pin: '1234' })
    await expect(station.client.metrics.renewToken()).rejects.toMatchObject({ code: 'ENGINEER_ONLY' })
    await expect(station.client.metrics.revokeToken()).rejects.toMatchObject({ code: 'ENGINEER_ONLY' })
  })
})

it('the document of the API has every metric', () => {
  const page = readFileSync(join(root, 'docs', 'operator-api.md'), 'utf8')
  expect(withMetrics(page)).toBe(page)
})
