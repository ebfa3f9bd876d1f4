import { cpSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Writable } from 'node:stream'
import pino from 'pino'
import { expect, it, onTestFinished } from 'vitest'
import { OutgoingEvent, type Sink, type SinkTest } from '#shared/schema.ts'
import { startTestStation, type TestStation } from '../helpers/station.ts'
import { until } from '../helpers/until.ts'
import { createWebhookServer } from './webhook-server.ts'

const KEY = 'signing-key-of-the-mes'

const webhook = async () => {
  const server = createWebhookServer()
  await server.start()
  onTestFinished(() => server.stop())
  return {
    server,
    url: `http://127.0.0.1:${server.port}/in`,
    events: () => server.requests.flatMap(({ body }) => (JSON.parse(body) as { events: OutgoingEvent[] }).events),
  }
}

/** A campaign for devices that are not there. */
const campaignOf = async ({ client, addPackage }: TestStation, count: number, name = 'p') => {
  const product = await client.products.create({ name, protocol: 'sagoo' })
  const csv = Array.from({ length: count }, (_, index) => `gw-${index}`).join('\n')
  await client.devices.import({ productId: product.id, csv })
  const pack = await addPackage({ productId: product.id, name: 'fw', version: '2.0.0', verify: false })
  return client.campaigns.create({ packageId: pack.id, name: '二号厂房', kind: 'upgrade', scope: 'all' })
}

const sinkOf = async (station: TestStation, input: object): Promise<Sink> => {
  const { status, body } = await station.rest('POST', '/sinks', input)
  expect(status, JSON.stringify(body)).toBe(200)
  return body as unknown as Sink
}

it('campaigns and jobs are handed over as they happen, one event for each end', async () => {
  const mes = await webhook()
  const station = await startTestStation()
  const sink = await sinkOf(station, { kind: 'webhook', name: 'MES', url: mes.url, secret: KEY })
  expect(sink).toMatchObject({ kind: 'webhook', enabled: true, secretSet: true, backlog: 0, lastError: null })
  const campaign = await campaignOf(station, 40)
  await station.client.campaigns.cancel({ id: campaign.id })
  const got = await until(mes.events, ({ length }) => length >= 42)
  for (const event of got) expect(OutgoingEvent.parse(event)).toEqual(event)
  expect(new Set(got.map((event) => event.station)).size).toBe(1)
  const jobs = got.flatMap((event) => (event.kind === 'job' ? [event.payload] : []))
  expect(jobs).toHaveLength(40)
  expect(new Set(jobs.map(({ device }) => device)).size).toBe(40)
  expect(jobs[0]).toMatchObject({ state: 'cancelled', campaign: '二号厂房', product: 'p', toVersion: '2.0.0' })
  const statuses = got.flatMap((event) => (event.kind === 'campaign' ? [event.payload] : []))
  expect(statuses.map(({ previousStatus, status }) => [previousStatus, status])).toEqual([
    [null, 'running'],
    ['running', 'cancelled'],
  ])
})

it('secrets are never shown: not in answers, not in the audit log, not in the log', async () => {
  const lines: string[] = []
  const logger = pino(
    { level: 'debug' },
    new Writable({
      write(line: Buffer, _, done) {
        lines.push(line.toString())
        done()
      },
    }),
  )
  const mes = await webhook()
  mes.server.answers((response) => response.writeHead(401).end())
  const station = await startTestStation({ logger })
  const url = mes.url.replace('http://', 'http://ota:pass-in-the-url@')
  const { id } = await sinkOf(station, {
    kind: 'webhook',
    name: 'MES',
    url: `${url}?token=token-in-the-url`,
    secret: KEY,
  })
  await campaignOf(station, 1)
  await until(
    () => station.rest('GET', '/sinks'),
    ({ body }) => (body.items as Sink[])[0]?.lastError?.code === 'NOT_TAKEN',
  )
  const shown = (await station.rest('GET', '/sinks')).body
  const told = [
    shown,
    await station.client.audit.list({}),
    (await station.rest('POST', `/sinks/${id}/test`)).body,
    lines,
  ]
  // Sent back as it was shown, it stays.
  const again = await station.rest('PATCH', `/sinks/${id}`, { url: (shown.items as Sink[])[0]?.url, name: 'MES 2' })
  expect(again.status).toBe(200)
  const all = JSON.stringify([...told, again.body, (await station.rest('GET', '/audit')).body])
  for (const secret of ['pass-in-the-url', 'token-in-the-url', KEY]) expect(all).not.toContain(secret)
  expect(all).toContain('sinks.create')
  const basic = `Basic ${Buffer.from('ota:pass-in-the-url').toString('base64')}`
  const before = mes.server.requests.length
  await station.rest('POST', `/sinks/${id}/test`)
  expect(mes.server.requests.slice(before).map(({ headers }) => headers.authorization)).toContain(basic)
})

