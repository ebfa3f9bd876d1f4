import type { badArchives as en } from '../en/bad-archives.ts'
import type { TextsLike } from '../texts-like.ts'

/** Why an archive is not restored. `{name}`: the file in it. */
export const badArchives = {
  notArchive: '它不是 OTA Bench 生成的备份文件',
  brokenOff: '文件不完整，中途截断',
  manifest: '其说明文件无效（{name}）',
  link: '其中的 {name} 是链接或其他非普通文件',
  unknownFile: '其中的 {name} 不属于备份',
  size: '其中的 {name} 大小不符',
  digest: '其中的 {name} 已损坏：SHA-256 不符',
  database: '其中的数据库无法使用：{name}',
  tooNew: '它由更新版本的 OTA Bench 生成，请先安装该版本',
  otherDisk: '数据目录中的 {name} 是单独挂载的磁盘，无法一步替换；请先将其挂载到别处',
  /** What is wrong with its database; what SQLite says stays as it is. */
  databases: {
    foreign: '不是 OTA Bench 的数据库',
    missing: '缺少 {name}',
    unknown: '{name} 不属于 OTA Bench',
  },
} as const satisfies TextsLike<typeof en>
