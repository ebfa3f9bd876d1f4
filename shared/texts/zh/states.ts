import type { states as en } from '../en/states.ts'
import type { TextsLike } from '../texts-like.ts'

/** States by name, as the screen and error texts say them. */
export const states = {
  job: {
    pending: '待升级',
    notified: '已推送',
    downloading: '下载中',
    installing: '待确认版本',
    succeeded: '成功',
    failed: '失败',
    cancelled: '已取消',
    skipped: '已跳过',
  },
  campaign: {
    scheduled: '待开始',
    running: '进行中',
    paused: '已暂停',
    halted: '自动暂停',
    finished: '已完成',
    cancelled: '已取消',
  },
  verification: {
    unverified: '未验证',
    verifying: '验证中',
    verified: '已验证',
    failed: '验证失败',
    skipped: '已跳过验证',
  },
  diff: { queued: '排队中', running: '生成中', ready: '可用', failed: '失败' },
  run: {
    waiting: '排队中',
    running: '烧录中',
    passed: '通过',
    failed: '失败',
    refused: '拒绝烧录',
    cancelled: '已停止',
  },
} as const satisfies TextsLike<typeof en>
