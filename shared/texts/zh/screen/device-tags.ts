import type { deviceTags as en } from '../../en/screen/device-tags.ts'
import type { TextsLike } from '../../texts-like.ts'

/** The words by which devices are grouped. */
export const deviceTags = {
  column: '标签',
  any: '全部标签',
  none: '还没有标签',
  hint: '例如车间、产线或客户；回车添加',
  full: '最多 20 个标签，每个 1-64 个字符',
  chosen_other: '已选 {{count}} 台',
  edit: '编辑标签…',
  title_other: '编辑 {{count}} 台设备的标签',
  add: '添加',
  remove: '移除',
  removeHint: '所选设备已有的标签',
  nothing: '所选设备没有标签',
  save: '保存',
  saved_other: '已更新 {{count}} 台设备',
  clear: '取消选择',
} as const satisfies TextsLike<typeof en>
