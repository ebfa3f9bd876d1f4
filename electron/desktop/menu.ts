import { languageFor } from '#shared/languages.ts'
import { type Texts, texts } from '#shared/texts/index.ts'

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

/** The few texts outside of the page, by the system's language (`zh-CN`, `en-GB` …). */
export const desktopTexts = (locale: string): Texts['desktop'] => texts[languageFor(locale)].desktop

/**
 * The application menu in the system's language. Each entry is an Electron role: actions that change the station go through the page,
 * which asks for the engineer PIN where one is set.
 * @param development run from source: only then there are developer tools.
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
