import { expect, it } from 'vitest'
import { CampaignTarget } from '#shared/schema.ts'
import { texts } from '#shared/texts/index.ts'
import { detoolsEspressif } from '../../electron/platform/delta-engine/detools/detools.ts'
import { gatedEngine, imageOf, openBench } from './fixture.ts'

it('a device gets the patch from the version that it reports, another the full image where the campaign is automatic', async () => {
  const bench = await openBench()
  await bench.product(3)
  await bench.addPackage('1.0', imageOf(1))
  await bench.addPackage('1.1', imageOf(2))
  const pack = await bench.addPackage('2.0', imageOf(5))
  const { id } = await bench.makeDiff(pack.id, { fromVersion: '1.0' })
  const diff = await bench.ended(id)
  expect(diff).toMatchObject({ status: 'ready', checked: true, fullSize: 40_000, source: 'generated', progress: 100 })
  expect(diff.ratio).toBeLessThan(0.1)

  await bench.arrive('d1', '1.0')
  await bench.arrive('d2', '1.1')
  await bench.arrive('d3', undefined)
  const campaign = await bench.campaign(pack.id, { mode: 'auto' })
  expect(bench.notices()).toMatchObject([
    { size: diff.size, isDiff: 1, md5: diff.md5, version: '2.0' },
    { size: 40_000, md5: pack.files[0]?.md5, version: '2.0' },
    { size: 40_000 },
  ])
  expect(bench.notices()[1]).not.toHaveProperty('isDiff')
  expect(bench.jobs(campaign.id)).toMatchObject([
    { artifact: 'diff', diffId: id, artifactSize: diff.size, artifactNote: null },
    { artifact: 'full', diffId: null, artifactSize: 40_000, artifactNote: 'NO_DIFF' },
    { artifact: 'full', artifactNote: 'VERSION_UNKNOWN' },
  ])
})

it('devices wait for a patch that is being made, and are told when it is ready', async () => {
  const engine = gatedEngine()
  const bench = await openBench({ engine })
  await bench.product(2)
  await bench.addPackage('1.0', imageOf(1))
  const pack = await bench.addPackage('2.0', imageOf(5))
  const { id } = await bench.makeDiff(pack.id, { fromVersion: '1.0' })
  await bench.arrive('d1', '1.0')
  const campaign = await bench.campaign(pack.id, { mode: 'diff' })
  expect(bench.notices()).toEqual([])
  expect(bench.jobs(campaign.id)).toMatchObject([
    { state: 'pending', artifact: 'diff', artifactSize: null, diffId: id, artifactNote: 'DIFF_WAITED_FOR' },
    { state: 'skipped', errorCode: 'NO_DIFF', artifact: null, artifactSize: null, diffId: null },
  ])
  expect(bench.platform.campaigns.get(campaign.id)).toMatchObject({ status: 'running', waitsFor: 'diff' })
  engine.open()
  const diff = await bench.ended(id)
  await bench.settle()
  expect(bench.notices()).toMatchObject([{ isDiff: 1, size: diff.size }])
  expect(bench.jobs(campaign.id)[0]).toMatchObject({ state: 'notified', artifactNote: null })
})

it('a dynamic campaign of patches tells devices that it had skipped as soon as their patch is there', async () => {
  const bench = await openBench()
  await bench.product(4)
  await bench.addPackage('1.0', imageOf(1))
  await bench.addPackage('1.1', imageOf(2))
  const pack = await bench.addPackage('2.0', imageOf(5))
  await bench.ended((await bench.makeDiff(pack.id, { fromVersion: '1.0' })).id)
  await bench.arrive('d1', '1.0')
  await bench.arrive('d2', '1.1')
  const campaign = await bench.campaign(pack.id, { mode: 'diff', strategy: 'dynamic' })
  await bench.arrive('d3', '1.1')
  await bench.arrive('d4', '1.2')
  const of = (name: string) =>
    bench
      .jobs(campaign.id)
      .filter(({ deviceName }) => deviceName === name)
      .map(({ state }) => state)
  expect(['d1', 'd2', 'd3', 'd4'].map(of)).toEqual([['notified'], ['skipped'], ['skipped'], ['skipped']])

  await bench.ended((await bench.makeDiff(pack.id, { fromVersion: '1.1' })).id)
  await bench.settle()
  expect(['d1', 'd2', 'd3', 'd4'].map(of)).toEqual([
    ['notified'],
    ['skipped', 'notified'],
    ['skipped', 'notified'],
    ['skipped'],
  ])
  expect(bench.notices()).toHaveLength(3)
  expect(bench.platform.campaigns.get(campaign.id).counts).toMatchObject({ notified: 3, skipped: 3 })
})

