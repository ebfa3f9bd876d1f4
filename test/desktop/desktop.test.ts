import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { PAGE } from '../../electron/desktop/page.ts'
import { Contents, makeElectron, Window } from './electron-double.ts'

const ready = {
  event: 'ready',
  version: '1.0.0',
  ui: 'http://127.0.0.1:7420/?token=t',
  api: 'http://127.0.0.1:7420/api/v1',
  token: 't',
  mqtt: 'mqtt://0.0.0.0:1',
  mqtts: null,
  http: 'http://0.0.0.0:2',
  https: null,
  data: '/d',
  ms: 3,
}

const argv = process.argv
let electron = makeElectron()

beforeEach(() => {
  vi.resetModules()
  vi.useFakeTimers()
  Window.opened.length = 0
  electron = makeElectron()
  vi.doMock('electron', () => electron.module)
})
afterEach(() => {
  process.argv = argv
  vi.useRealTimers()
  vi.restoreAllMocks()
})

const start = async (...options: string[]) => {
  process.argv = ['electron', '/app', '--data', '/bench', '--token', 't', ...options]
  await import('../../electron/main.ts')
  await vi.advanceTimersByTimeAsync(0)
}
const only = <T>(list: readonly T[]): T => {
  const [first] = list
  if (first === undefined) throw new Error('there is none')
  return first
}
const ask = (window: Window, url = PAGE) =>
  electron.module.ipcMain.emit('ota-bench:request-port', { sender: window.contents, senderFrame: { url } })

