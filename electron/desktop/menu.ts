/** One entry in the form Electron's `Menu.buildFromTemplate` takes. */
export interface MenuEntry {
  readonly label?: string
  readonly type?: 'separator'
  readonly role?:
    | 'quit'
    | 'reload'
    | 'resetZoom'
    | 'zoomIn'
    | 'zoomOut'
    | 'togglefullscreen'
    | 'toggleDevTools'
    | EditRole
  readonly submenu?: MenuEntry[]
}
type EditRole = 'undo' | 'redo' | 'cut' | 'copy' | 'paste' | 'selectAll'

const texts = {
  en: {
    quit: 'Quit OTA Bench',
    edit: 'Edit',
    undo: 'Undo',
    redo: 'Redo',
    cut: 'Cut',
    copy: 'Copy',
    paste: 'Paste',
    selectAll: 'Select all',
    view: 'View',
    reload: 'Reload',
    resetZoom: 'Actual size',
    zoomIn: 'Zoom in',
    zoomOut: 'Zoom out',
    togglefullscreen: 'Full screen',
    toggleDevTools: 'Developer tools',
    flashing: 'Slots still flashing: {slots}',
    flashingLoses: 'Quitting now stops them; their units are incomplete until flashed again.',
    keepFlashing: 'Keep flashing',
    quitAnyway: 'Stop and quit',
    unsaved: 'Unsaved recipe',
    unsavedLoses: 'Unsaved changes will be lost.',
    keepEditing: 'Keep editing',
    closeAnyway: 'Discard and close',
  },
  zh: {
    quit: '退出 OTA Bench',
    edit: '编辑',
    undo: '撤销',
    redo: '重做',
    cut: '剪切',
    copy: '复制',
    paste: '粘贴',
    selectAll: '全选',
    view: '视图',
    reload: '重新加载',
    resetZoom: '实际大小',
    zoomIn: '放大',
    zoomOut: '缩小',
    togglefullscreen: '全屏',
    toggleDevTools: '开发者工具',
    flashing: '正在烧录的工位：{slots} 个',
    flashingLoses: '现在退出会停止烧录，这些单板将烧录不完整，须重新烧录。',
    keepFlashing: '继续烧录',
    quitAnyway: '停止并退出',
    unsaved: '配方尚未保存',
    unsavedLoses: '现在关闭窗口，所做的修改将丢失。',
    keepEditing: '继续编辑',
    closeAnyway: '放弃修改并关闭',
  },
} as const

/** The few texts that stand outside the page, by the system's language (`zh-CN`, `en-GB` …). */
export const desktopTexts = (locale: string): (typeof texts)[keyof typeof texts] =>
  /^zh\b/i.test(locale) ? texts.zh : texts.en

/**
 * The application menu in the system's language. Each entry is a role of Electron's: what changes the station goes through the page, which asks for
 * the engineer PIN where one is set.
 * @param development run from source: only then are there developer tools.
 */
export const menuTemplate = (locale: string, development: boolean): MenuEntry[] => {
  const text = desktopTexts(locale)
  const entry = (role: NonNullable<MenuEntry['role']>): MenuEntry => ({ role, label: text[role] })
  const separator: MenuEntry = { type: 'separator' }
  return [
    { label: 'OTA Bench', submenu: [entry('quit')] },
    {
      label: text.edit,
      submenu: [
        entry('undo'),
        entry('redo'),
        separator,
        entry('cut'),
        entry('copy'),
        entry('paste'),
        entry('selectAll'),
      ],
    },
    {
      label: text.view,
      submenu: [
        entry('reload'),
        separator,
        entry('resetZoom'),
        entry('zoomIn'),
        entry('zoomOut'),
        entry('togglefullscreen'),
        ...(development ? [separator, entry('toggleDevTools')] : []),
      ],
    },
  ]
}
