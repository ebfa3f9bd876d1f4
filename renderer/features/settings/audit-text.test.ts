import { expect, it } from 'vitest'
import { auditedCalls } from '#shared/audited-calls.ts'
import { languages } from '#shared/languages.ts'
import { actionText, auditActions, detailText } from './audit-text.ts'

/** Actions of the station itself, without a call. */
const byItself = [
  ...['campaigns.halted', 'campaigns.healed', 'campaigns.groupOpened'],
  ...['operator.resetPin', 'station.timeJumped', 'backups.create', 'backups.restored'],
  ...['station.olderDatabase', 'station.logLost', 'packages.damaged', 'packages.healed'],
]

it('every action that is written down has a name in both languages', () => {
  const written = [...auditedCalls, ...byItself]
  expect([...auditActions].sort()).toEqual(written.sort())
  for (const language of languages) for (const action of written) expect(actionText(action, language)).not.toBe(action)
})

it('an action of a newer station is shown by its own name', () => {
  expect(actionText('rockets.launch', 'zh')).toBe('rockets.launch')
})

it('details stand on one line, with the names that the screen uses', () => {
  expect(detailText({ reason: '现场紧急', force: true, deviceIds: [1, 2] }, 'zh')).toContain('现场紧急')
  expect(detailText({ force: true, more: { a: 1 } }, 'en')).toBe('force: true · more: a 1')
  expect(detailText({ groups: [{ name: 'Canary', percent: 10 }] }, 'en')).toBe('groups: (name Canary, share 10)')
  expect(detailText(null, 'en')).toBe('')
})