describe('the desktop host', () => {
  it('opens one window on its own page, sandboxed, isolated and without Node', async () => {
    await start()
    const { options, loadURL } = only(Window.opened)
    expect(options.webPreferences).toMatchObject({
      devTools: true,
      sandbox: true,
      contextIsolation: true,
      nodeIntegration: false,
      webSecurity: true,
      webviewTag: false,
    })
    expect(loadURL).toHaveBeenCalledWith(PAGE)
    expect(electron.module.app.enableSandbox).toHaveBeenCalledOnce()
  })

  it('hands its options to the station process in the environment, the token not in the process list', async () => {
    await start('--mqtt-port', '0', '--no-tls')
    const { path, args, env } = only(electron.stations)
    expect(path).toMatch(/station-process\.js$/)
    expect(args).toEqual([])
    expect(env).toMatchObject({ OTA_BENCH_DATA: '/bench', OTA_BENCH_MQTT_PORT: '0', OTA_BENCH_NO_TLS: '1' })
    expect(env.OTA_BENCH_TOKEN).toBe('t')
  })

  it('connects page and station with one channel once the station is ready, and again after a restart', async () => {
    await start()
    const window = only(Window.opened)
    const station = only(electron.stations)
    ask(window)
    expect(window.contents.posted).toEqual([])
    station.emit('message', ready)
    expect(station.posted).toEqual([{ message: { event: 'port' }, ports: [{ end: 'station' }] }])
    expect(window.contents.posted).toEqual([{ channel: 'ota-bench:port', ports: [{ end: 'page' }] }])

    station.emit('exit', 70)
    ask(window)
    await vi.advanceTimersByTimeAsync(250)
    const second = electron.stations[1]
    second?.emit('message', ready)
    expect(second?.posted).toHaveLength(1)
    expect(window.contents.posted).toHaveLength(2)
  })

  it('answers no page but its own', async () => {
    await start()
    only(electron.stations).emit('message', ready)
    ask(only(Window.opened), 'https://example.com/')
    expect(only(Window.opened).contents.posted).toEqual([])
  })

  it('says in words why the station cannot start, starts it again as a person chooses, and ends', async () => {
    await start()
    const { app, dialog } = electron.module
    const data = { option: '--mqtt-port', host: '0.0.0.0', port: 1883, hostOption: '--host' }
    const fail = async (code: string) => {
      electron.stations.at(-1)?.emit('message', { event: 'failed', failure: { code, data, backups: [] } })
      electron.stations.at(-1)?.emit('exit', 1)
      await vi.advanceTimersByTimeAsync(0)
    }
    await fail('PORT_IN_USE')
    expect(dialog.showMessageBox).toHaveBeenLastCalledWith(
      expect.objectContaining({
        message: 'OTA Bench 无法启动',
        detail: expect.stringContaining('1883'),
        buttons: ['重试', '退出'],
      }),
    )
    // The double pressed the first button.
    expect(electron.stations).toHaveLength(2)
    electron.answers.dialog = 1
    await fail('PORT_IN_USE')
    expect(app.exit).toHaveBeenCalledExactlyOnceWith(1)
    expect(electron.stations).toHaveLength(2)
  })

  it('sets the old data aside once, where a person agreed twice, and not again after a crash', async () => {
    await start()
    const choices = [0, 1]
    electron.module.dialog.showMessageBox.mockImplementation(async () => ({ response: choices.shift() ?? 0 }))
    const failure = { code: 'DATABASE_EMPTY', data: { file: '/bench/ota-bench.sqlite', parts: 'blobs' }, backups: [] }
    only(electron.stations).emit('message', { event: 'failed', failure })
    only(electron.stations).emit('exit', 1)
    await vi.advanceTimersByTimeAsync(0)
    expect(electron.stations.map(({ env }) => env.OTA_BENCH_SET_ASIDE)).toEqual(['0', '1'])
    electron.stations[1]?.emit('message', ready)
    electron.stations[1]?.emit('exit', 70)
    await vi.advanceTimersByTimeAsync(250)
    expect(electron.stations[2]?.env.OTA_BENCH_SET_ASIDE).toBe('0')
  })

  it('quits after its window has closed and the station has stopped, not before', async () => {
    await start()
    const station = only(electron.stations)
    station.emit('message', ready)
    const window = only(Window.opened)
    const ask = { preventDefault: vi.fn() }
    electron.module.app.emit('before-quit', ask)
    expect(ask.preventDefault).toHaveBeenCalledOnce()
    expect(window.close).toHaveBeenCalledOnce()
    expect(station.posted).toEqual([])
    window.emit('closed')
    const first = { preventDefault: vi.fn() }
    electron.module.app.emit('before-quit', first)
    expect(first.preventDefault).toHaveBeenCalledOnce()
    expect(station.posted).toEqual([{ message: { event: 'stop' }, ports: undefined }])
    expect(electron.module.app.quit).not.toHaveBeenCalled()
    station.emit('exit', 0)
    await vi.advanceTimersByTimeAsync(0)
    expect(electron.module.app.quit).toHaveBeenCalledOnce()
    const second = { preventDefault: vi.fn() }
    electron.module.app.emit('before-quit', second)
    expect(second.preventDefault).not.toHaveBeenCalled()
  })

  it('neither quits nor lets the machine sleep while slots are being flashed, without asking', async () => {
    await start()
    const { app, dialog, powerSaveBlocker } = electron.module
    const station = only(electron.stations)
    station.emit('message', ready)
    station.emit('message', { event: 'busy', slots: 3 })
    expect(powerSaveBlocker.start).toHaveBeenCalledExactlyOnceWith('prevent-app-suspension')
    const close = { preventDefault: vi.fn() }
    only(Window.opened).emit('close', close)
    expect(close.preventDefault).toHaveBeenCalledOnce()
    expect(dialog.showMessageBox).toHaveBeenCalledOnce()
    await vi.advanceTimersByTimeAsync(0)
    expect(app.quit).not.toHaveBeenCalled()
    electron.answers.dialog = 1
    const quit = { preventDefault: vi.fn() }
    app.emit('before-quit', quit)
    expect(quit.preventDefault).toHaveBeenCalledOnce()
    await vi.advanceTimersByTimeAsync(0)
    expect(app.quit).toHaveBeenCalledOnce()
    station.emit('message', { event: 'busy', slots: 0 })
    expect(powerSaveBlocker.stop).toHaveBeenCalledOnce()
  })

  it('closes a page with something unsaved only for who gives it up', async () => {
    await start()
    const { contents } = only(Window.opened)
    const stay = { preventDefault: vi.fn() }
    contents.emit('will-prevent-unload', stay)
    expect(stay.preventDefault).not.toHaveBeenCalled()
    electron.answers.dialog = 1
    const leave = { preventDefault: vi.fn() }
    contents.emit('will-prevent-unload', leave)
    expect(leave.preventDefault).toHaveBeenCalledOnce()
  })

  it('shows its window when it is started a second time on the same data', async () => {
    await start()
    electron.module.app.emit('second-instance')
    expect(only(Window.opened).restore).toHaveBeenCalledOnce()
    expect(only(Window.opened).focus).toHaveBeenCalledOnce()
  })

  it('leaves at once when it is the second', async () => {
    electron.answers.firstInstance = false
    await start()
    expect(electron.module.app.quit).toHaveBeenCalledOnce()
    expect(electron.stations).toEqual([])
    expect(Window.opened).toEqual([])
  })

  it.each([
    [['--bad'], 2],
    [['--version'], 0],
    [['--help'], 0],
  ])('ends after %j with exit code %i', async (options, code) => {
    vi.spyOn(process.stdout, 'write').mockReturnValue(true)
    vi.spyOn(process.stderr, 'write').mockReturnValue(true)
    await start(...options)
    expect(electron.module.app.exit).toHaveBeenCalledWith(code)
    expect(electron.stations).toEqual([])
  })
})

