import type { language as en } from '../en/language.ts'
import type { TextsLike } from '../texts-like.ts'

/** What the language itself is called, and how it puts texts together. */
export const language = {
  name: '中文',
  switchTo: '切换到中文',
  locale: 'zh-CN',
  month: '2-digit',
  listSeparator: '、',
  clauseSeparator: '；',
  sentenceSeparator: '',
  inBrackets: '（{text}）',
  units: { seconds: '秒', minutes: '分钟', hours: '小时' },
} as const satisfies TextsLike<typeof en>
