/** States of jobs, campaigns and packages. */
export const states = {
  zh: {
    job: {
      pending: '等待',
      notified: '已推送',
      downloading: '下载中',
      installing: '已安装，待验证',
      succeeded: '成功',
      failed: '失败',
      cancelled: '已取消',
      skipped: '已跳过',
    },
    campaign: {
      scheduled: '待开始',
      running: '进行中',
      paused: '已暂停',
      halted: '已中止',
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
  },
  en: {
    job: {
      pending: 'Waiting',
      notified: 'Notified',
      downloading: 'Downloading',
      installing: 'Installed, unproven',
      succeeded: 'Succeeded',
      failed: 'Failed',
      cancelled: 'Cancelled',
      skipped: 'Skipped',
    },
    campaign: {
      scheduled: 'Scheduled',
      running: 'Running',
      paused: 'Paused',
      halted: 'Halted',
      finished: 'Finished',
      cancelled: 'Cancelled',
    },
    verification: {
      unverified: 'Not verified',
      verifying: 'Verifying',
      verified: 'Verified',
      failed: 'Verification failed',
      skipped: 'Verification skipped',
    },
  },
} as const
