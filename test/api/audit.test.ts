import { expect, it } from 'vitest'
import { auditedCalls } from '#shared/audited-calls.ts'
import type { AuditEntry } from '#shared/schema.ts'
import { startTestStation, type TestStation } from '../helpers/station.ts'
import { until } from '../helpers/until.ts'

const entries = async (station: TestStation): Promise<AuditEntry[]> =>
  (await station.client.audit.list({ limit: 1000 })).items

it('every call that changes something leaves one entry, and no secret in it', async () => {
  const station = await startTestStation()
  const { client } = station
  const left = new Set<string>()
  const SECRET = 'S3cr3t-nobody-may-read'
  /** Carries a call out and takes its one entry. */
  const leaves = async <T>(action: string, call: () => Promise<T>): Promise<T> => {
    const before = (await entries(station)).length
    const result = await call()
    const [entry, ...older] = await entries(station)
    expect(older).toHaveLength(before)
    expect(entry?.action).toBe(action)
    left.add(action)
    return result
  }

  const product = await leaves('products.create', () =>
    client.products.create({ name: '水表', protocol: 'sagoo', secret: SECRET }),
  )
  await leaves('products.update', () => client.products.update({ id: product.id, secret: `${SECRET}2` }))
  await leaves('products.createModule', () => client.products.createModule({ id: product.id, name: 'radio' }))
  await leaves('products.updateModule', () =>
    client.products.updateModule({ id: product.id, name: 'radio', deviceClass: 'mcu' }),
  )
  const device = await leaves('devices.create', () =>
    client.devices.create({ productId: product.id, name: 'M-1', secret: SECRET, accessToken: `token-${SECRET}` }),
  )
  await leaves('devices.update', () => client.devices.update({ id: device.id, tags: ['hall A'] }))
  await leaves('devices.changeTags', () => client.devices.changeTags({ deviceIds: [device.id], add: ['line 2'] }))
  await leaves('devices.import', () => client.devices.import({ productId: product.id, csv: `M-2,${SECRET}\nM-3` }))
  await leaves('station.updateSettings', () => client.station.updateSettings({ downloadUrlSeconds: 3600 }))

  const form = new FormData()
  form.set('file', new Blob([Buffer.alloc(2000, 1)]), 'a.bin')
  for (const [name, value] of Object.entries({ productId: product.id, name: 'v2', version: '2.0.0', verify: true }))
    form.set(name, String(value))
  form.set('customInfo', JSON.stringify({ key: SECRET }))
  const made = await leaves('packages.create', () => station.rest('POST', '/packages', form))
  const packageId = Number(made.body.id)
  await leaves('packages.skipVerification', () =>
    client.packages.skipVerification({ id: packageId, reason: 'tested on the bench' }),
  )
  await station.addPackage({ productId: product.id, name: 'v1', version: '1.0.0', bytes: Buffer.alloc(400_000, 3) })
  const diff = await leaves('diffs.create', () => client.diffs.create({ id: packageId, fromVersion: '1.0.0' }))
  await leaves('diffs.cancel', () => client.diffs.cancel({ id: diff.id }))
  await leaves('diffs.retry', () => client.diffs.retry({ id: diff.id }))
  await leaves('diffs.remove', () => client.diffs.remove({ id: diff.id }))
  const sent = await fetch(`${station.ready.api}/uploads?purpose=base`, {
    method: 'POST',
    headers: { Authorization: `Bearer ${station.ready.token}`, 'X-File-Name': 'factory.img' },
    body: new Uint8Array(2000),
  })
  const { id: baseUpload } = (await sent.json()) as { id: string }
  const byImage = await client.diffs.create({ id: packageId, fromVersion: '0.8.0', baseUpload, format: 'bsdiff' })
  await until(
    () => client.diffs.get({ id: byImage.id }),
    ({ status }) => status === 'ready',
  )
  const [image] = (await client.bases.list({ id: product.id })).items
  await leaves('bases.remove', () => client.bases.remove({ id: image?.id ?? 0 }))
  const patch = new FormData()
  patch.set('file', new Blob([Buffer.from('by another program')]), 'a.vcdiff')
  patch.set('fromVersion', '0.9.0')
  await leaves('diffs.upload', () => station.rest('POST', `/packages/${packageId}/diffs/upload`, patch))
  const campaign = await leaves('campaigns.create', () => client.campaigns.create({ packageId, name: 'all' }))
  await leaves('campaigns.pause', () => client.campaigns.pause({ id: campaign.id }))
  await leaves('campaigns.resume', () => client.campaigns.resume({ id: campaign.id }))
  const jobs = await until(
    async () => (await client.campaigns.jobs({ id: campaign.id })).items,
    (items) => items.length > 0,
  )
  await leaves('jobs.cancel', () => client.jobs.cancel({ id: jobs[0]?.id ?? 0 }))
  await leaves('campaigns.retryFailed', () => client.campaigns.retryFailed({ id: campaign.id }))
  await leaves('campaigns.cancel', () => client.campaigns.cancel({ id: campaign.id }))
  const again = await leaves('campaigns.clone', () => client.campaigns.clone({ id: campaign.id, name: 'again' }))
  await leaves('campaigns.cancel', () => client.campaigns.cancel({ id: again.id }))
  const startAt = new Date(Date.now() + 3_600_000).toISOString()
  const later = await client.campaigns.create({ packageId, name: 'later', startAt })
  await leaves('campaigns.start', () => client.campaigns.start({ id: later.id }))
  await client.campaigns.cancel({ id: later.id })
  const url = 'http://127.0.0.1:1/'
  const sink = await leaves('sinks.create', () =>
    client.sinks.create({ kind: 'webhook', name: 'MES', url, secret: SECRET }),
  )
  await leaves('sinks.update', () => client.sinks.update({ id: sink.id, enabled: false }))
  await leaves('sinks.remove', () => client.sinks.remove({ id: sink.id, force: true }))
  await leaves('simulator.start', () => client.simulator.start({ productId: product.id, count: 1 }))
  await leaves('simulator.stop', () => client.simulator.stop())
  await leaves('devices.remove', () => client.devices.remove({ id: device.id }))
  await leaves('packages.remove', () => client.packages.remove({ id: packageId, force: true }))
  await leaves('products.removeSelfRegistered', () => client.products.removeSelfRegistered({ id: product.id }))
  await leaves('products.remove', () => client.products.remove({ id: product.id, force: true }))

  const kept = JSON.stringify(await entries(station))
  expect(kept).not.toContain(SECRET)
  expect(kept).not.toContain(product.secret)
  expect(kept).toContain('tested on the bench')
  // What needs a failed job, a halted campaign, a knock, a desktop window, a bench, an archive, files set aside or TLS is tried where those are.
  const elsewhere = [
    ...[...auditedCalls].filter((action) => action.startsWith('bench.') || action.startsWith('operator.')),
    'jobs.retry',
    'campaigns.proceed',
    'knocks.accept',
    'knocks.dismiss',
    'uploads.fromPath',
    'uploads.discard',
    'backups.confirm',
    'backups.discard',
    'setAside.remove',
    'station.replaceCa',
    'metrics.renewToken',
    'metrics.revokeToken',
  ]
  expect([...left, ...elsewhere].sort()).toEqual([...auditedCalls].sort())
})

