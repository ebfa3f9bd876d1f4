import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { fetchElectron, installedElectron, noWindowBecause } from '../../electron/launch/electron.mjs'
import { version } from '../../electron/version.ts'
import { limits } from '../limits.mjs'
import { anyPorts, launch, ready, root, scratch } from './launched.ts'

const start = (options: readonly string[], env: NodeJS.ProcessEnv) =>
  launch(process.execPath, ['electron/launch/start.mjs', ...options], env)
const noScreen = { DISPLAY: '', WAYLAND_DISPLAY: '', OTA_BENCH_ELECTRON_TIMEOUT: '1' }

describe('npm start', () => {
  it('continues headless where there is no screen: says so in one line, then the address to open', async () => {
    using data = scratch()
    await using launched = start(['--data', data.path, ...anyPorts], noScreen)
    const info = await ready(launched)
    expect(info.data).toBe(data.path)
    launched.child.kill('SIGTERM')
    expect(await launched.ended).toBe(0)
    const words = launched
      .err()
      .split('\n')
      .filter((line) => line.startsWith('ota-bench: '))
    expect(words).toEqual([
      'ota-bench: there is no display (neither DISPLAY nor WAYLAND_DISPLAY is set); continuing headless',
      `ota-bench: open ${info.ui}`,
    ])
  })

  it('needs no window for help, version and mistakes', async () => {
    await using help = start(['--help'], noScreen)
    await using number = start(['--version'], noScreen)
    await using mistake = start(['--bad'], noScreen)
    expect([await help.ended, await number.ended, await mistake.ended]).toEqual([0, 0, 2])
    expect(number.out()).toBe(`${version}\n`)
    expect(mistake.err()).toContain('--bad')
    expect(mistake.err()).not.toContain('headless')
  })
})

describe("Electron's binary", () => {
  it('is not looked for without a screen, nor for root, whom its sandbox refuses', () => {
    expect(noWindowBecause('linux', {}, 1000)).toContain('DISPLAY')
    expect(noWindowBecause('linux', { DISPLAY: ':0' }, 0)).toContain('root')
    expect(noWindowBecause('linux', { WAYLAND_DISPLAY: 'wayland-0' }, 1000)).toBeUndefined()
    expect(noWindowBecause('win32', {}, undefined)).toBeUndefined()
    expect(noWindowBecause('darwin', {}, 0)).toBeUndefined()
  })

  it('is found where its package says, or where ELECTRON_OVERRIDE_DIST_PATH points', () => {
    using folder = scratch()
    expect(installedElectron(folder.path, {})).toBeUndefined()
    writeFileSync(join(folder.path, 'path.txt'), 'electron')
    expect(installedElectron(folder.path, {})).toBeUndefined()
    writeFileSync(join(folder.path, 'electron'), '')
    expect(installedElectron(folder.path, { ELECTRON_OVERRIDE_DIST_PATH: folder.path })).toBe(
      join(folder.path, 'electron'),
    )
  })

  it('that does not come within the limit is given up, in words', async () => {
    using folder = scratch()
    const installer = join(folder.path, 'install.cjs')
    writeFileSync(installer, 'setInterval(() => {}, 1000)')
    expect(await fetchElectron(0.2, installer)).toBe('no answer within 0.2 s')
  })

  it('that cannot be fetched is given up with the reason', async () => {
    using folder = scratch()
    const installer = join(folder.path, 'install.cjs')
    writeFileSync(installer, "console.error(new TypeError('fetch failed').stack); process.exit(1)")
    expect(await fetchElectron(limits.wait / 1000, installer)).toBe('TypeError: fetch failed')
    writeFileSync(installer, '')
    expect(await fetchElectron(limits.wait / 1000, installer)).toBeUndefined()
  })
})

describe.skipIf(process.platform !== 'linux')('npm start with a screen', () => {
  // Root is never shown a window on Linux; tests may well run as root.
  const somebody = ['--import', 'data:text/javascript,process.getuid = () => 1000']
  const startAsUser = (options: readonly string[], env: NodeJS.ProcessEnv) =>
    launch(process.execPath, [...somebody, 'electron/launch/start.mjs', ...options], { DISPLAY: ':99', ...env })

  it('continues headless when the binary cannot be had, saying why and how to install it', async () => {
    using data = scratch()
    // Nothing listens at the mirror: the download fails at once.
    const env = {
      ELECTRON_OVERRIDE_DIST_PATH: data.path,
      ELECTRON_MIRROR: 'http://127.0.0.1:9/',
      OTA_BENCH_ELECTRON_TIMEOUT: String(limits.wait / 1000),
      HOME: data.path,
    }
    await using launched = startAsUser(['--data', join(data.path, 'd'), ...anyPorts], env)
    const info = await ready(launched)
    expect(info.data).toBe(join(data.path, 'd'))
    launched.child.kill('SIGTERM')
    expect(await launched.ended).toBe(0)
    const words = launched
      .err()
      .split('\n')
      .filter((line) => line.startsWith('ota-bench: '))
    expect(words[0]).toContain("fetching Electron's binary")
    expect(words[1]).toMatch(/could not be fetched.*continuing headless.*node_modules\/electron\/install\.js/)
    expect(words.slice(2)).toEqual([`ota-bench: open ${info.ui}`])
  })

  it('opens the desktop program with our options, and ends as it ends', async () => {
    using folder = scratch()
    const electron = join(folder.path, 'electron')
    writeFileSync(electron, '#!/bin/sh\necho "$@"\nexit 7\n', { mode: 0o755 })
    await using launched = startAsUser(['--data', '/d', '--demo'], { ELECTRON_OVERRIDE_DIST_PATH: folder.path })
    expect(await launched.ended).toBe(7)
    expect(launched.out()).toBe(`${root} --data /d --demo\n`)
  })

  it('hands its signal on to the desktop program', async () => {
    using folder = scratch()
    const electron = join(folder.path, 'electron')
    // Idle while it waits: a shell's loop would flood its standard error and hold up whoever reads it.
    const program = "process.on('SIGTERM', () => process.exit(5)); console.log('up'); setInterval(() => {}, 60_000)"
    writeFileSync(electron, `#!${process.execPath}\n${program}\n`, { mode: 0o755 })
    await using launched = startAsUser([], { ELECTRON_OVERRIDE_DIST_PATH: folder.path })
    expect(await launched.firstLine).toBe('up')
    launched.child.kill('SIGTERM')
    expect(await launched.ended).toBe(5)
  })

  it('continues headless when the binary does not run on this system', async () => {
    using data = scratch()
    writeFileSync(join(data.path, 'electron'), '#!/bin/sh\nexit 127\n', { mode: 0o755 })
    const env = { ELECTRON_OVERRIDE_DIST_PATH: data.path }
    await using launched = startAsUser(['--data', join(data.path, 'd'), ...anyPorts], env)
    await ready(launched)
    expect(launched.err()).toContain('continuing headless')
  })
})
