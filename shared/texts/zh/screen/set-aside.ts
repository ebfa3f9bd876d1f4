import type { setAside as en } from '../../en/screen/set-aside.ts'
import type { TextsLike } from '../../texts-like.ts'

export const setAside = {
  title: '移出的文件',
  hint: '数据库中没有记录的文件，以及被替换的旧数据。站点不会直接删除，而是移到数据目录的 set-aside 下。',
  reasons: { unnamed: '数据库中没有记录', station: '重新开始前的站点', restore: '恢复备份前的数据' },
  what_other: '{{count}} 个文件，{{size}}',
  daysLeft_other: '站点再运行 {{count}} 天后删除',
  kept: '保留到手动删除',
  removeTitle: '删除 {{name}}？',
  removeHint: '删除后无法找回。',
  removed: '已删除',
} as const satisfies TextsLike<typeof en>
