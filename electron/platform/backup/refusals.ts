import { DomainError, type ErrorData } from '#shared/errors.ts'

/** Why an archive is not restored, in both languages. `{name}`: the file in it. */
const words = {
  notArchive: { en: 'it is no archive that OTA Bench made', zh: '它不是 OTA Bench 生成的备份文件' },
  brokenOff: { en: 'it breaks off before its end', zh: '文件不完整，中途截断' },
  manifest: { en: 'its description is not valid ({name})', zh: '其说明文件无效（{name}）' },
  link: { en: '{name} in it is a link or something else that is no file', zh: '其中的 {name} 是链接或其他非普通文件' },
  unknownFile: { en: '{name} in it belongs to no backup', zh: '其中的 {name} 不属于备份' },
  size: { en: '{name} in it has another size than it should', zh: '其中的 {name} 大小不符' },
  digest: { en: '{name} in it is damaged: its SHA-256 is another', zh: '其中的 {name} 已损坏：SHA-256 不符' },
  database: { en: 'its database cannot be used: {name}', zh: '其中的数据库无法使用：{name}' },
  tooNew: {
    en: 'a newer OTA Bench made it; install that version first',
    zh: '它由更新版本的 OTA Bench 生成，请先安装该版本',
  },
  otherDisk: {
    en: '{name} of the data directory is a disk of its own, so it cannot be replaced in one step; mount it elsewhere first',
    zh: '数据目录中的 {name} 是单独挂载的磁盘，无法一步替换；请先将其挂载到别处',
  },
} as const satisfies Record<string, { readonly en: string; readonly zh: string }>

export type BadArchive = keyof typeof words

/** Names in an archive may be anything: short, and of characters that can be shown. */
const shown = (name: string): string => name.replace(/[^\x20-\x7e]/g, '?').slice(0, 200)

/** What we say of a database ourselves; what SQLite says stays as it is. */
const inChinese = (words: string): string =>
  words
    .replace('it is no database of OTA Bench', '不是 OTA Bench 的数据库')
    .replace(/^(.*) is missing$/, '缺少 $1')
    .replace(/^(.*) is not ours$/, '$1 不属于 OTA Bench')

/** An archive that cannot be restored, as an error of the domain. */
export const badArchive = (reason: BadArchive, name = '', more: ErrorData = {}): DomainError =>
  new DomainError('BACKUP_BAD', {
    ...more,
    reason,
    detail: words[reason].en.replace('{name}', shown(name)),
    detailZh: words[reason].zh.replace('{name}', reason === 'database' ? inChinese(shown(name)) : shown(name)),
  })
