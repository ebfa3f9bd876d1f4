import type { issues as en } from '../en/issues.ts'
import type { TextsLike } from '../texts-like.ts'

/** What a schema finds wrong with a value. */
export const issues = {
  required: '必填',
  type: '应为{kind}',
  kinds: {
    string: '文本',
    number: '数字',
    int: '整数',
    boolean: 'true 或 false',
    array: '列表',
    object: 'JSON 对象',
    record: 'JSON 对象',
  },
  least: '至少 {limit}{unit}',
  most: '最多 {limit}{unit}',
  units: { string: ' 个字符', array: ' 项' },
  oneOf: '应为以下之一：{values}',
  unknownField: '未知字段',
  format: '格式不正确',
} as const satisfies TextsLike<typeof en>
