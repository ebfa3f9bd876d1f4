import type { away as en } from '../en/away.ts'
import type { TextsLike } from '../texts-like.ts'

export const away = {
  title: '站点没有响应',
  hint: '程序可能已退出，或网络已断开：请检查运行 OTA Bench 的电脑。站点停止期间升级会等待，恢复后继续。此页面每 2 秒重试一次，站点恢复后自动打开。',
  again: '立即重试',
} as const satisfies TextsLike<typeof en>
