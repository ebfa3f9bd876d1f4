import { DomainError, type ErrorData } from '#shared/errors.ts'
import type { Language } from '#shared/languages.ts'

/** Why an archive is not restored, in both languages. `{name}`: the file in it. */
const words = {
  notArchive: { en: 'it is not an archive of OTA Bench', zh: '它不是 OTA Bench 生成的备份文件' },
  brokenOff: { en: 'it is incomplete', zh: '文件不完整，中途截断' },
  manifest: { en: 'its description is not valid ({name})', zh: '其说明文件无效（{name}）' },
  link: { en: '{name} in it is a link or not a regular file', zh: '其中的 {name} 是链接或其他非普通文件' },
  unknownFile: { en: '{name} in it does not belong to a backup', zh: '其中的 {name} 不属于备份' },
  size: { en: '{name} in it has the wrong size', zh: '其中的 {name} 大小不符' },
  digest: { en: '{name} in it is damaged: its SHA-256 does not match', zh: '其中的 {name} 已损坏：SHA-256 不符' },
  database: { en: 'its database cannot be used: {name}', zh: '其中的数据库无法使用：{name}' },
  tooNew: {
    en: 'a newer OTA Bench made it; install that version first',
    zh: '它由更新版本的 OTA Bench 生成，请先安装该版本',
  },
  otherDisk: {
    en: '{name} of the data directory is a separate disk, so it cannot be replaced in one step; mount it elsewhere first',
    zh: '数据目录中的 {name} 是单独挂载的磁盘，无法一步替换；请先将其挂载到别处',
  },
} as const satisfies Record<string, { readonly en: string; readonly zh: string }>

export type BadArchive = keyof typeof words

/** Names in an archive may be anything: short, and of characters that can be shown. */
const shown = (name: string): string => name.replace(/[^\x20-\x7e]/g, '?').slice(0, 200)

/** What the check of a database says in our own words, with its Chinese; what SQLite says stays as it is. */
const ofDatabase = [
  {
    said: /^it is no database of OTA Bench$/,
    text: { zh: '不是 OTA Bench 的数据库', en: 'not a database of OTA Bench' },
  },
  { said: /^(.*) is missing$/, text: { zh: '缺少 $1', en: '$1 is missing' } },
  { said: /^(.*) is not ours$/, text: { zh: '$1 不属于 OTA Bench', en: '$1 is not of OTA Bench' } },
] as const

const databaseText = (said: string, language: Language): string => {
  const known = ofDatabase.find((one) => one.said.test(said))
  return known ? said.replace(known.said, known.text[language]) : said
}

const textOf = (reason: BadArchive, name: string, language: Language): string =>
  words[reason][language].replace('{name}', reason === 'database' ? databaseText(shown(name), language) : shown(name))

/** An archive that cannot be restored, as an error of the domain. */
export const badArchive = (reason: BadArchive, name = '', more: ErrorData = {}): DomainError =>
  new DomainError('BACKUP_BAD', {
    ...more,
    reason,
    detail: textOf(reason, name, 'en'),
    detailZh: textOf(reason, name, 'zh'),
  })
