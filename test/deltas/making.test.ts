import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { open, readdir } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it, onTestFinished } from 'vitest'
import { errorText } from '#shared/error-texts.ts'
import type { DomainError } from '#shared/errors.ts'
import { bsdiff } from '../../electron/platform/delta-engine/bsdiff.ts'
import { deltaCodecs } from '../../electron/platform/delta-engine/delta-formats.ts'
import { until } from '../helpers/until.ts'
import { gatedEngine, imageOf, openBench } from './fixture.ts'

const blobsOf = async (directory: string): Promise<string[]> =>
  (await readdir(join(directory, 'blobs'), { recursive: true, withFileTypes: true }))
    .filter((entry) => entry.isFile())
    .map((entry) => entry.name)

it('a restart goes on with what was queued and begins anew what was running', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'deltas-'))
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }))
  const engine = gatedEngine()
  const first = await openBench({ directory, engine })
  await first.product()
  await first.addPackage('1.0', imageOf(1))
  await first.addPackage('1.1', imageOf(2))
  const pack = await first.addPackage('2.0', imageOf(5))
  const { id, others } = await first.makeDiff(pack.id, { fromVersions: ['1.0', '1.1'] })
  // The old image is compared with its digest before the engine is asked.
  await until(
    () => engine.asked.length,
    (asked) => asked === 1,
  )
  expect(first.platform.diffs.get(id)).toMatchObject({ status: 'running', size: null, fileName: null })
  expect(first.platform.diffs.get(others[0]?.id ?? 0)).toMatchObject({ status: 'queued' })
  await first.close()

  const second = await openBench({ directory })
  expect(await second.ended(id)).toMatchObject({ status: 'ready', fromVersion: '1.0' })
  expect(await second.ended(others[0]?.id ?? 0)).toMatchObject({ status: 'ready', fromVersion: '1.1' })
})

it('a small patch does not wait for a large one, but large ones wait for each other', async () => {
  const engine = gatedEngine()
  const bench = await openBench({ engine })
  await bench.product()
  const large = Buffer.alloc(9 << 20, 1)
  await bench.addPackage('0.8', large)
  await bench.addPackage('0.9', large)
  await bench.addPackage('1.0', imageOf(1))
  await bench.addPackage('1.1', imageOf(2))
  const pack = await bench.addPackage('2.0', imageOf(5))
  const { id, others } = await bench.makeDiff(pack.id, { fromVersions: ['0.8', '0.9', '1.0', '1.1'] })
  const ids = [id, ...others.map((diff) => diff.id)]
  const become = (...wanted: string[]) =>
    until(
      () => ids.map((one) => bench.platform.diffs.get(one).status),
      (found) => found.join() === wanted.join(),
    )
  await become('running', 'queued', 'running', 'queued')
  await bench.platform.diffs.cancel(ids[2] ?? 0)
  await become('running', 'queued', 'failed', 'running')
  await bench.platform.diffs.cancel(ids[0] ?? 0)
  await become('failed', 'running', 'failed', 'running')
  await bench.platform.diffs.cancel(ids[1] ?? 0)
  engine.open()
  expect(await bench.ended(ids[3] ?? 0)).toMatchObject({ status: 'ready' })
})

it('a patch that is cancelled at the very moment that its turn comes is not made', async () => {
  const engine = gatedEngine()
  const bench = await openBench({ engine })
  await bench.product()
  await bench.addPackage('1.0', imageOf(1))
  const pack = await bench.addPackage('2.0', imageOf(5))
  // Its turn was asked for as it was queued; the store takes the cancelling right behind that.
  const { id } = await bench.makeDiff(pack.id, { fromVersion: '1.0' })
  expect(await bench.platform.diffs.cancel(id)).toMatchObject({ status: 'failed', error: 'DIFF_CANCELLED' })
  await bench.settle()
  const next = await bench.makeDiff(pack.id, { fromVersion: '1.0' })
  engine.open()
  expect(await bench.ended(next.id)).toMatchObject({ status: 'ready' })
})

it('a patch whose end could not be written down does not stay under way: that is tried until it can be', async () => {
  const bench = await openBench()
  await bench.product()
  await bench.addPackage('1.0', imageOf(1))
  const pack = await bench.addPackage('2.0', imageOf(5))
  await bench.store.write(() =>
    bench.store.sql.exec(
      "CREATE TRIGGER refuse BEFORE UPDATE ON diffs WHEN new.status <> 'running' BEGIN SELECT RAISE(ABORT, 'no room'); END",
    ),
  )
  const timers = bench.clock.waiting()
  const { id } = await bench.makeDiff(pack.id, { fromVersion: '1.0' })
  await until(
    () => bench.clock.waiting(),
    (waiting) => waiting > timers,
  )
  expect(bench.platform.diffs.get(id)).toMatchObject({ status: 'running' })
  await bench.store.write(() => bench.store.sql.exec('DROP TRIGGER refuse'))
  bench.clock.advance(5000)
  expect(await bench.ended(id)).toMatchObject({ status: 'failed', error: 'INTERNAL' })
  await bench.platform.diffs.retry(id)
  expect(await bench.ended(id)).toMatchObject({ status: 'ready' })
})

