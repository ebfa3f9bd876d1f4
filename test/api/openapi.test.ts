import { existsSync } from 'node:fs'
import { chromium } from 'playwright-core'
import { describe, expect, it } from 'vitest'
import { rawRequest } from '../helpers/http.ts'
import { openApiOf, operationsOf } from '../helpers/openapi.ts'
import { startTestStation } from '../helpers/station.ts'
import { until } from '../helpers/until.ts'
import { limits } from '../limits.mjs'

const CHROMIUM = '/usr/bin/chromium'

describe('the OpenAPI document', () => {
  it('is 3.1, names every call once, and resolves every reference', async () => {
    const station = await startTestStation()
    const document = await openApiOf(station)
    expect(document.openapi).toMatch(/^3\.1\./)
    expect(document.info).toMatchObject({ title: expect.any(String), version: expect.any(String) })
    const text = JSON.stringify(document)
    for (const [, pointer = ''] of text.matchAll(/"\$ref":"#\/([^"]+)"/g)) {
      const found = pointer
        .split('/')
        .reduce<unknown>((at, step) => (at as Record<string, unknown> | undefined)?.[step], document)
      expect(found, pointer).toBeDefined()
    }
    const operations = operationsOf(document)
    const ids = operations.map(({ operation }) => operation.operationId)
    expect(new Set(ids).size).toBe(ids.length)
    for (const { path, operation } of operations) {
      const places = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name)
      const given = (operation.parameters ?? []).filter((parameter) => parameter.in === 'path')
      expect(given.map(({ name }) => name).sort(), path).toEqual(places.sort())
      for (const { required } of given) expect(required, path).toBe(true)
      expect(Object.keys(operation.responses), path).toContain('200')
      expect(Object.keys(operation.responses), path).toContain('default')
    }
  })

  it('has every call of operator-api that this station serves', async () => {
    const station = await startTestStation()
    const calls = operationsOf(await openApiOf(station)).map(({ method, path }) => `${method} ${path}`)
    expect(calls).toEqual(
      expect.arrayContaining([
        ...['POST /products', 'GET /products', 'GET /products/{id}', 'PATCH /products/{id}', 'DELETE /products/{id}'],
        ...['POST /products/{id}/modules', 'GET /products/{id}/modules', 'GET /products/{id}/version-distribution'],
        ...['POST /devices', 'POST /devices/import', 'GET /devices', 'GET /devices/{id}', 'DELETE /devices/{id}'],
        ...['POST /packages', 'GET /packages', 'GET /packages/{id}', 'DELETE /packages/{id}'],
        ...['POST /packages/{id}/skip-verification', 'GET /packages/{id}/files/{name}'],
        ...['POST /campaigns', 'GET /campaigns', 'GET /campaigns/{id}', 'GET /campaigns/{id}/jobs'],
        ...['POST /campaigns/{id}/pause', 'POST /campaigns/{id}/resume', 'POST /campaigns/{id}/cancel'],
        ...['GET /jobs/{id}', 'POST /jobs/{id}/retry', 'POST /jobs/{id}/cancel', 'GET /events', 'GET /health'],
      ]),
    )
  })

  it('promises nothing that is not served, and no method beside it is', async () => {
    const station = await startTestStation()
    const document = await openApiOf(station)
    const authorization = { Authorization: `Bearer ${station.ready.token}` }
    for (const [path, operations] of Object.entries(document.paths)) {
      const real = `/api/v1${path.replaceAll('{id}', '999').replaceAll('{name}', 'none.bin')}`
      for (const method of ['GET', 'POST', 'PUT', 'PATCH', 'DELETE']) {
        if (path === '/events' && method === 'GET') continue
        const served = method.toLowerCase() in operations
        const answer = await rawRequest(station.ready.api, method, real, authorization)
        const code = answer.text.startsWith('{') ? (JSON.parse(answer.text) as { code?: string }).code : undefined
        expect(code === 'METHOD_NOT_ALLOWED', `${method} ${path}`).toBe(!served)
        expect(code, `${method} ${path}`).not.toBe('UNKNOWN_ADDRESS')
        expect(answer.status, `${method} ${path}`).toBeLessThan(500)
        if (!served)
          expect(answer.headers.allow?.toLowerCase().split(', ')).toEqual(
            expect.arrayContaining(Object.keys(operations)),
          )
      }
    }
  })

  it('tells the flags of a DELETE as what they are: part of the address', async () => {
    const document = await openApiOf(await startTestStation())
    expect(document.paths['/products/{id}']?.delete).toMatchObject({
      parameters: expect.arrayContaining([expect.objectContaining({ name: 'force', in: 'query' })]),
    })
    expect(document.paths['/products/{id}']?.delete).not.toHaveProperty('requestBody')
    expect(document.paths['/health']?.get?.security).toEqual([])
  })
})

describe.skipIf(!existsSync(CHROMIUM))('the documentation page', () => {
  it('shows every call in a browser, from this station alone', async () => {
    const { ready } = await startTestStation()
    const browser = await chromium.launch({
      executablePath: CHROMIUM,
      timeout: limits.wait,
      args: ['--no-sandbox', '--disable-gpu'],
    })
    try {
      const page = await browser.newPage()
      page.setDefaultTimeout(limits.wait)
      const asked: string[] = []
      const faults: string[] = []
      page.on('request', (request) => asked.push(request.url()))
      page.on('pageerror', (error) => faults.push(String(error)))
      page.on('console', (message) => {
        if (message.type() === 'error') faults.push(message.text())
      })
      await page.goto(`${ready.api}/docs?token=${ready.token}`)
      await page.getByText('/station/ca').first().waitFor()
      // Of this many calls the page shows those near the window, so a reader scrolls.
      const seen = new Set<string>()
      await until(
        async () => {
          for (const path of await page.locator('.opblock-summary-path').allInnerTexts())
            seen.add(path.replaceAll('\u200b', ''))
          await page.mouse.wheel(0, 400)
          return seen
        },
        (paths) => paths.has('/campaigns/preview') && paths.has('/packages/{id}/files/{name}'),
      )
      const origin = new URL(ready.api).origin
      expect(asked.filter((url) => !url.startsWith(origin) && !url.startsWith('data:'))).toEqual([])
      expect(faults).toEqual([])
    } finally {
      await browser.close()
    }
  })
})
