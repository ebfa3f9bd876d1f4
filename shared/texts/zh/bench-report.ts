import type { benchReport as en } from '../en/bench-report.ts'
import type { TextsLike } from '../texts-like.ts'

/** The yield report of the bench as a table; the first column is called by what it groups by. */
export const benchReport = {
  columns: {
    name: '名称',
    started: '启动次数',
    passed: '通过',
    failed: '失败',
    refused: '拒绝',
    cancelled: '停止',
    units: '单板数',
    yield: '良率',
    firstPassYield: '直通率',
    unitsPerHour: '每小时产出',
    cycleSecondsMedian: '节拍中位数（秒）',
    cycleSecondsP95: '节拍 P95（秒）',
    reasons: '失败原因',
  },
  total: '合计',
} as const satisfies TextsLike<typeof en>