it('without memory for both the small patch waits as well', async () => {
  const engine = { ...gatedEngine(), hasRoom: () => false }
  const bench = await openBench({ engine })
  await bench.product()
  await bench.addPackage('0.9', Buffer.alloc(9 << 20, 1))
  await bench.addPackage('1.0', imageOf(1))
  const pack = await bench.addPackage('2.0', imageOf(5))
  const large = await bench.makeDiff(pack.id, { fromVersion: '0.9' })
  const small = await bench.makeDiff(pack.id, { fromVersion: '1.0' })
  await bench.settle()
  expect(bench.platform.diffs.get(small.id)).toMatchObject({ status: 'queued' })
  await bench.platform.diffs.cancel(large.id)
  engine.open()
  expect(await bench.ended(small.id)).toMatchObject({ status: 'ready' })
})

it('images that the format does not take are refused when asked, and one that was sent can be used in another format', async () => {
  const bench = await openBench()
  await bench.product()
  const large = Buffer.alloc((32 << 20) + 1, 1)
  const pack = await bench.addPackage('2.0', imageOf(5))
  const baseUpload = await bench.addFile(large, 'large.img', 'base')
  const ask = (format: string) => bench.makeDiff(pack.id, { fromVersion: '0.9', baseUpload, format })
  await expect(ask('zstd')).rejects.toMatchObject({ code: 'DIFF_TOO_LARGE', data: { format: 'zstd', limit: '32 MB' } })
  expect(bench.platform.diffs.list(pack.id)).toEqual([])
  const { id } = await ask('bsdiff')
  await bench.platform.diffs.cancel(id)
  await bench.addPackage('1.0', imageOf(1))
  await expect(bench.makeDiff(pack.id, { fromVersions: ['1.0', '0.9'], format: 'zstd' })).rejects.toMatchObject({
    code: 'DIFF_TOO_LARGE',
  })
  expect(bench.platform.diffs.list(pack.id)).toHaveLength(1)
  // Made elsewhere it may be good; it cannot be checked here.
  const upload = await bench.addFile(Buffer.from([0x28, 0xb5, 0x2f, 0xfd, 1, 2]), 'by-hand.zst', 'diff')
  expect(await bench.platform.diffs.upload(pack.id, { upload, fromVersion: '0.9' })).toMatchObject({
    status: 'ready',
    format: 'zstd',
    checked: false,
  })
})

it('the patch leads from its base to the package, and its content stays as long as it is named', async () => {
  const bench = await openBench()
  await bench.product()
  await bench.addPackage('1.0', imageOf(1))
  const pack = await bench.addPackage('2.0', imageOf(5))
  const diff = await bench.ended((await bench.makeDiff(pack.id, { fromVersion: '1.0', format: 'zstd' })).id)
  expect(diff).toMatchObject({
    format: 'zstd',
    fileName: 'app-from-1.0.zst',
    base: { kind: 'package', name: 'app.bin' },
  })
  await bench.platform.claims.removeUnused()
  const { path } = bench.platform.diffs.file(diff.id)
  await using file = await open(path)
  const delta = await file.readFile()
  const restored = await deltaCodecs.zstd?.restore(imageOf(1), delta, 100_000)
  expect(Buffer.from(restored ?? []).equals(imageOf(5))).toBe(true)

  await bench.platform.diffs.remove(diff.id)
  expect(existsSync(path)).toBe(false)
  expect(() => bench.platform.diffs.get(diff.id)).toThrow('NOT_FOUND')
})

it('a deleted package takes its patches along, made or in the making, and nothing is left on disk', async () => {
  const engine = gatedEngine()
  const bench = await openBench({ engine })
  await bench.product()
  const old = await bench.addPackage('1.0', imageOf(1))
  const pack = await bench.addPackage('2.0', imageOf(5))
  const { id } = await bench.makeDiff(pack.id, { fromVersion: '1.0' })
  await bench.settle()
  await bench.platform.packages.remove(pack.id, false)
  engine.open()
  await bench.settle()
  expect(() => bench.platform.diffs.get(id)).toThrow('NOT_FOUND')
  await bench.platform.packages.remove(old.id, false)
  expect(await blobsOf(bench.directory)).toEqual([])
})

