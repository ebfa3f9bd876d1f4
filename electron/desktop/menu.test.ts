import { expect, it } from 'vitest'
import { type MenuEntry, menuTemplate } from './menu.ts'

const labels = (entries: readonly MenuEntry[]): string[] =>
  entries.flatMap(({ type, label, submenu }) => (type ? [] : [label ?? '', ...labels(submenu ?? [])]))

it('the menu is complete in both languages, Chinese on a Chinese system', () => {
  const chinese = labels(menuTemplate('zh-CN', true))
  const english = labels(menuTemplate('de', true))
  expect(chinese).toHaveLength(english.length)
  expect(english).not.toContain('')
  expect(chinese).not.toContain('')
  expect(chinese).toContain('退出 OTA Bench')
  expect(english).toContain('Quit OTA Bench')
})

it('has developer tools only where the program runs from source', () => {
  expect(labels(menuTemplate('en', true))).toContain('Developer tools')
  expect(labels(menuTemplate('en', false))).not.toContain('Developer tools')
})

it('does nothing to the station by itself: every entry is a role of Electron', () => {
  const leaves = (entries: readonly MenuEntry[]): readonly MenuEntry[] =>
    entries.flatMap((entry) => (entry.submenu ? leaves(entry.submenu) : [entry]))
  for (const { role, type } of leaves(menuTemplate('en', true))) expect(role ?? type).toBeDefined()
})
