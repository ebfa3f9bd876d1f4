import type { databaseNotices as en } from '../en/database-notices.ts'
import type { TextsLike } from '../texts-like.ts'

export const databaseNotices = {
  older:
    'ota-bench.sqlite 比上次在此使用的数据库旧，缺少之后的内容；升级批次已暂停。未删除任何内容，放回较新的数据库即可恢复。',
  logLost: '站点上次未正常关闭，且缺少 ota-bench.sqlite-wal；除非其他程序打开过数据库，否则最近的更改已丢失。',
} as const satisfies TextsLike<typeof en>