it('an entry says who, by what, and to what, though the thing is deleted since', async () => {
  const station = await startTestStation()
  const name = encodeURIComponent('王师傅')
  const made = await station.rest('POST', '/products', { name: 'Meter', protocol: 'sagoo' }, { 'X-Operator': name })
  await station.client.products.remove({ id: Number(made.body.id) })
  const [removed, created] = await entries(station)
  expect(created).toMatchObject({
    operator: '王师傅',
    source: 'api',
    action: 'products.create',
    subject: `Meter #${made.body.id}`,
  })
  expect(removed).toMatchObject({
    operator: null,
    source: 'screen',
    action: 'products.remove',
    subject: `Meter #${made.body.id}`,
  })
})

it('what was refused or only read leaves nothing', async () => {
  const station = await startTestStation()
  const { rest } = station
  expect((await rest('POST', '/products', { name: '', protocol: 'sagoo' })).status).toBe(400)
  expect((await rest('DELETE', '/products/99')).status).toBe(404)
  await rest('GET', '/products')
  await rest('GET', '/audit')
  expect(await entries(station)).toEqual([])
})

it('the log is read page by page, and by action', async () => {
  const station = await startTestStation()
  for (const name of ['a', 'b', 'c']) await station.client.products.create({ name, protocol: 'sagoo' })
  await station.client.station.updateSettings({ downloadUrlSeconds: 60 })
  const first = await station.client.audit.list({ limit: 2 })
  expect(first.items.map((entry) => entry.action)).toEqual(['station.updateSettings', 'products.create'])
  const second = await station.client.audit.list({ limit: 2, cursor: first.nextCursor ?? '' })
  expect(second.items.map((entry) => entry.detail?.name)).toEqual(['b', 'a'])
  expect(second.nextCursor).toBeNull()
  const made = await station.rest('GET', '/audit?action=products.create')
  expect(made.body.items).toHaveLength(3)
})