it.each([
  [{ kind: 'webhook', name: 'a', url: 'ftp://x/' }, 'url', /http or https URL/],
  [{ kind: 'postgres', name: 'a', url: 'postgres://db' }, 'url', /with a database/],
  [{ kind: 'mqtt', name: 'a', url: 'mqtt://b', topic: 'x/#' }, 'topic', /without \+ and #/],
  [{ kind: 'webhook', name: 'a', url: 'http://x/', topic: 'x' }, 'topic', /only for an MQTT/],
  [{ kind: 'webhook', name: 'a', url: 'http://x/', ca: 'no certificate' }, 'ca', /PEM/],
  [{ kind: 'webhook', name: 'a', url: 'http://x/', secret: 'short' }, 'secret', /at least 8/],
  [{ kind: 'kafka', name: 'a', url: 'http://x/' }, 'kind', /postgres, webhook, mqtt/],
  [{ kind: 'webhook', name: '', url: 'http://x/' }, 'name', /at least 1/],
])('%j is refused with what to do about %s', async (input, field, text) => {
  const station = await startTestStation()
  const { status, body } = await station.rest('POST', '/sinks', input)
  expect(status).toBe(400)
  expect(body).toMatchObject({ code: 'BAD_REQUEST', message: expect.stringMatching(text), data: { field } })
})

it('a change, a pause, a second name, a hidden secret and a deletion are answered as they should be', async () => {
  const mes = await webhook()
  const station = await startTestStation()
  const { id } = await sinkOf(station, { kind: 'webhook', name: 'MES', url: mes.url })
  const call = (method: string, path: string, body?: object) => station.rest(method, path, body)
  expect((await call('POST', '/sinks', { kind: 'webhook', name: 'MES', url: mes.url })).body.code).toBe(
    'ALREADY_EXISTS',
  )
  expect((await call('PATCH', `/sinks/${id}`, { url: 'postgres://db/x' })).body).toMatchObject({
    code: 'INVALID_FIELD',
    data: { field: 'url' },
  })
  const hidden = { kind: 'webhook', name: 'b', url: 'http://u:***@127.0.0.1/' }
  expect((await call('POST', '/sinks', hidden)).body.code).toBe('SINK_URL_HIDDEN')
  expect((await call('PATCH', `/sinks/${id}`, { enabled: false })).body).toMatchObject({
    enabled: false,
    state: 'paused',
  })
  await campaignOf(station, 2)
  const refused = await call('DELETE', `/sinks/${id}`)
  expect(refused).toMatchObject({ status: 409, body: { code: 'SINK_BACKLOG', data: { backlog: 1 } } })
  expect((await call('DELETE', `/sinks/${id}?force=true`)).status).toBe(200)
  expect((await call('PATCH', `/sinks/${id}`, {})).body.code).toBe('NOT_FOUND')
  expect((await call('GET', '/sinks')).body).toEqual({ items: [], nextCursor: null })
})

it('a redirect is not followed, and its address is named', async () => {
  const elsewhere = await webhook()
  const mes = await webhook()
  mes.server.answers((response) => response.writeHead(307, { Location: elsewhere.url }).end())
  const station = await startTestStation()
  const { id } = await sinkOf(station, { kind: 'webhook', name: 'MES', url: mes.url })
  const { body } = await station.rest('POST', `/sinks/${id}/test`)
  expect(body as unknown as SinkTest).toMatchObject({
    ok: false,
    error: { code: 'REDIRECTED', message: expect.stringContaining(elsewhere.url) },
  })
  expect(elsewhere.server.requests).toEqual([])
})

it('screens follow the backlog by events', async () => {
  const station = await startTestStation()
  const stop = new AbortController()
  const seen: Sink[] = []
  const follow = async (): Promise<void> => {
    for await (const { events } of await station.client.events.stream({ types: ['sink'] }, { signal: stop.signal }))
      for (const event of events) if (event.type === 'sink') seen.push(event)
  }
  const following = follow().catch(() => undefined)
  await sinkOf(station, { kind: 'webhook', name: 'nobody', url: 'http://127.0.0.1:1/' })
  await campaignOf(station, 1)
  await until(
    () => seen.at(-1),
    (sink) => sink?.backlog === 1 && sink.lastError?.code === 'UNREACHABLE' && sink.state === 'waiting',
  )
  stop.abort()
  await following
})

it('a copy of the data directory is another station for its receivers, and hands over the backlog under the first one’s name', async () => {
  const mes = await webhook()
  const first = mkdtempSync(join(tmpdir(), 'sinks-first-'))
  const second = mkdtempSync(join(tmpdir(), 'sinks-second-'))
  onTestFinished(() => {
    for (const folder of [first, second]) rmSync(folder, { recursive: true, force: true })
  })
  const one = await startTestStation({ directory: first })
  await sinkOf(one, { kind: 'webhook', name: 'MES', url: mes.url })
  await campaignOf(one, 1)
  const [original] = await until(mes.events, ({ length }) => length === 1)
  await mes.server.stop()
  await campaignOf(one, 1, 'waits')
  await one.stop()
  cpSync(first, second, { recursive: true })
  await mes.server.start()

  const two = await startTestStation({ directory: second })
  await until(mes.events, ({ length }) => length === 2)
  await campaignOf(two, 1, 'copied')
  await until(mes.events, ({ length }) => length === 3)
  await two.stop()
  const again = await startTestStation({ directory: first })
  await until(mes.events, ({ length }) => length === 4)
  await campaignOf(again, 1, 'original')
  const [, waited, copied, waitedAgain, last] = await until(mes.events, ({ length }) => length === 5)
  expect(waited).toEqual(waitedAgain)
  expect(waited?.station).toBe(original?.station)
  expect(last?.station).toBe(original?.station)
  expect(copied?.station).not.toBe(original?.station)
})
