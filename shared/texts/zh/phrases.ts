import type { phrases as en } from '../en/phrases.ts'
import type { TextsLike } from '../texts-like.ts'

/** Texts that stand inside the text of an error (`Phrase` in shared/phrase.ts). */
export const phrases = {
  versionOfUpload: '须为所上传文件的版本，且只有一个',
  versionOfPackage: '须为该升级包的版本 {version}',
  baseVersionNamed: '须用 fromVersion、fromVersions 或 basePackageId 指明起始版本',
  mostCharacters: '最多 {max} 个字符',
  tagsOfDevice: '{rule}（{name}）',
  partUnknown: '没有“{text}”这一型号，相近的有：{near}。请改用其中之一，或不填芯片',
  partUnlike: '没有“{text}”这一型号。请填写型号（如 STM32F407VG、ESP32-S3），或不填芯片',
  serialTwice: '{serial} 出现了两次（第 {first} 和第 {second} 个），请删除其中一个',
  serialListEmpty: '至少须有一个 SN',
  unitOfSeveralProducts: '该单板在多个产品中都有 SN，须指明产品',
  mcuOnly: '仅用于单片机（mcu）',
  cursor: 'cursor：请填写上一页返回的 nextCursor，或不填',
  notSqlite: '文件开头不是 SQLite 格式',
  endsEarly: '文件不完整：{size} / {expected} 字节',
  logBeginning: '无法读取其开头',
  logPage: '无法读取其第 {page} 页',
  noTables: '其中没有 OTA Bench 的数据表',
  tableMissing: '其中缺少 {name}',
  notAFile: '不是文件',
  noRestore: '其中没有可执行的恢复',
  freeForBackup: '{free} MB，备份需要 {needed} MB',
} as const satisfies TextsLike<typeof en>