it('an image is uploaded for a version that has no package, and kept for the next patch', async () => {
  const bench = await openBench()
  await bench.product(1)
  const pack = await bench.addPackage('2.0', imageOf(5))
  await bench.arrive('d1', '0.9')
  expect(bench.platform.diffs.fieldVersions(pack.id)).toEqual([
    { version: '0.9', devices: 1, online: 1, base: null, obstacle: 'no-image', diffIds: [] },
  ])
  await expect(bench.makeDiff(pack.id, { fromVersion: '0.9' })).rejects.toMatchObject({ code: 'DIFF_NO_BASE' })
  const baseUpload = await bench.addFile(imageOf(1), 'factory.img', 'base')
  const made = await bench.makeDiff(pack.id, { fromVersion: '0.9', baseUpload })
  expect(await bench.ended(made.id)).toMatchObject({
    status: 'ready',
    error: null,
    base: { kind: 'upload', name: 'factory.img' },
  })
  await bench.platform.claims.removeUnused()
  const again = await bench.makeDiff(pack.id, { fromVersion: '0.9', format: 'zstd' })
  expect(await bench.ended(again.id)).toMatchObject({ status: 'ready', format: 'zstd' })
  expect(bench.platform.diffs.fieldVersions(pack.id)).toMatchObject([
    { version: '0.9', obstacle: null, base: { kind: 'upload', packageId: null }, diffIds: [again.id, made.id] },
  ])
})

it('an uploaded image is deleted once no patch is to be made from it, and what was made stays', async () => {
  const engine = gatedEngine()
  const bench = await openBench({ engine })
  const { bases, diffs } = bench.platform
  await bench.product(1)
  const pack = await bench.addPackage('2.0', imageOf(5))
  const baseUpload = await bench.addFile(imageOf(1), 'factory.img', 'base')
  const { id } = await bench.makeDiff(pack.id, { fromVersion: '0.9', baseUpload })
  const failing = await bench.makeDiff(pack.id, { fromVersion: '0.9', format: 'zip' })
  const [image] = bases.list(1, 'default')
  expect(image).toMatchObject({ productId: 1, module: 'default', version: '0.9', name: 'factory.img', size: 40_000 })
  await expect(bases.remove(image?.id ?? 0)).rejects.toMatchObject({ code: 'BASE_IN_USE', data: { patches: 2 } })
  engine.open()
  await bench.ended(id)
  expect(await bench.ended(failing.id)).toMatchObject({ status: 'failed', error: 'DIFF_UNSUPPORTED' })
  await bases.remove(image?.id ?? 0)
  expect(bases.list(1)).toEqual([])
  await expect(bases.remove(image?.id ?? 0)).rejects.toMatchObject({ code: 'NOT_FOUND' })
  const named = [pack.files[0]?.sha256, diffs.get(id).sha256].toSorted()
  expect((await blobsOf(bench.directory)).toSorted()).toEqual(named)
  await expect(diffs.retry(failing.id)).rejects.toMatchObject({ code: 'DIFF_NO_BASE', data: { version: '0.9' } })

  await bench.arrive('d1', '0.9')
  await bench.campaign(pack.id, { mode: 'diff' })
  expect(bench.notices()).toMatchObject([{ isDiff: 1, size: diffs.get(id).size }])
})

it('another image for a version that has a package is refused: devices run that package', async () => {
  const bench = await openBench()
  await bench.product()
  await bench.addPackage('1.0', imageOf(1))
  const pack = await bench.addPackage('2.0', imageOf(5))
  const baseUpload = await bench.addFile(imageOf(3), 'other.img', 'base')
  await expect(bench.makeDiff(pack.id, { fromVersion: '1.0', baseUpload })).rejects.toMatchObject({
    code: 'DIFF_OTHER_IMAGE',
  })
  // The version was mistyped: the image need not be sent again.
  expect(await bench.makeDiff(pack.id, { fromVersion: '1.1', baseUpload })).toMatchObject({ fromVersion: '1.1' })
})

it('asked for twice it is the same patch', async () => {
  const bench = await openBench()
  await bench.product()
  await bench.addPackage('1.0', imageOf(1))
  const pack = await bench.addPackage('2.0', imageOf(5))
  const [one, two] = await Promise.all([
    bench.makeDiff(pack.id, { fromVersion: '1.0' }),
    bench.makeDiff(pack.id, { fromVersion: '1.0' }),
  ])
  expect(two.id).toBe(one.id)
  await expect(bench.makeDiff(pack.id, { fromVersion: '2.0' })).rejects.toMatchObject({ code: 'DIFF_SAME' })
  const nothingNamed = await bench.makeDiff(pack.id, {}).catch((error: unknown) => error)
  const { code, data } = nothingNamed as DomainError
  expect(errorText(code, 'zh', data)).toContain('起始版本')
})

