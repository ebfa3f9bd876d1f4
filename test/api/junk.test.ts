import { once } from 'node:events'
import { MessageChannel } from 'node:worker_threads'
import { createORPCClient } from '@orpc/client'
import { RPCLink as PortLink } from '@orpc/client/message-port'
import { isContractProcedure } from '@orpc/contract'
import { expect, it, onTestFinished } from 'vitest'
import WebSocket from 'ws'
import { z } from 'zod'
import { contract } from '#shared/contract.ts'
import { routes } from '../../electron/api/routes.ts'
import { type Client, startTestStation, type TestStation } from '../helpers/station.ts'

/** What stands in a path's `{place}` and is no id of anything; as it is sent. */
const junk = [
  'abc',
  '0',
  '-1',
  '1.5',
  '1e3',
  '0x10',
  '99999999999999999999',
  '999999999999999',
  '%00',
  '%ff',
  '%E4%B8%AD',
  '%2e%2e%2fetc%2fpasswd',
  '..%2F..%2Fota-bench.sqlite',
  '%',
  '{}',
  '[object%20Object]',
  '__proto__',
  'constructor',
  'null',
  "1'%20OR%20'1'='1",
  'a'.repeat(2000),
]

const deep = (levels: number): string => `${'{"a":'.repeat(levels)}1${'}'.repeat(levels)}`
const deepList = (levels: number): string => `${'['.repeat(levels)}${']'.repeat(levels)}`

interface Answer {
  readonly call: string
  readonly status: number
  readonly body: string
}

const call = async (station: TestStation, method: string, path: string, init: RequestInit = {}): Promise<Answer> => {
  const gone = new AbortController()
  const response = await fetch(`${station.ready.api}${path}`, {
    method,
    signal: gone.signal,
    ...init,
    headers: { Authorization: `Bearer ${station.ready.token}`, ...init.headers },
  })
  const isStream = response.headers.get('content-type')?.startsWith('text/event-stream') ?? false
  const body = isStream ? '' : (await response.text()).slice(0, 300)
  gone.abort()
  return { call: `${method} ${path.slice(0, 200)}`, status: response.status, body }
}

const broken = (answers: readonly Answer[]): readonly Answer[] => answers.filter(({ status }) => status >= 500)

it('junk in any place of any path is refused in words, never a fault of ours', async () => {
  const station = await startTestStation()
  const product = await station.client.products.create({ name: 'Meter', protocol: 'sagoo' })
  await station.addPackage({ productId: product.id, name: 'fw', version: '1' })
  const answers: Answer[] = []
  for (const { method, path } of routes) {
    const places = [...path.matchAll(/\{\w+\}/g)].length
    if (places === 0) continue
    for (const part of junk) {
      // Each place by itself, the others as if they were there.
      for (let at = 0; at < places; at++) {
        let place = 0
        const sent = path.replaceAll(/\{\w+\}/g, () => (place++ === at ? part : '1'))
        answers.push(await call(station, method, sent, method === 'GET' ? {} : { body: '{}' }))
      }
    }
  }
  expect(answers.length).toBeGreaterThan(1000)
  expect(broken(answers)).toEqual([])
  expect(answers.find(({ call }) => call === 'GET /diffs/abc/file')).toMatchObject({ status: 400 })
  expect(answers.find(({ call }) => call === 'GET /bench/recipes/abc/export')).toMatchObject({ status: 400 })
})

it('junk in any query is refused in words', async () => {
  const station = await startTestStation()
  const answers: Answer[] = []
  for (const { method, path, query } of routes) {
    if (method !== 'GET') continue
    const sent = path.replaceAll(/\{\w+\}/g, '1')
    for (const name of query)
      for (const part of [...junk, 'Infinity', '%5B%5D', 'true'])
        answers.push(await call(station, method, `${sent}?${name}=${part}`))
  }
  expect(answers.length).toBeGreaterThan(500)
  expect(broken(answers)).toEqual([])
})

it('custom information nested 3,000 deep is refused in words, however it comes', async () => {
  const station = await startTestStation()
  const product = await station.client.products.create({ name: 'Meter', protocol: 'sagoo' })
  const refused = { status: 400, body: { code: 'NESTED_TOO_DEEP', data: { limit: 64 } } }
  const fields = { productId: product.id, name: 'fw', version: '1', uploads: ['none'] }
  const text = JSON.stringify({ ...fields, customInfo: 0 }).replace('"customInfo":0', `"customInfo":${deep(3000)}`)
  expect(await station.rest('POST', '/packages', text)).toMatchObject(refused)

  const form = new FormData()
  form.set('productId', String(product.id))
  form.set('name', 'fw')
  form.set('version', '1')
  form.set('customInfo', deep(3000))
  form.set('file', new Blob([Buffer.alloc(100)]), 'fw.bin')
  expect(await station.rest('POST', '/packages', form)).toMatchObject(refused)
  form.set('customInfo', deep(10))
  expect((await station.rest('POST', '/packages', form)).status).toBe(200)

  const { port1, port2 } = new MessageChannel()
  onTestFinished(() => port1.close())
  station.upgradePort(port2)
  const link = new PortLink({ port: port1 })
  port1.start()
  port2.start()
  const window: Client = createORPCClient(link)
  // The client walks a value by recursion, so 3,000 levels may end its own stack before a byte is sent.
  const nested = JSON.parse(text.replace(deep(3000), deep(100))) as never
  await expect(window.packages.create(nested)).rejects.toMatchObject({ code: 'NESTED_TOO_DEEP' })
})

it('JSON a million levels deep is not parsed, and whoever sends it over a WebSocket is cut off in words', async () => {
  const station = await startTestStation()
  expect(await station.rest('POST', '/products', deepList(1_000_000))).toMatchObject({
    status: 400,
    body: { code: 'NESTED_TOO_DEEP' },
  })
  for (const message of [deepList(1_000_000), Buffer.from(deepList(1_000_000))]) {
    const socket = new WebSocket(
      `${station.ready.api.replace('http', 'ws').replace('/api/v1', '')}/rpc?token=test-token`,
    )
    await once(socket, 'open')
    socket.send(message)
    const [code, reason] = (await once(socket, 'close')) as [number, Buffer]
    expect([code, String(reason)]).toEqual([1007, expect.stringContaining('nested deeper')])
  }
  expect((await station.rest('GET', '/health')).status).toBe(200)
})

it('junk as a body, as a whole or in any of its fields, is refused in words', async () => {
  const station = await startTestStation()
  const answers: Answer[] = []
  const values = [
    'null',
    '[]',
    '{}',
    '"\\u0000"',
    '1e999',
    '-0',
    '"\\ud800"',
    'true',
    deep(60),
    deepList(60),
    deep(5000),
  ]
  for (const room of Object.values(contract)) {
    for (const procedure of Object.values<unknown>(room as Record<string, unknown>)) {
      if (!isContractProcedure(procedure)) continue
      const { route, inputSchema } = procedure['~orpc']
      if (route.path === undefined || route.method === 'GET' || route.method === 'DELETE') continue
      const path = route.path.replaceAll(/\{\w+\}/g, '1')
      const method = route.method ?? 'POST'
      for (const body of ['null', '[]', '"x"', '{"a":', '\u0000', deepList(100_000)])
        answers.push(await call(station, method, path, { body }))
      const fields = inputSchema instanceof z.ZodObject ? Object.keys(inputSchema.shape) : []
      for (const field of fields)
        for (const value of values) answers.push(await call(station, method, path, { body: `{"${field}":${value}}` }))
    }
  }
  expect(answers.length).toBeGreaterThan(500)
  expect(broken(answers)).toEqual([])
})
