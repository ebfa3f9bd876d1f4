import type { benchRecords as en } from '../en/bench-records.ts'
import type { TextsLike } from '../texts-like.ts'

/** Unit records as a table. */
export const benchRecords = {
  columns: {
    record: '记录',
    unit: '单板',
    serial: 'SN',
    chip: '芯片',
    line: '产线',
    slot: '工位',
    recipe: '配方',
    recipeVersion: '配方版本',
    state: '结果',
    errorCode: '错误码',
    operator: '操作员',
    attempt: '次数',
    startedAt: '开始时间',
    finishedAt: '结束时间',
    images: '镜像',
    values: '测量值',
  },
} as const satisfies TextsLike<typeof en>