it('a patch that cannot be made fails the jobs that wait for it, in words, and automatic ones get the full image', async () => {
  const engine = gatedEngine()
  const bench = await openBench({ engine })
  await bench.product(2)
  await bench.addPackage('1.0', imageOf(1))
  await bench.addPackage('1.1', imageOf(2))
  const pack = await bench.addPackage('2.0', imageOf(5))
  const { id, others } = await bench.makeDiff(pack.id, { fromVersions: ['1.0', '1.1'] })
  await bench.arrive('d1', '1.0')
  await bench.arrive('d2', '1.1')
  const strict = await bench.campaign(pack.id, { mode: 'diff', fromVersions: ['1.0'] })
  const auto = await bench.campaign(pack.id, { mode: 'auto', fromVersions: ['1.1'] })
  expect(bench.notices()).toEqual([])
  await bench.platform.diffs.cancel(id)
  await bench.platform.diffs.cancel(others[0]?.id ?? 0)
  await bench.settle()
  await bench.settle()
  expect(bench.platform.diffs.get(id)).toMatchObject({ status: 'failed', error: 'DIFF_CANCELLED' })
  expect(bench.jobs(strict.id)).toMatchObject([{ state: 'failed', errorCode: 'DIFF_NOT_MADE', description: '1.0' }])
  expect(bench.jobs(auto.id)).toMatchObject([{ state: 'notified', artifact: 'full', artifactNote: 'DIFF_FAILED' }])

  engine.open()
  await bench.platform.diffs.retry(id)
  await bench.platform.campaigns.retryFailed(strict.id)
  const diff = await bench.ended(id)
  expect(diff.status).toBe('ready')
  await bench.settle()
  expect(bench.jobs(strict.id)).toMatchObject([{ state: 'notified', artifact: 'diff', diffId: id, attempt: 2 }])
})

it('the version that counts is the one reported when the device is told, not when the campaign was made', async () => {
  const bench = await openBench()
  await bench.product(1)
  await bench.addPackage('1.0', imageOf(1))
  await bench.addPackage('1.1', imageOf(2))
  const pack = await bench.addPackage('2.0', imageOf(5))
  const made = await bench.makeDiff(pack.id, { fromVersions: ['1.0', '1.1'] })
  await bench.ended(made.id)
  const newer = await bench.ended(made.others[0]?.id ?? 0)
  const device = await bench.arrive('d1', '1.0')
  bench.broker.leave(device)
  const campaign = await bench.campaign(pack.id, { mode: 'diff' })
  expect(bench.jobs(campaign.id)).toMatchObject([{ state: 'pending', diffId: made.id }])
  await bench.arrive('d1', '1.1')
  expect(bench.notices()).toMatchObject([{ isDiff: 1, size: newer.size, extData: { _diff_from: '1.1' } }])
  expect(bench.jobs(campaign.id)).toMatchObject([{ state: 'notified', diffId: newer.id, fromVersion: '1.1' }])
})

it('a device that reports another version after it was told is told of the patch from that', async () => {
  const bench = await openBench()
  await bench.product(1)
  await bench.addPackage('1.0', imageOf(1))
  await bench.addPackage('1.1', imageOf(2))
  const pack = await bench.addPackage('2.0', imageOf(5))
  const made = await bench.makeDiff(pack.id, { fromVersions: ['1.0', '1.1'] })
  await bench.ended(made.id)
  await bench.ended(made.others[0]?.id ?? 0)
  const device = await bench.arrive('d1', '1.0')
  const campaign = await bench.campaign(pack.id, { mode: 'diff' })
  await bench.report(device, 'd1', '1.1')
  await bench.settle()
  expect(bench.notices()).toMatchObject([{ extData: { _diff_from: '1.0' } }, { extData: { _diff_from: '1.1' } }])
  await bench.report(device, 'd1', '1.2')
  expect(bench.jobs(campaign.id)).toMatchObject([{ state: 'failed', errorCode: 'NO_DIFF', description: '1.2' }])
})

it('a patch is not offered where its base is another file than the version has here', async () => {
  const bench = await openBench()
  await bench.product(1)
  const old = await bench.addPackage('1.0', imageOf(1))
  const pack = await bench.addPackage('2.0', imageOf(5))
  await bench.ended((await bench.makeDiff(pack.id, { basePackageId: old.id })).id)
  await bench.platform.packages.remove(old.id, false)
  await bench.addPackage('1.0', imageOf(9))
  await bench.arrive('d1', '1.0')
  const campaign = await bench.campaign(pack.id, { mode: 'auto' })
  expect(bench.notices()).toMatchObject([{ size: 40_000 }])
  expect(bench.jobs(campaign.id)).toMatchObject([{ artifact: 'full', artifactNote: 'BASE_CHANGED' }])
})

