import { join } from 'node:path'
import {
  app,
  type BrowserWindow,
  dialog,
  ipcMain,
  Menu,
  MessageChannelMain,
  powerMonitor,
  powerSaveBlocker,
  session,
  shell,
  utilityProcess,
} from 'electron'
import { appArguments } from './desktop/arguments.ts'
import { PORT, REQUEST_PORT } from './desktop/channels.ts'
import { desktopTexts, menuTemplate } from './desktop/menu.ts'
import { isOurPage } from './desktop/page.ts'
import { askHowToStart } from './desktop/start-dialog.ts'
import { type StationChild, Supervisor } from './desktop/supervisor.ts'
import { WorkGuard } from './desktop/work-guard.ts'
import { asEnvironment } from './options/environment.ts'
import { parseOptions, type StationOptions } from './options.ts'
import { BACKUPS } from './platform/backup/backup-files.ts'
import { makeDirectory } from './platform/store/directory.ts'
import { exitCodes } from './process/exit-codes.ts'
import { version } from './version.ts'
import { guardContents, guardSession, openWindow, registerScheme } from './window.ts'

type Port = Electron.MessagePortMain

const built = (name: string): string => join(import.meta.dirname, name)

const main = (): void => {
  const parsed = parseOptions(appArguments(process.argv, app.isPackaged), process.env)
  if (parsed.kind === 'options') {
    runDesktop(parsed.options)
    return
  }
  if (parsed.kind === 'error') process.stderr.write(`ota-bench: ${parsed.message} (--help lists the options)\n`)
  else process.stdout.write(parsed.kind === 'help' ? parsed.text : `${version}\n`)
  app.exit(parsed.kind === 'error' ? exitCodes.usage : 0)
}

const runDesktop = (options: StationOptions): void => {
  // Electron would create it readable for everybody, and exits where it cannot create it; the station then reports why.
  try {
    makeDirectory(options.data)
  } catch {}
  // The window's own files are next to the data, so there is one lock per data directory.
  app.setPath('userData', join(options.data, 'desktop'))
  if (!app.requestSingleInstanceLock()) {
    app.quit()
    return
  }
  app.enableSandbox()
  registerScheme()

  let window: BrowserWindow | undefined
  const { resetPin, setAside, restoreBackup, ...always } = options
  // Options that apply once. A station restarted after a crash must not remove a PIN that was set since, nor replace the database in use by
  // an old or an empty one.
  const never = { resetPin: false, setAside: false }
  let once: Pick<StationOptions, 'resetPin' | 'setAside' | 'restoreBackup'> = {
    ...{ resetPin, setAside },
    ...(restoreBackup === undefined ? {} : { restoreBackup }),
  }
  const guard = new WorkGuard({
    ask: (slots) => askToQuit(slots),
    quit: () => app.quit(),
    keepAwake: () => {
      const blocker = powerSaveBlocker.start('prevent-app-suspension')
      return () => powerSaveBlocker.stop(blocker)
    },
  })
  const supervisor = new Supervisor<Port>({
    spawn: () => forkStation({ ...always, ...once }),
    now: () => performance.now(),
    after: (ms, callback) => {
      const timer = setTimeout(callback, ms)
      return () => clearTimeout(timer)
    },
    onBusy: (slots) => guard.busy(slots),
    onState: (state) => {
      if (state.kind === 'ready') once = never
      if (state.kind !== 'failed') return
      void askHowToStart(state.failure, {
        locale: app.getLocale(),
        show: async (box) => (await dialog.showMessageBox(box)).response,
        openFolder: () => void shell.openPath(options.data),
        start(first) {
          const { resetPin } = once
          once = {
            resetPin,
            setAside: first?.kind === 'setAside',
            ...(first?.kind === 'restoreBackup' && { restoreBackup: join(options.data, BACKUPS, first.backup.name) }),
          }
          supervisor.start()
        },
        quit: () => app.exit(exitCodes.cannotStart),
      })
    },
  })
  guardContents(() => (supervisor.state.kind === 'ready' ? supervisor.state.ready.ui : undefined))

  app.on('second-instance', () => {
    if (window?.isMinimized()) window.restore()
    window?.focus()
  })
  app.on('window-all-closed', () => app.quit())
  app.on('before-quit', (event) => {
    if (!guard.mayEnd()) {
      event.preventDefault()
      return
    }
    if (supervisor.state.kind === 'stopped') return
    // Its dialog may still be open; no process runs that must be stopped.
    if (supervisor.state.kind === 'failed') return app.exit(exitCodes.cannotStart)
    event.preventDefault()
    if (window) {
      // The page may have unsaved changes and asks; quitting goes on once the page is closed.
      window.close()
      return
    }
    void supervisor.stop().then(() => app.quit())
  })
  ipcMain.on(REQUEST_PORT, ({ sender, senderFrame }) => {
    if (!senderFrame || !isOurPage(senderFrame.url)) return
    supervisor.whenReady((station) => {
      if (!sender.isDestroyed()) connect(station, sender)
    })
  })
  void app.whenReady().then(() => {
    // This call works only once the application is ready.
    powerMonitor.on('resume', () => supervisor.resumed())
    Menu.setApplicationMenu(Menu.buildFromTemplate(menuTemplate(app.getLocale(), !app.isPackaged)))
    guardSession(session.defaultSession, built('renderer'))
    supervisor.start()
    window = openWindow({
      preload: built('preload.cjs'),
      icon: join(import.meta.dirname, '..', 'resources', 'icon.png'),
      development: !app.isPackaged,
    })
    window.on('close', (event) => {
      if (!guard.mayEnd()) event.preventDefault()
    })
    window.on('closed', () => {
      window = undefined
    })
    window.webContents.on('will-prevent-unload', (event) => {
      if (askToLeave()) event.preventDefault()
      else guard.stays()
    })
  })
}

