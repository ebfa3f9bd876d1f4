import type { moves as en } from '../en/transition-errors.ts'
import type { TextsLike } from '../texts-like.ts'

const wait = '请等待它结束，或先取消。'
const again = '需要时请对该设备新建批次。'
const stop = '请等待它结束，或先停止。'

/** A refused move: what is in which state, and what can be done then. */
export const moves = {
  sentence: '{what}当前状态为“{state}”，不能执行此操作。',
  /** What was to be moved; `package`: its verification. */
  names: {
    campaign: '批次',
    job: '设备升级任务',
    diff: '差分包',
    package: '升级包',
    run: '烧录',
  },
  /** Something of a newer station. */
  unnamed: '对象',
  advice: {
    campaign: {
      scheduled: '批次尚未开始：可以立即升级或取消。',
      running: '可以暂停或取消它。',
      paused: '可以继续或取消它。',
      halted: '请查看失败原因，然后继续或取消批次。',
      finished: '可以重试失败的设备，或再次创建相同的批次。',
      cancelled: '取消后不能继续，请再次创建相同的批次。',
    },
    job: {
      pending: wait,
      notified: wait,
      downloading: wait,
      installing: wait,
      succeeded: '设备已是目标版本，无需操作。',
      failed: '它已经结束，可以重试。',
      cancelled: again,
      skipped: again,
    },
    diff: {
      queued: wait,
      running: wait,
      ready: '若要重新生成，请先删除它。',
      failed: '它已经结束，可以重新生成。',
    },
    package: {
      verified: '验证已通过，可直接创建升级批次。',
      verifying: '请等待验证结束。',
      skipped: '已可直接创建升级批次。',
    },
    run: {
      waiting: stop,
      running: stop,
      passed: '该单板已通过。要重烧，请打开工位点击“再烧录一次”。',
      failed: '它已经结束，可以重试。',
      refused: '它已经结束，排除原因后可以重试。',
      cancelled: '它已经停止，可以重试。',
    },
  },
} as const satisfies TextsLike<typeof en>
