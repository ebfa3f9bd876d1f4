import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import type { BuildDraft, RecipeCheckResult } from '#shared/schema.ts'
import { startTestStation, type TestStation } from '../helpers/station.ts'
import { limits } from '../limits.mjs'
import { blink, bootloader, single, twoOta } from './esp-builds.ts'
import { espImage, tableOf } from './esp-images.ts'

type Files = Readonly<Record<string, Uint8Array | string>>

const uploadOf = async ({ ready }: TestStation, name: string, bytes: Uint8Array): Promise<string> => {
  const response = await fetch(`${ready.api}/uploads?purpose=build`, {
    method: 'POST',
    headers: { Authorization: `Bearer ${ready.token}`, 'X-File-Name': encodeURIComponent(name) },
    body: new Uint8Array(bytes),
  })
  expect(response.status).toBe(200)
  return ((await response.json()) as { id: string }).id
}

const bytesOf = (content: Uint8Array | string): Uint8Array =>
  typeof content === 'string' ? new TextEncoder().encode(content) : content

/** Sends the files one by one with their paths, as a dropped folder is. */
const fromFolder = async (station: TestStation, files: Files) => {
  const sent: { file: string; path: string }[] = []
  for (const [path, content] of Object.entries(files))
    sent.push({ file: await uploadOf(station, path.split('/').at(-1) ?? '', bytesOf(content)), path })
  return station.rest('POST', '/bench/recipes/from-build', { files: sent })
}

