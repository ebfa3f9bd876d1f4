import type { demo as en } from '../../en/screen/demo.ts'
import type { TextsLike } from '../../texts-like.ts'

/** The demo line in the settings. */
export const demo = {
  title: '演示产线',
  hint: '一排模拟的单板，自动插拔、烧录，供培训和试用；不接触任何真实端口。停止时连同其记录一起删除。',
  slots: '工位数',
  boards: '单板',
  boardsHint: '每种单板一条产线，工位平分。',
  failure: '故障率',
  failureHint: '写坏、断开、读保护、芯片不符等，轮流出现。',
  start: '启动演示产线',
  stop: '停止并删除',
  remove: '删除演示产线',
  open: '打开产线',
} as const satisfies TextsLike<typeof en>
