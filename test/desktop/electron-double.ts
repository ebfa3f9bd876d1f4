import { EventEmitter } from 'node:events'
import { vi } from 'vitest'

/** A page's contents, as far as the desktop host touches them. */
export class Contents extends EventEmitter {
  url = ''
  readonly posted: { channel: string; ports: unknown[] }[] = []
  openHandler: (details: { url: string }) => { action: string } = () => ({ action: 'allow' })
  getURL = () => this.url
  isDestroyed = () => false
  postMessage = (channel: string, _message: unknown, ports: unknown[]) => this.posted.push({ channel, ports })
  setWindowOpenHandler = (handler: (details: { url: string }) => { action: string }) => {
    this.openHandler = handler
  }
}

export class Window extends EventEmitter {
  static readonly opened: Window[] = []
  readonly contents = new Contents()
  readonly options: { webPreferences: Record<string, unknown> }
  readonly focus = vi.fn()
  readonly restore = vi.fn()
  readonly show = vi.fn()
  readonly close = vi.fn()
  readonly webContents = this.contents
  readonly loadURL = vi.fn(async (url: string) => {
    this.contents.url = url
  })
  isMinimized = () => true
  constructor(options: { webPreferences: Record<string, unknown> }) {
    super()
    this.options = options
    Window.opened.push(this)
  }
}

export class StationProcess extends EventEmitter {
  readonly posted: { message: unknown; ports: unknown[] | undefined }[] = []
  readonly path: string
  readonly args: string[]
  readonly env: NodeJS.ProcessEnv
  readonly kill = vi.fn()
  constructor(path: string, args: string[], env: NodeJS.ProcessEnv) {
    super()
    this.path = path
    this.args = args
    this.env = env
  }
  postMessage = (message: unknown, ports?: unknown[]) => this.posted.push({ message, ports })
}

/** A stand-in for the `electron` module that records what the host asks of it. */
export const makeElectron = () => {
  const stations: StationProcess[] = []
  const answers = { firstInstance: true, dialog: 0 }
  const permissions = {
    request: (_contents: Contents, _permission: string, _answer: (allowed: boolean) => void): void => {},
    check: (_contents: Contents | null, _permission: string): boolean => true,
    device: (): boolean => true,
  }
  const schemes = new Map<string, (request: { url: string }) => Promise<Response>>()
  const app = Object.assign(new EventEmitter(), {
    isPackaged: false,
    enableSandbox: vi.fn(),
    exit: vi.fn(),
    quit: vi.fn(),
    setPath: vi.fn(),
    getLocale: () => 'zh-CN',
    requestSingleInstanceLock: () => answers.firstInstance,
    whenReady: async () => {},
  })
  const ipcRenderer = Object.assign(new EventEmitter(), { send: vi.fn() })
  return {
    stations,
    answers,
    permissions,
    schemes,
    module: {
      app,
      BrowserWindow: Window,
      dialog: {
        showErrorBox: vi.fn(),
        showMessageBox: vi.fn(async () => ({ response: answers.dialog })),
        showMessageBoxSync: vi.fn(() => answers.dialog),
      },
      powerMonitor: new EventEmitter(),
      powerSaveBlocker: { start: vi.fn(() => 7), stop: vi.fn() },
      ipcMain: new EventEmitter(),
      ipcRenderer,
      Menu: { buildFromTemplate: vi.fn((template: unknown) => template), setApplicationMenu: vi.fn() },
      MessageChannelMain: class {
        readonly port1 = { end: 'station' }
        readonly port2 = { end: 'page' }
      },
      protocol: { registerSchemesAsPrivileged: vi.fn() },
      session: {
        defaultSession: {
          protocol: {
            handle: (scheme: string, handler: (request: { url: string }) => Promise<Response>) =>
              schemes.set(scheme, handler),
          },
          setPermissionRequestHandler: (handler: typeof permissions.request) => {
            permissions.request = handler
          },
          setPermissionCheckHandler: (handler: typeof permissions.check) => {
            permissions.check = handler
          },
          setDevicePermissionHandler: (handler: typeof permissions.device) => {
            permissions.device = handler
          },
        },
      },
      shell: { openExternal: vi.fn(async () => {}), openPath: vi.fn(async () => '') },
      utilityProcess: {
        fork: (path: string, args: string[], { env }: { env: NodeJS.ProcessEnv }) => {
          const station = new StationProcess(path, args, env)
          stations.push(station)
          return station
        },
      },
      webUtils: { getPathForFile: (file: { name: string }) => `/chosen/${file.name}` },
    },
  }
}