it('a device that could not verify or burn what came of a patch gets the full image at its next attempt', async () => {
  const bench = await openBench()
  await bench.product(1)
  await bench.addPackage('1.0', imageOf(1))
  const pack = await bench.addPackage('2.0', imageOf(5))
  await bench.ended((await bench.makeDiff(pack.id, { fromVersion: '1.0' })).id)
  const device = await bench.arrive('d1', '1.0')
  const campaign = await bench.campaign(pack.id, { mode: 'auto', retry: { times: 1, intervalMinutes: 0 } })
  await bench.progress(device, 'd1', '-3')
  bench.clock.advance(1000)
  await bench.settle()
  await bench.settle()
  expect(bench.notices()).toMatchObject([{ isDiff: 1 }, { size: 40_000 }])
  expect(bench.notices()[1]).not.toHaveProperty('isDiff')
  expect(bench.jobs(campaign.id)).toMatchObject([{ attempt: 2, artifact: 'full', artifactNote: 'AFTER_FAILED_DIFF' }])
})

it('a download that broke off is no fault of the patch: the next attempt takes it again', async () => {
  const bench = await openBench()
  await bench.product(1)
  await bench.addPackage('1.0', imageOf(1))
  const pack = await bench.addPackage('2.0', imageOf(5))
  await bench.ended((await bench.makeDiff(pack.id, { fromVersion: '1.0' })).id)
  const device = await bench.arrive('d1', '1.0')
  await bench.campaign(pack.id, { mode: 'auto', retry: { times: 1, intervalMinutes: 0 } })
  await bench.progress(device, 'd1', '-2')
  bench.clock.advance(1000)
  await bench.settle()
  await bench.settle()
  expect(bench.notices()).toMatchObject([{ isDiff: 1 }, { isDiff: 1 }])
})

it('a package of several files goes out in full, and patches alone are refused for it', async () => {
  const bench = await openBench()
  await bench.product(1)
  await bench.addPackage('1.0', imageOf(1))
  const uploads = [await bench.addFile(imageOf(1), 'a.bin'), await bench.addFile(imageOf(2), 'b.bin')]
  const pack = await bench.addPackage('2.0', imageOf(5), { uploads })
  await bench.arrive('d1', '1.0')
  await expect(bench.makeDiff(pack.id, { fromVersion: '1.0' })).rejects.toMatchObject({ code: 'DIFF_SEVERAL_FILES' })
  await expect(bench.campaign(pack.id, { mode: 'diff' })).rejects.toMatchObject({ code: 'DIFF_SEVERAL_FILES' })
  const campaign = await bench.campaign(pack.id, { mode: 'auto' })
  expect(bench.jobs(campaign.id)).toMatchObject([{ artifact: 'full', artifactNote: 'SEVERAL_FILES' }])
})

it('patches that hardly spare anything are not sent by an automatic campaign, but by one of patches', async () => {
  const bench = await openBench()
  await bench.product(1)
  await bench.addPackage('1.0', Buffer.alloc(40_000, 1))
  const pack = await bench.addPackage('2.0', imageOf(5))
  const diff = await bench.ended((await bench.makeDiff(pack.id, { fromVersion: '1.0' })).id)
  expect(diff.advice?.kind).not.toBe('ok')
  await bench.arrive('d1', '1.0')
  const { artifacts } = await bench.platform.campaigns.preview(
    CampaignTarget.parse({ packageId: pack.id, mode: 'auto' }),
  )
  expect(artifacts).toEqual([
    { fromVersion: '1.0', devices: 1, artifact: 'full', diffId: null, size: 40_000, note: 'DIFF_NOT_WORTH_IT' },
  ])
  await bench.campaign(pack.id, { mode: 'diff' })
  expect(bench.notices()).toMatchObject([{ isDiff: 1 }])
})

