import { expect, it } from 'vitest'
import { type MenuEntry, menuTemplate } from './menu.ts'

const labels = (entries: readonly MenuEntry[]): string[] =>
  entries.flatMap(({ type, label, submenu }) => (type ? [] : [label ?? '', ...labels(submenu ?? [])]))

it('the menu is complete in both languages, Chinese on a Chinese system', () => {
  const chinese = labels(menuTemplate('zh-CN'))
  const english = labels(menuTemplate('de'))
  expect(chinese).toHaveLength(english.length)
  expect(english).not.toContain('')
  expect(chinese).not.toContain('')
  expect(chinese).toContain('退出 OTA Bench')
  expect(english).toContain('Quit OTA Bench')
})
