import type { ErrorData } from './errors.ts'
import type { Language } from './languages.ts'
import { texts } from './texts/index.ts'

/** What was to be moved; `package`: its verification. */
export type Movable = 'campaign' | 'job' | 'diff' | 'package' | 'run'

type Texts = Readonly<Record<Language, string>>

const names: Readonly<Record<Movable, Texts>> = {
  campaign: { zh: '批次', en: 'The campaign' },
  job: { zh: '设备升级任务', en: 'The upgrade' },
  diff: { zh: '差分包', en: 'The delta' },
  package: { zh: '升级包', en: 'The package' },
  run: { zh: '烧录', en: 'The run' },
}

const wait: Texts = { zh: '请等待它结束，或先取消。', en: 'Wait until it ends, or cancel it first.' }
const again: Texts = { zh: '需要时请对该设备新建批次。', en: 'Create a new campaign for this device if needed.' }
const stop: Texts = { zh: '请等待它结束，或先停止。', en: 'Wait until it ends, or stop it first.' }

/** What can be done in each state in which something was refused. */
const advice: { readonly [M in Movable]: Readonly<Record<string, Texts>> } = {
  campaign: {
    scheduled: {
      zh: '批次尚未开始：可以立即升级或取消。',
      en: 'Not started yet: start it now, or cancel it.',
    },
    running: { zh: '可以暂停或取消它。', en: 'Running: pause or cancel it.' },
    paused: { zh: '可以继续或取消它。', en: 'Resume or cancel it.' },
    halted: { zh: '请查看失败原因，然后继续或取消批次。', en: 'Check why devices failed, then resume or cancel it.' },
    finished: {
      zh: '可以重试失败的设备，或再次创建相同的批次。',
      en: 'Retry the failed devices, or run the campaign again.',
    },
    cancelled: {
      zh: '取消后不能继续，请再次创建相同的批次。',
      en: 'A cancelled campaign cannot be resumed; run it again.',
    },
  },
  job: {
    pending: wait,
    notified: wait,
    downloading: wait,
    installing: wait,
    succeeded: { zh: '设备已是目标版本，无需操作。', en: 'The device is on the target version; nothing to do.' },
    failed: { zh: '它已经结束，可以重试。', en: 'It has ended; it can be retried.' },
    cancelled: again,
    skipped: again,
  },
  diff: {
    queued: wait,
    running: wait,
    ready: { zh: '若要重新生成，请先删除它。', en: 'To generate it again, delete it first.' },
    failed: { zh: '它已经结束，可以重新生成。', en: 'It has ended; it can be generated again.' },
  },
  package: {
    verified: { zh: '验证已通过，可直接创建升级批次。', en: 'Already verified; create a campaign.' },
    verifying: { zh: '请等待验证结束。', en: 'Wait until the verification ends.' },
    skipped: { zh: '已可直接创建升级批次。', en: 'Verification was skipped; create a campaign.' },
  },
  run: {
    waiting: stop,
    running: stop,
    passed: {
      zh: '该单板已通过。要重烧，请打开工位点击“再烧录一次”。',
      en: 'The unit passed. To repeat, open the slot and press "Flash again".',
    },
    failed: { zh: '它已经结束，可以重试。', en: 'It has ended; it can be retried.' },
    refused: { zh: '它已经结束，排除原因后可以重试。', en: 'It has ended; correct the cause and retry.' },
    cancelled: { zh: '它已经停止，可以重试。', en: 'It was stopped; it can be retried.' },
  },
}

const unnamed: Texts = { zh: '对象', en: 'It' }

const sentence = (what: string, state: string, then: string | undefined): Texts => ({
  zh: `${what}当前状态为“${state}”，不能执行此操作。${then ?? ''}`,
  en: `${what} is in state "${state}", in which this is not possible.${then ? ` ${then}` : ''}`,
})

/** Which of the state tables names them. */
const tables = { campaign: 'campaign', job: 'job', diff: 'diff', package: 'verification', run: 'run' } as const

/** A refused move in a person's words: what is in which state, and what can be done then. */
export const moveText = (language: Language, { of, from }: ErrorData): string => {
  const state = String(from)
  const movable = typeof of === 'string' && of in names ? (of as Movable) : undefined
  const known: Readonly<Record<string, string>> = movable ? texts[language].states[tables[movable]] : {}
  const word = known[state] ?? state
  const what = (movable ? names[movable] : unnamed)[language]
  const then = movable && advice[movable][state]?.[language]
  return sentence(what, word, then)[language]
}
