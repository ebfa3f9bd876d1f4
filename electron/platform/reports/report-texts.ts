import type { Language } from '#shared/error-texts.ts'
import type { Job } from '#shared/schema.ts'
import type { CampaignStatus } from '#shared/states/campaign.ts'
import type { JobState } from '#shared/states/job.ts'
import { texts } from '#shared/texts/index.ts'

interface ReportTexts {
  readonly title: string
  readonly made: string
  readonly package: string
  readonly product: string
  readonly module: string
  readonly kind: string
  readonly kinds: Readonly<Record<'verify' | 'upgrade', string>>
  readonly status: string
  readonly created: string
  readonly started: string
  readonly finished: string
  readonly downloaded: string
  readonly saved: string
  readonly sent: string
  readonly artifacts: Readonly<Record<NonNullable<Job['artifact']>, string>>
  readonly counts: string
  readonly successRate: string
  readonly groups: string
  readonly group: string
  readonly rest: string
  readonly devices: string
  readonly reasons: string
  readonly reason: string
  readonly device: string
  readonly from: string
  readonly to: string
  readonly state: string
  readonly words: string
  readonly attempt: string
  readonly ended: string
  readonly none: string
  readonly states: Readonly<Record<JobState, string>>
  readonly statuses: Readonly<Record<CampaignStatus, string>>
  readonly groupStatuses: Readonly<Record<'closed' | 'open' | 'passed' | 'failed' | 'waiting', string>>
}

/** The words of a printed report. */
export const reportTexts: Readonly<Record<Language, ReportTexts>> = {
  zh: {
    title: '升级报告',
    made: '生成时间',
    package: '升级包',
    product: '产品',
    module: '模块',
    kind: '类型',
    kinds: { verify: '验证', upgrade: '升级' },
    status: '状态',
    created: '创建时间',
    started: '开始时间',
    finished: '结束时间',
    downloaded: '设备已下载',
    saved: '差分节省',
    sent: '发送内容',
    artifacts: { full: '整包', diff: '差分' },
    counts: '结果',
    successRate: '成功率',
    groups: '分组',
    group: '组',
    rest: '其余设备',
    devices: '设备',
    reasons: '失败原因',
    reason: '原因',
    device: '设备',
    from: '升级前版本',
    to: '目标版本',
    state: '状态',
    words: '设备上报信息',
    attempt: '尝试次数',
    ended: '结束时间',
    none: '—',
    states: texts.zh.states.job,
    statuses: texts.zh.states.campaign,
    groupStatuses: { closed: '未开始', open: '进行中', passed: '已通过', failed: '未达标', waiting: '待放行' },
  },
  en: {
    title: 'Upgrade report',
    made: 'Generated',
    package: 'Package',
    product: 'Product',
    module: 'Module',
    kind: 'Kind',
    kinds: { verify: 'Verification', upgrade: 'Upgrade' },
    status: 'Status',
    created: 'Created',
    started: 'Started',
    finished: 'Finished',
    downloaded: 'Downloaded by devices',
    saved: 'Saved by deltas',
    sent: 'Sent',
    artifacts: { full: 'full', diff: 'delta' },
    counts: 'Results',
    successRate: 'Success rate',
    groups: 'Groups',
    group: 'Group',
    rest: 'Rest',
    devices: 'Devices',
    reasons: 'Failure reasons',
    reason: 'Reason',
    device: 'Device',
    from: 'From',
    to: 'To',
    state: 'State',
    words: 'Device message',
    attempt: 'Attempts',
    ended: 'Ended',
    none: '—',
    states: texts.en.states.job,
    statuses: texts.en.states.campaign,
    groupStatuses: {
      closed: 'Not started',
      open: 'Open',
      passed: 'Passed',
      failed: 'Not passed',
      waiting: 'Awaiting release',
    },
  },
}
