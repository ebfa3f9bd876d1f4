import type { deviceList as en } from '../en/device-list.ts'
import type { TextsLike } from '../texts-like.ts'

/** What is wrong with a list of devices to import, and what to do. */
export const deviceList = {
  empty: '列表中没有数据行。',
  encoding: '请将列表另存为 UTF-8 编码的 CSV。',
  notCsv: '不是有效的 CSV：请检查引号是否成对。',
  onLine: '第 {line} 行：{problem}',
  secret: 'secret 须为 1-128 个不含空格的可见 ASCII 字符',
  accessToken: 'accessToken 须为 1-64 个字母、数字或 - _ . : @',
  name: 'name“{value}”须为 1-64 个字母、数字或 - _ . : @',
  twice: '{field}“{value}”与第 {line} 行重复',
  column: '未知的列“{value}”，可用：{columns}',
  header: '“{names}”像是表头；列名须为 {columns}。请改正或删去该行',
  columns: '超过 {most} 列',
} as const satisfies TextsLike<typeof en>
