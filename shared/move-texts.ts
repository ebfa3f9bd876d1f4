import type { ErrorData } from './errors.ts'
import type { Language } from './languages.ts'
import { stateTexts } from './state-texts.ts'

/** What was to be moved; `package`: its verification. */
export type Movable = 'campaign' | 'job' | 'diff' | 'package' | 'run'

type Texts = Readonly<Record<Language, string>>

const names: Readonly<Record<Movable, Texts>> = {
  campaign: { zh: '批次', en: 'The campaign' },
  job: { zh: '升级任务', en: 'The upgrade' },
  diff: { zh: '差分包', en: 'The patch' },
  package: { zh: '升级包', en: 'The package' },
  run: { zh: '烧录任务', en: 'The run' },
}

const wait: Texts = { zh: '请等待它结束，或先取消。', en: 'Wait for its end, or cancel it first.' }
const again: Texts = { zh: '需要时请对该设备新建批次。', en: 'Make a new campaign for the device if need be.' }
const stop: Texts = { zh: '请等待它结束，或先停止。', en: 'Wait for its end, or stop it first.' }

/** What can be done in each state in which something was refused. */
const advice: { readonly [M in Movable]: Readonly<Record<string, Texts>> } = {
  campaign: {
    scheduled: {
      zh: '它尚未开始：可以立即开始，或取消它。',
      en: 'It has not begun: start it now, or cancel it.',
    },
    running: { zh: '可以暂停或取消它。', en: 'It is under way: pause or cancel it.' },
    paused: { zh: '可以恢复或取消它。', en: 'Resume or cancel it.' },
    halted: { zh: '请查明失败原因，然后继续或取消它。', en: 'Look why devices failed, then go on or cancel it.' },
    finished: {
      zh: '可以重试失败的设备，或再次创建相同的批次。',
      en: 'Retry the devices that failed, or make the same campaign again.',
    },
    cancelled: {
      zh: '取消后不能继续，请再次创建相同的批次。',
      en: 'What was cancelled cannot go on: make the same campaign again.',
    },
  },
  job: {
    pending: wait,
    notified: wait,
    downloading: wait,
    installing: wait,
    succeeded: { zh: '设备已是目标版本，无需操作。', en: 'The device runs the target; there is nothing to do.' },
    failed: { zh: '它已经结束，可以重试。', en: 'It has ended; it can be retried.' },
    cancelled: again,
    skipped: again,
  },
  diff: {
    queued: wait,
    running: wait,
    ready: { zh: '若要重新生成，请先删除它。', en: 'To make it anew, delete it first.' },
    failed: { zh: '它已经结束，可以重新生成。', en: 'It has ended; it can be made again.' },
  },
  package: {
    verified: { zh: '验证已通过，可直接创建升级批次。', en: 'It needs nothing more: make a campaign.' },
    verifying: { zh: '请等待验证结束。', en: 'Wait for the end of its verification.' },
    skipped: { zh: '已可直接创建升级批次。', en: 'It needs nothing more: make a campaign.' },
  },
  run: {
    waiting: stop,
    running: stop,
    passed: { zh: '该单板已完成，可再次开始烧录。', en: 'The unit is done; start the slot again to flash it anew.' },
    failed: { zh: '它已经结束，可以重试。', en: 'It has ended; it can be retried.' },
    refused: { zh: '它已经结束，排除原因后可以重试。', en: 'It has ended; retry it once the cause is gone.' },
    cancelled: { zh: '它已经停止，可以重试。', en: 'It was stopped; it can be retried.' },
  },
}

/** Which of the state tables names them. */
const tables = { campaign: 'campaign', job: 'job', diff: 'diff', package: 'verification', run: 'run' } as const

/** A refused move in a person's words: what is in which state, and what can be done then. */
export const moveText = (language: Language, { of, from }: ErrorData): string => {
  const state = String(from)
  const movable = typeof of === 'string' && of in names ? (of as Movable) : undefined
  const known: Readonly<Record<string, string>> = movable ? stateTexts[language][tables[movable]] : {}
  const word = known[state] ?? state
  const what = movable ? names[movable][language] : language === 'zh' ? '对象' : 'It'
  const then = movable && advice[movable][state]?.[language]
  return language === 'zh'
    ? `${what}当前状态为“${word}”，不能执行此操作。${then ?? ''}`
    : `${what} is in state "${word}", in which this cannot be done.${then ? ` ${then}` : ''}`
}
