import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { parse } from 'csv-parse/sync'
import { expect, it, onTestFinished } from 'vitest'
import { startTestStation, type TestStation } from '../helpers/station.ts'

const JOBS = 20_000

/** A station on whose data a campaign of 20,000 devices has run: every tenth failed, one of them with hostile words. */
const stationWithHistory = async (): Promise<TestStation & { campaignId: number }> => {
  const directory = mkdtempSync(join(tmpdir(), 'report-'))
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }))
  const first = await startTestStation({ directory })
  const product = await first.client.products.create({ name: '水表', protocol: 'sagoo' })
  const pack = await first.addPackage({ productId: product.id, name: 'v2', version: '2.0.0' })
  const device = await first.client.devices.create({ productId: product.id, name: 'first' })
  const campaign = await first.client.campaigns.create({
    packageId: pack.id,
    name: 'Halle A <b>&',
    deviceIds: [device.id],
    scope: 'devices',
  })
  await first.client.campaigns.cancel({ id: campaign.id })
  await first.stop()
  const sql = new Database(join(directory, 'ota-bench.sqlite'))
  sql.transaction(() => {
    const addDevice = sql.prepare(
      "INSERT INTO devices (product_id, name, secret, access_token, created_at) VALUES (?, ?, '', ?, 0)",
    )
    const addJob = sql.prepare(`
      INSERT INTO jobs (campaign_id, device_id, module, from_version, to_version, state, progress, error_code, description, finished_at, updated_at)
      VALUES (?, ?, 'default', '1.0.0', '2.0.0', ?, 100, ?, ?, ?, 0)`)
    for (let index = 1; index < JOBS; index++) {
      const name = `dev-${String(index).padStart(5, '0')}`
      const { lastInsertRowid } = addDevice.run(product.id, name, name)
      const failed = index % 10 === 0
      const words = index === 10 ? '=cmd|"<script>alert(1)</script>' : null
      addJob.run(
        campaign.id,
        lastInsertRowid,
        failed ? 'failed' : 'succeeded',
        failed ? 'BURNING_FAILED' : null,
        words,
        index * 1000,
      )
    }
    sql.prepare('UPDATE campaigns SET succeeded = ?, failed = ? WHERE id = ?').run(17_999, 2000, campaign.id)
  })()
  sql.close()
  return Object.assign(await startTestStation({ directory }), { campaignId: campaign.id })
}

const fetchReport = (station: TestStation & { campaignId: number }, query: string, headers = {}): Promise<Response> =>
  fetch(`${station.ready.api}/campaigns/${station.campaignId}/report${query}`, {
    headers: { Authorization: `Bearer ${station.ready.token}`, ...headers },
  })

it('a report of 20,000 devices streams in every format, and the station answers others meanwhile', async () => {
  const station = await stationWithHistory()

  const csv = await fetchReport(station, '?format=csv&lang=zh')
  expect(csv.headers.get('content-type')).toContain('text/csv')
  expect(csv.headers.get('content-disposition')).toContain(`campaign-${station.campaignId}-Halle-A-b.csv`)
  const pieces: Uint8Array[] = []
  let answers = 0
  for await (const piece of csv.body ?? []) {
    pieces.push(piece)
    if (pieces.length % 5 === 0) answers += (await station.rest('GET', '/health')).status === 200 ? 1 : 0
  }
  expect(answers).toBeGreaterThan(0)
  const text = Buffer.concat(pieces).toString('utf8')
  expect(text.startsWith('\uFEFFdevice,module,')).toBe(true)
  const rows: Record<string, string>[] = parse(text, { bom: true, columns: true })
  expect(rows).toHaveLength(JOBS)
  expect(rows[10]).toMatchObject({
    device: 'dev-00010',
    fromVersion: '1.0.0',
    toVersion: '2.0.0',
    state: 'failed',
    errorCode: 'BURNING_FAILED',
    description: `'=cmd|"<script>alert(1)</script>`,
    finishedAt: '1970-01-01T00:00:10.000Z',
  })
  expect(rows[10]?.reason).toContain('烧写失败')

  const json = (await (await fetchReport(station, '?format=json')).json()) as {
    campaign: { id: number; counts: { failed: number } }
    reasons: unknown
    jobs: { deviceName: string; state: string }[]
  }
  expect(json.campaign).toMatchObject({ id: station.campaignId, counts: { failed: 2000 } })
  expect(json.reasons).toEqual([{ errorCode: 'BURNING_FAILED', jobs: 1999 }])
  expect(json.jobs).toHaveLength(JOBS)
  expect(new Set(json.jobs.map((job) => job.deviceName)).size).toBe(JOBS)
})

it('the page to print speaks the language that was asked for, and nothing in it runs', async () => {
  const station = await stationWithHistory()
  const english = await fetchReport(station, '?format=html')
  expect(english.headers.get('content-disposition')).toMatch(/^inline/)
  const page = await english.text()
  expect(page).toContain('Upgrade report')
  expect(page).toContain('Halle A &lt;b&gt;&amp;')
  expect(page).not.toContain('<script')
  expect(page.match(/<tr>/g)?.length).toBeGreaterThan(JOBS)
  expect(page).toContain('@page{size:A4')
  expect(page.trimEnd().endsWith('</html>')).toBe(true)
  expect(await (await fetchReport(station, '?format=html', { 'Accept-Language': 'zh-CN' })).text()).toContain(
    '升级报告',
  )
  expect(await (await fetchReport(station, '?format=html&lang=zh')).text()).toContain('失败原因')

  let whole = ''
  for await (const { text, fileName } of await station.client.campaigns.report({
    id: station.campaignId,
    format: 'html',
    language: 'zh',
  })) {
    whole += text
    expect(fileName).toMatch(/\.html$/)
  }
  expect(whole).toContain('升级报告')
  expect(whole.trimEnd().endsWith('</html>')).toBe(true)
})

it('a report of no campaign, in no such format or language is refused', async () => {
  const station = await startTestStation()
  expect((await station.rest('GET', '/campaigns/9/report')).status).toBe(404)
  expect((await station.rest('GET', '/campaigns/9/report?format=pdf')).body).toMatchObject({ code: 'BAD_REQUEST' })
  expect((await station.rest('GET', '/campaigns/x/report')).status).toBe(400)
})
