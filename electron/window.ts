import { readFile } from 'node:fs/promises'
import { app, BrowserWindow, protocol, type Session, shell, type WebContents } from 'electron'
import { assetOf, isBackup, isOurPage, mayOpenOutside, mayUse, PAGE, SCHEME } from './desktop/page.ts'

/** Runs before the application is ready: registers our scheme with an origin, as a secure context that runs modules. */
export const registerScheme = (): void =>
  protocol.registerSchemesAsPrivileged([
    { scheme: SCHEME, privileges: { standard: true, secure: true, supportFetchAPI: true } },
  ])

/** Serves the screen's files from `folder` and refuses every permission the page does not need. */
export const guardSession = (session: Session, folder: string): void => {
  session.protocol.handle(SCHEME, async ({ url }) => {
    const asset = assetOf(folder, url)
    const bytes = asset && (await readFile(asset.path).catch(() => undefined))
    return asset && bytes ? new Response(bytes, { headers: asset.headers }) : new Response(null, { status: 404 })
  })
  session.setPermissionRequestHandler((contents, permission, answer) => answer(mayUse(permission, contents.getURL())))
  session.setPermissionCheckHandler((contents, permission) => mayUse(permission, contents?.getURL() ?? ''))
  session.setDevicePermissionHandler(() => false)
}

/** Applies to every page, whoever opened it: it cannot navigate and opens no window. `stationUi`: where links may lead. */
export const guardContents = (stationUi: () => string | undefined): void => {
  app.on('web-contents-created', (_event, contents: WebContents) => {
    contents.on('will-navigate', (event) => {
      if (!isOurPage(event.url)) event.preventDefault()
    })
    contents.on('will-frame-navigate', (event) => {
      if (!isOurPage(event.url)) event.preventDefault()
    })
    contents.on('will-attach-webview', (event) => event.preventDefault())
    contents.setWindowOpenHandler(({ url }) => {
      // The host then asks where to save the file.
      if (isBackup(url, stationUi())) contents.downloadURL(url)
      else if (mayOpenOutside(url, stationUi())) void shell.openExternal(url)
      return { action: 'deny' }
    })
  })
}

/** Opens the one window. `preload` and `icon` are paths; `development`: run from source, with developer tools. */
export const openWindow = ({
  preload,
  icon,
  development,
}: {
  readonly preload: string
  readonly icon: string
  readonly development: boolean
}): BrowserWindow => {
  const window = new BrowserWindow({
    title: 'OTA Bench',
    width: 1280,
    height: 800,
    minWidth: 960,
    minHeight: 600,
    backgroundColor: '#f4f5f7',
    icon,
    show: false,
    webPreferences: {
      preload,
      sandbox: true,
      contextIsolation: true,
      nodeIntegration: false,
      nodeIntegrationInSubFrames: false,
      webviewTag: false,
      webSecurity: true,
      spellcheck: false,
      devTools: development,
    },
  })
  window.once('ready-to-show', () => window.show())
  void window.loadURL(PAGE)
  return window
}