it('what patches spared is added up when the target is proven, in all and for each device', async () => {
  const bench = await openBench()
  await bench.product(2)
  await bench.addPackage('1.0', imageOf(1))
  const pack = await bench.addPackage('2.0', imageOf(5))
  const diff = await bench.ended((await bench.makeDiff(pack.id, { fromVersion: '1.0' })).id)
  const device = await bench.arrive('d1', '1.0')
  const campaign = await bench.campaign(pack.id, { mode: 'diff' })
  expect(bench.platform.campaigns.get(campaign.id).bytesSaved).toBe(0)
  await bench.progress(device, 'd1', 100)
  await bench.report(device, 'd1', '2.0')
  const saved = 40_000 - (diff.size ?? 0)
  expect(bench.platform.campaigns.get(campaign.id)).toMatchObject({ status: 'finished', bytesSaved: saved })
  expect(bench.jobs(campaign.id)).toMatchObject([{ bytesSaved: saved }, { state: 'skipped', bytesSaved: 0 }])
  let csv = ''
  for await (const piece of bench.platform.reportOf(campaign.id, 'csv', texts.en).pieces) csv += piece
  const [head, ...rows] = csv.trim().split('\r\n')
  expect(head).toMatch(/,artifact,artifactSize,artifactNote,bytesSaved$/)
  expect(rows.map((row) => row.split(',').slice(-4))).toEqual([
    ['diff', String(diff.size), '', String(saved)],
    ['', '', '', '0'],
  ])
  const { days } = bench.platform.statistics({ id: 1, module: 'default', days: 2 })
  expect(days.at(-1)).toMatchObject({ succeeded: 1, bytesSaved: saved })
})

it('a device that asks over HTTP has no task until its patch is made, and then one with the version it is for', async () => {
  const engine = gatedEngine()
  const bench = await openBench({ engine })
  await bench.product(1, 'onenet')
  await bench.addPackage('4.0', imageOf(1))
  const pack = await bench.addPackage('5.0', imageOf(5))
  const desk = bench.platform.deviceHttp('onenet')
  const product = desk.product('pk')
  const device = product && desk.device(product, 'd1')
  if (!device) throw new Error('no device')
  await desk.report(device, [{ module: 'default', version: '4.0' }])
  const { id } = await bench.makeDiff(pack.id, { fromVersion: '4.0' })
  await bench.campaign(pack.id, { mode: 'auto' })
  expect(desk.tasks(device)).toEqual([])
  engine.open()
  const diff = await bench.ended(id)
  const [task] = desk.tasks(device)
  expect(task).toMatchObject({ base: '4.0', size: diff.size, md5: diff.md5, version: '5.0' })
  if (task) expect(await desk.file(task)).toMatchObject({ name: 'app-from-4.0.bsdiff', size: diff.size })
})

it('an automatic campaign never sends a patch in a format that the device class cannot restore', async () => {
  const bench = await openBench()
  await bench.product(2)
  await bench.platform.products.updateModule(1, 'default', { deviceClass: 'espressif' })
  await bench.addPackage('1.0', imageOf(1))
  const pack = await bench.addPackage('2.0', imageOf(5))
  const unfit = await bench.makeDiff(pack.id, { fromVersion: '1.0', format: 'hpatch-lite' })
  await bench.ended(unfit.id)
  await bench.arrive('d1', '1.0')
  const automatic = await bench.campaign(pack.id, { mode: 'auto', scope: 'devices', deviceIds: [1] })
  expect(bench.jobs(automatic.id)).toMatchObject([
    { artifact: 'full', diffId: null, artifactNote: 'DIFF_NOT_RESTORABLE' },
  ])
  expect(bench.notices()[0]).toMatchObject({ size: 40_000 })
  const fit = await bench.makeDiff(pack.id, { fromVersion: '1.0' })
  expect(await bench.ended(fit.id)).toMatchObject({ format: 'detools-espressif', status: 'ready' })
  await bench.arrive('d2', '1.0')
  const next = await bench.campaign(pack.id, { mode: 'auto', scope: 'devices', deviceIds: [2] })
  expect(bench.jobs(next.id)).toMatchObject([{ artifact: 'diff', diffId: fit.id }])
})

it('an uploaded patch of Espressif’s for another base is recognised and fails, instead of being delivered as it is', async () => {
  const bench = await openBench()
  await bench.product(1)
  await bench.addPackage('1.0', imageOf(1))
  const pack = await bench.addPackage('2.0', imageOf(5))
  const delta = await detoolsEspressif.make(imageOf(3), imageOf(5), {})
  const upload = await bench.addFile(delta, 'field.espdelta', 'diff')
  const { id, format } = await bench.platform.diffs.upload(pack.id, { upload, fromVersion: '1.0', format: undefined })
  expect(format).toBe('detools-espressif')
  expect(await bench.ended(id)).toMatchObject({ status: 'failed' })
})
