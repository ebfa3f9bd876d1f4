import type { nouns as en } from '../en/nouns.ts'
import type { TextsLike } from '../texts-like.ts'

/** What NOT_FOUND can name, in both languages; `data.what` is the key. */
export const nouns = {
  product: '产品',
  module: '模块',
  device: '设备',
  package: '升级包',
  campaign: '升级批次',
  job: '设备升级任务',
  file: '文件',
  knock: '登录被拒的设备',
  diff: '差分包',
  base: '旧版本镜像',
  setAside: '移出文件夹',
  console: '串口控制台',
  port: '端口',
  line: '产线',
  slot: '工位',
  recipe: '配方',
  run: '烧录',
  backup: '备份',
  restore: '待恢复的备份',
  record: '烧录记录',
  unit: '单板',
  measuredValue: '测量值',
  sink: '接收方',
} as const satisfies TextsLike<typeof en>