/** The files in an archive that Python made: names as given, also those that lead elsewhere. */
const zipped = (files: Files): Buffer => {
  const folder = mkdtempSync(join(tmpdir(), 'build-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  const names = Object.keys(files)
  names.forEach((name, index) => {
    const path = join(folder, `${index}`)
    mkdirSync(dirname(path), { recursive: true })
    writeFileSync(path, bytesOf(files[name] ?? ''))
  })
  const script = `
import json, sys, zipfile
with zipfile.ZipFile('build.zip', 'w', zipfile.ZIP_DEFLATED) as archive:
    for index, name in enumerate(json.loads(sys.argv[1])):
        info = zipfile.ZipInfo(name)
        info.compress_type = zipfile.ZIP_DEFLATED
        archive.writestr(info, open(str(index), 'rb').read())
`
  const made = spawnSync('python3', ['-c', script, JSON.stringify(names)], {
    cwd: folder,
    encoding: 'utf8',
    timeout: limits.program,
  })
  expect(made.stderr).toBe('')
  return readFileSync(join(folder, 'build.zip'))
}

const fromZip = async (station: TestStation, bytes: Uint8Array) =>
  station.rest('POST', '/bench/recipes/from-build', {
    files: [{ file: await uploadOf(station, 'gateway.zip', bytes) }],
  })

const flasherArgs = (chip: string, files: Readonly<Record<string, string>>) =>
  JSON.stringify({
    write_flash_args: ['--flash_mode', 'dio', '--flash_size', '4MB', '--flash_freq', '40m'],
    flash_settings: { flash_mode: 'dio', flash_size: '4MB', flash_freq: '40m' },
    flash_files: files,
    bootloader: { offset: '0x0', file: 'bootloader/bootloader.bin', encrypted: 'false' },
    extra_esptool_args: { after: 'hard_reset', before: 'default_reset', stub: true, chip },
  })

/** A build of ESP-IDF for an ESP32-C3: what is flashed, and objects that are not. */
const idf: Files = {
  'build/flasher_args.json': flasherArgs('esp32c3', {
    '0x0': 'bootloader/bootloader.bin',
    '0x8000': 'partition_table/partition-table.bin',
    '0xd000': 'ota_data_initial.bin',
    '0x10000': 'gateway.bin',
  }),
  'build/bootloader/bootloader.bin': bootloader(5),
  'build/partition_table/partition-table.bin': tableOf(...twoOta),
  'build/ota_data_initial.bin': new Uint8Array(0x2000).fill(0xff),
  'build/gateway.bin': blink(5),
  'build/esp-idf/main/libmain.a': '!<arch>\n',
}
const places = [0, 0x8000, 0xd000, 0x1_0000]

/** What PlatformIO leaves in its folder: no otadata, which comes from a package of the framework. */
const pio = (environment: string): Files => ({
  [`.pio/build/${environment}/bootloader.bin`]: bootloader(0),
  [`.pio/build/${environment}/partitions.bin`]: tableOf(...twoOta.filter(([label]) => label !== 'factory')),
  [`.pio/build/${environment}/firmware.bin`]: blink(0),
  [`.pio/build/${environment}/firmware.elf`]: '\x7fELF',
  [`.pio/build/${environment}/idedata.json`]: '{}',
})

/** Saves the draft as it is, and lets the dry check read what was saved. */
const saved = async (station: TestStation, { recipe }: BuildDraft): Promise<RecipeCheckResult> => {
  const made = await station.rest('POST', '/bench/recipes', recipe)
  expect(made.status, JSON.stringify(made.body)).toBe(200)
  return (await station.rest('POST', '/bench/check', { recipeId: made.body.id })).body as RecipeCheckResult
}

describe('a recipe out of a build', () => {
  it.each([
    ['as a folder', fromFolder],
    ['as a ZIP', (station: TestStation, files: Files) => fromZip(station, zipped(files))],
  ])('of ESP-IDF %s has its files, addresses and chip, and passes the dry check', async (_, send) => {
    const station = await startTestStation()
    const { status, body } = await send(station, idf)
    expect(status, JSON.stringify(body)).toBe(200)
    const draft = body as BuildDraft
    expect(draft.recipe).toMatchObject({ name: 'gateway 2.4.0', target: 'esp', options: { chip: 'ESP32-C3' } })
    expect(draft.recipe.images.map(({ address }) => address)).toEqual(places)
    expect(draft.files.map(({ name }) => name)).toEqual([
      'bootloader.bin',
      'partition-table.bin',
      'ota_data_initial.bin',
      'gateway.bin',
    ])
    expect(await saved(station, draft)).toMatchObject({ ok: true, chip: 'ESP32-C3', problems: [], warnings: [] })
  })

  it('by flash_args alone has the same places', async () => {
    const station = await startTestStation()
    const { 'build/flasher_args.json': _, ...rest } = idf
    const lines =
      '--flash_mode dio --flash_freq 80m --flash_size detect\n0x0 bootloader/bootloader.bin\n0x8000 "partition_table/partition-table.bin"\n0x10000 gateway.bin\n'
    const { body } = await fromFolder(station, { ...rest, 'build/flash_args': lines })
    expect(body.recipe).toMatchObject({ options: { flashSize: 'detect' } })
    expect((body as BuildDraft).recipe.images.map(({ address }) => address)).toEqual([0, 0x8000, 0x1_0000])
  })

  it('whose files were picked one by one is found by their names', async () => {
    const station = await startTestStation()
    const loose = Object.fromEntries(
      Object.entries(idf).map(([path, content]) => [path.split('/').at(-1) ?? '', content]),
    )
    const { body } = await fromFolder(station, loose)
    expect((body as BuildDraft).recipe.images.map(({ address }) => address)).toEqual(places)
  })

  it('of PlatformIO is read by its partition table, and erases the otadata that it does not bring', async () => {
    const station = await startTestStation()
    const { body } = await fromZip(station, zipped(pio('esp32dev')))
    const draft = body as BuildDraft
    expect(draft.recipe.options).toEqual({ chip: 'ESP32', erasePartitions: 'otadata' })
    expect(draft.files.map(({ name, address }) => [name, address])).toEqual([
      ['bootloader.bin', 0x1000],
      ['partitions.bin', 0x8000],
      ['firmware.bin', 0x11_0000],
    ])
    expect(draft.notes).toMatchObject([{ code: 'BUILD_OTADATA_ERASED', message: expect.stringContaining('otadata') }])
    expect(await saved(station, draft)).toMatchObject({ ok: true, warnings: [] })
    const withChoice = await fromFolder(station, {
      ...pio('esp32dev'),
      'boot_app0.bin': new Uint8Array(0x2000).fill(1),
    })
    expect((withChoice.body as BuildDraft).files.map(({ name }) => name)).toContain('boot_app0.bin')
    expect((withChoice.body as BuildDraft).notes).toEqual([])
  })

  it('for an ESP8266 is one image at 0, and one without a table has the usual places', async () => {
    const station = await startTestStation()
    const old = await fromFolder(station, { 'firmware.bin': espImage('esp8266', 9000) })
    expect((old.body as BuildDraft).files).toMatchObject([{ name: 'firmware.bin', address: 0 }])
    const app = await fromFolder(station, { 'firmware.bin': blink(9) })
    expect((app.body as BuildDraft).files).toMatchObject([{ name: 'firmware.bin', address: 0x1_0000 }])
    const merged = new Uint8Array(0x2_0000).fill(0xff)
    merged.set(bootloader(9))
    merged.set(tableOf(...single), 0x8000)
    const whole = await fromFolder(station, { 'sketch.ino.merged.bin': merged })
    expect((whole.body as BuildDraft).recipe).toMatchObject({ options: { chip: 'ESP32-S3' }, images: [{ address: 0 }] })
  })

  it('gives files names that a recipe takes, each once', async () => {
    const station = await startTestStation()
    const { body } = await fromFolder(station, {
      'flasher_args.json': flasherArgs('esp32', { '0x1000': 'boot/固件.bin', '0x10000': 'app/固件.bin' }),
      'boot/固件.bin': bootloader(0),
      'app/固件.bin': blink(0),
    })
    expect((body as BuildDraft).files.map(({ name }) => name)).toEqual(['__.bin', '__-2.bin'])
    await saved(station, body as BuildDraft)
  })
})

describe('a build that cannot be read', () => {
  const json = (files: Readonly<Record<string, string>>) => ({ 'flasher_args.json': flasherArgs('esp32', files) })
  it.each<[string, Files, string, object]>([
    ['misses files', json({ '0x10000': 'app.bin' }), 'BUILD_FILE_MISSING', { names: ['app.bin'] }],
    [
      'names files outside of it',
      json({ '0x10000': '../../etc/passwd', '0x0': '/etc/hostname' }),
      'BUILD_FILE_MISSING',
      { names: ['../../etc/passwd', '/etc/hostname'] },
    ],
    ['is no JSON', { 'flasher_args.json': '{' }, 'BUILD_BAD', { file: 'flasher_args.json' }],
    ['is nested without end', { 'flasher_args.json': '['.repeat(50_000) }, 'BUILD_BAD', { file: 'flasher_args.json' }],
    ['has addresses that are none', json({ somewhere: 'app.bin' }), 'BUILD_BAD', { file: 'flasher_args.json' }],
    ['has two environments', { ...pio('a'), ...pio('b') }, 'BUILD_SEVERAL', {}],
    ['has nothing for a chip', { 'readme.txt': 'hello' }, 'BUILD_UNKNOWN', {}],
    ['has images of nobody', { 'data.bin': new Uint8Array(100).fill(3) }, 'BUILD_UNKNOWN', {}],
  ])('is refused in words: it %s', async (_, files, code, data) => {
    const station = await startTestStation()
    const { status, body } = await fromFolder(station, files)
    expect([status, body.code]).toEqual([422, code])
    expect(body.data).toMatchObject(data)
    expect(body.message).not.toContain('{')
  })

  it.each<[string, () => Uint8Array]>([
    ['leads out of itself', () => zipped({ '../evil.bin': blink(0), 'firmware.bin': blink(0) })],
    ['is absolute', () => zipped({ '/etc/evil.bin': blink(0) })],
    ['unpacks to more than any flash', () => zipped({ 'firmware.bin': new Uint8Array(65 * 1024 * 1024) })],
    ['was cut', () => zipped(idf).subarray(0, 5000)],
    ['is damaged', () => zipped(idf).fill(0x55, 60, 3000)],
  ])('as an archive that %s is refused, and the station lives on', async (_, make) => {
    const station = await startTestStation()
    const { status, body } = await fromZip(station, make())
    expect([status, body.code]).toEqual([422, 'BUILD_BAD'])
    expect((await fromFolder(station, idf)).status).toBe(200)
  })

  it('leads nowhere by the paths that a caller gives', async () => {
    const station = await startTestStation()
    const file = await uploadOf(station, 'firmware.bin', blink(0))
    for (const path of ['../firmware.bin', '/firmware.bin', 'C:\\firmware.bin', 'a/../../firmware.bin'])
      expect((await station.rest('POST', '/bench/recipes/from-build', { files: [{ file, path }] })).body.code).toBe(
        'BUILD_BAD',
      )
  })
})