describe('its window', () => {
  const guarded = (): Contents => {
    const contents = new Contents()
    electron.module.app.emit('web-contents-created', {}, contents)
    return contents
  }

  it('stays on its page', async () => {
    await start()
    const contents = guarded()
    for (const name of ['will-navigate', 'will-frame-navigate']) {
      const away = { url: 'https://example.com/', preventDefault: vi.fn() }
      const reload = { url: PAGE, preventDefault: vi.fn() }
      contents.emit(name, away)
      contents.emit(name, reload)
      expect(away.preventDefault).toHaveBeenCalledOnce()
      expect(reload.preventDefault).not.toHaveBeenCalled()
    }
    const webview = { preventDefault: vi.fn() }
    contents.emit('will-attach-webview', webview)
    expect(webview.preventDefault).toHaveBeenCalledOnce()
  })

  it("opens no other window; links to the station's own pages go to the system's browser", async () => {
    await start()
    const contents = guarded()
    only(electron.stations).emit('message', ready)
    expect(contents.openHandler({ url: 'https://example.com/' })).toEqual({ action: 'deny' })
    expect(electron.module.shell.openExternal).not.toHaveBeenCalled()
    expect(contents.openHandler({ url: 'http://127.0.0.1:7420/api/v1/docs' })).toEqual({ action: 'deny' })
    expect(electron.module.shell.openExternal).toHaveBeenCalledWith('http://127.0.0.1:7420/api/v1/docs')
  })

  it('has no permission but to copy', async () => {
    await start()
    const contents = new Contents()
    contents.url = PAGE
    const granted = (permission: string): boolean => {
      const answer = vi.fn()
      electron.permissions.request(contents, permission, answer)
      return answer.mock.calls[0]?.[0] === true && electron.permissions.check(contents, permission)
    }
    expect(granted('clipboard-sanitized-write')).toBe(true)
    for (const permission of ['media', 'geolocation', 'serial', 'clipboard-read', 'openExternal'])
      expect(granted(permission)).toBe(false)
    expect(electron.permissions.device()).toBe(false)
  })

  it('is served nothing that is not there', async () => {
    await start()
    const serve = electron.schemes.get('ota-bench')
    expect((await serve?.({ url: 'ota-bench://app/missing.js' }))?.status).toBe(404)
    expect((await serve?.({ url: 'ota-bench://app/..%2f..%2fpackage.json' }))?.status).toBe(404)
  })
})

describe('the preload', () => {
  it('offers the page two functions and nothing else, and passes the port on', async () => {
    const exposed = new Map<string, Record<string, (argument?: unknown) => unknown>>()
    const postMessage = vi.fn()
    vi.stubGlobal('window', { postMessage })
    vi.doMock('electron', () => ({
      ...electron.module,
      contextBridge: {
        exposeInMainWorld: (name: string, api: Record<string, () => unknown>) => exposed.set(name, api),
      },
    }))
    await import('../../electron/preload.ts')
    expect([...exposed.keys()]).toEqual(['otaBench'])
    const api = exposed.get('otaBench') ?? {}
    expect(Object.keys(api).sort()).toEqual(['pathForFile', 'requestPort'])
    expect(api.pathForFile?.({ name: 'a.bin' })).toBe('/chosen/a.bin')
    api.requestPort?.()
    expect(electron.module.ipcRenderer.send).toHaveBeenCalledExactlyOnceWith('ota-bench:request-port')
    electron.module.ipcRenderer.emit('ota-bench:port', { ports: ['port'] })
    expect(postMessage).toHaveBeenCalledExactlyOnceWith({ type: 'ota-bench:port' }, '*', ['port'])
    vi.unstubAllGlobals()
  })
})