it('the device class of the module decides the format', async () => {
  const engine = gatedEngine()
  const bench = await openBench({ engine })
  await bench.product()
  await bench.addPackage('1.0', imageOf(1))
  const pack = await bench.addPackage('2.0', imageOf(5))
  const formatFor = async (change: object) => {
    await bench.platform.products.updateModule(1, 'default', change)
    return (await bench.makeDiff(pack.id, { fromVersion: '1.0' })).format
  }
  expect(await formatFor({})).toBe('bsdiff')
  expect(await formatFor({ deviceClass: 'mcu' })).toBe('hpatch-lite')
  expect(await formatFor({ deviceClass: 'mcu', ramBytes: 4096 })).toBe('detools')
  expect(await formatFor({ deviceClass: 'espressif' })).toBe('detools-espressif')
  expect(bench.platform.products.modules(1)).toMatchObject([{ deviceClass: 'espressif', ramBytes: null }])
  expect(await formatFor({ deviceClass: 'android' })).toBe('zip')
  await expect(formatFor({ deviceClass: 'linux', ramBytes: 4096 })).rejects.toMatchObject({ code: 'INVALID_FIELD' })
})

it('a patch made elsewhere is restored before it is offered, where its format and its base are known', async () => {
  const bench = await openBench()
  await bench.product()
  await bench.addPackage('1.0', imageOf(1))
  const pack = await bench.addPackage('2.0', imageOf(5))
  const upload = async (bytes: Uint8Array, more: object = {}) =>
    bench.platform.diffs.upload(pack.id, {
      upload: await bench.addFile(bytes, 'by-hand.patch', 'diff'),
      fromVersion: '1.0',
      ...more,
    })
  const right = await bsdiff.make(imageOf(1), imageOf(5), {})
  const wrong = await bsdiff.make(imageOf(1), imageOf(6), {})
  const good = await upload(right)
  expect(good).toMatchObject({ source: 'uploaded', format: 'bsdiff', fileName: 'by-hand.patch', size: right.length })
  expect(await bench.ended(good.id)).toMatchObject({ status: 'ready', checked: true })
  const bad = await bench.ended((await upload(wrong)).id)
  expect(bad).toMatchObject({ status: 'failed', error: 'DIFF_WRONG_RESULT', errorData: { file: 'app.bin' } })
  const broken = await bench.ended((await upload(right.subarray(0, right.length - 20))).id)
  expect(broken).toMatchObject({ status: 'failed', error: 'DIFF_BAD_PATCH' })

  expect(() => bench.platform.diffs.file(99)).toThrow('NOT_FOUND')

  const custom = await upload(Buffer.from('made by a tool of the vendor'))
  expect(custom).toMatchObject({ status: 'ready', format: 'custom', checked: false })
  const elsewhere = await upload(right, { fromVersion: '0.1' })
  expect(elsewhere).toMatchObject({ status: 'ready', format: 'bsdiff', checked: false, base: null })
})

it('a patch that devices fetch is not deleted under them', async () => {
  const bench = await openBench()
  await bench.product(1)
  await bench.addPackage('1.0', imageOf(1))
  const pack = await bench.addPackage('2.0', imageOf(5))
  const { id } = await bench.ended((await bench.makeDiff(pack.id, { fromVersion: '1.0' })).id)
  await bench.arrive('d1', '1.0')
  const campaign = await bench.campaign(pack.id, { mode: 'diff' })
  await expect(bench.platform.diffs.remove(id)).rejects.toMatchObject({ code: 'DIFF_IN_USE', data: { devices: 1 } })
  await bench.platform.campaigns.cancel(campaign.id)
  await bench.platform.diffs.remove(id)
})

it('a patch made elsewhere that is no smaller than the image is not sent by itself; a failed one has no bytes, in words', async () => {
  const bench = await openBench()
  await bench.product(1)
  const pack = await bench.addPackage('2.0', imageOf(5))
  const upload = async (size: number) =>
    bench.platform.diffs.upload(pack.id, {
      upload: await bench.addFile(Buffer.alloc(size, 'vendor'), `of-${size}.patch`, 'diff'),
      fromVersion: '1.0',
    })
  await upload(40_000)
  await bench.arrive('d1', '1.0')
  const campaign = await bench.campaign(pack.id, { mode: 'auto' })
  expect(bench.jobs(campaign.id)).toMatchObject([{ artifact: 'full', artifactNote: 'DIFF_NOT_WORTH_IT' }])

  await bench.addPackage('1.1', imageOf(2))
  const { id } = await bench.ended((await bench.makeDiff(pack.id, { fromVersion: '1.1', format: 'zip' })).id)
  expect(() => bench.platform.diffs.file(id)).toThrow('DIFF_NOT_READY')
})