/** Asks whether to quit although this many slots are being flashed. Enter and Escape mean no. */
const askToQuit = async (slots: number): Promise<boolean> => {
  const texts = desktopTexts(app.getLocale())
  const { response } = await dialog.showMessageBox({
    type: 'warning',
    message: texts.flashing.replace('{slots}', String(slots)),
    detail: texts.flashingLoses,
    buttons: [texts.keepFlashing, texts.quitAnyway],
    defaultId: 0,
    cancelId: 0,
  })
  return response === 1
}

/** Asks whether to discard unsaved changes of the page. The call is synchronous because the page waits. */
const askToLeave = (): boolean => {
  const texts = desktopTexts(app.getLocale())
  const response = dialog.showMessageBoxSync({
    type: 'warning',
    message: texts.unsaved,
    detail: texts.unsavedLoses,
    buttons: [texts.keepEditing, texts.closeAnyway],
    defaultId: 0,
    cancelId: 0,
  })
  return response === 1
}

/** Connects a window's page and the station by one message channel; the main process keeps no end of it. */
const connect = (station: StationChild<Port>, page: Electron.WebContents): void => {
  const { port1, port2 } = new MessageChannelMain()
  station.send({ event: 'port' }, [port1])
  page.postMessage(PORT, null, [port2])
}

const forkStation = (options: StationOptions): StationChild<Port> => {
  const child = utilityProcess.fork(built('station-process.js'), [], {
    serviceName: 'OTA Bench station',
    env: { ...process.env, ...asEnvironment(options) },
    // The same settings as those of the launcher (launch/node.mjs). A utility process accepts V8's flags only by this switch; Chromium's
    // allocator has no arenas to limit.
    execArgv: ['--js-flags=--max-semi-space-size=4'],
    stdio: 'inherit',
  })
  return {
    send: (message, ports) => child.postMessage(message, ports),
    onMessage: (listener) => child.on('message', listener),
    onExit: (listener) => child.on('exit', listener),
    kill: () => child.kill(),
  }
}

main()
