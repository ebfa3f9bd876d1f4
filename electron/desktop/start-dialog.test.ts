import { expect, it } from 'vitest'
import { startFailureWords } from '#shared/start-failure-texts.ts'
import { type StartFailureCode, type StartFailureInfo, startFailures } from '#shared/start-failures.ts'
import { askHowToStart, type DialogOptions, startDialog, whichBackupDialog } from './start-dialog.ts'

const data = {
  ...{ directory: '/d', file: '/d/f', owner: 'a', user: 'b', detail: 'x', parts: 'blobs', version: 9, known: 8 },
  ...{
    free: '0 MB',
    port: 1,
    host: 'h',
    option: '--o',
    hostOption: '--p',
    times: 5,
    exitCode: 70,
    folder: '/d/backups',
  },
}
const codes = Object.keys(startFailures) as StartFailureCode[]
const failureOf = (code: StartFailureCode, ...names: string[]): StartFailureInfo => ({
  code,
  data,
  backups: names.map((name, n) => ({ name, at: new Date(2026, 10, 30 - n, 13, 50, 17).getTime() })),
})

it.each(codes)('%s is explained in both languages, without a gap, and Enter decides about no data', (code) => {
  for (const locale of ['zh-CN', 'en-GB']) {
    const { options, answers } = startDialog(failureOf(code, 'b'), locale)
    expect(options.detail).not.toMatch(/\{|undefined|\(\)/)
    expect(options.detail.length).toBeGreaterThan(10)
    expect(options.buttons).toHaveLength(answers.length)
    expect(new Set(options.buttons).size).toBe(options.buttons.length)
    expect(answers[options.defaultId]).toBe('retry')
    expect(answers[options.cancelId]).toBe('quit')
  }
})

it('a backup is offered only where there is one, and only for what it mends', () => {
  expect(startDialog(failureOf('DATABASE_DAMAGED', 'b'), 'en').answers).toContain('restoreBackup')
  expect(startDialog(failureOf('DATABASE_DAMAGED'), 'en').answers).not.toContain('restoreBackup')
  expect(startDialog(failureOf('PORT_IN_USE', 'b'), 'en').answers).toEqual(['retry', 'quit'])
  expect(startDialog(failureOf('DISK_FULL', 'b'), 'en').answers).toEqual(['retry', 'openFolder', 'quit'])
})

/** Presses the named buttons, one box after the other. */
const press = async (failure: StartFailureInfo, ...buttons: string[]) => {
  const done: string[] = []
  const seen: DialogOptions[] = []
  await askHowToStart(failure, {
    locale: 'en',
    show: async (options) => {
      seen.push(options)
      return options.buttons.indexOf(buttons.shift() ?? '')
    },
    openFolder: () => done.push('folder'),
    start: (first) =>
      done.push(
        ['start', first?.kind ?? 'again', ...(first?.kind === 'restoreBackup' ? [first.backup.name] : [])].join(' '),
      ),
    quit: () => done.push('quit'),
  })
  return { done, seen }
}

it('each button does what it says, and what replaces data is asked twice', async () => {
  const failure = failureOf('DATABASE_DAMAGED', 'ota-bench-20261130T135017Z.sqlite')
  expect((await press(failure, 'Try again')).done).toEqual(['start again'])
  expect((await press(failure, 'Quit')).done).toEqual(['quit'])
  expect((await press(failure, 'Open the data directory', 'Quit')).done).toEqual(['folder', 'quit'])
  expect((await press(failure, 'Start with a new database', 'Back', 'Try again')).done).toEqual(['start again'])
  expect((await press(failure, 'Start with a new database', 'Start with a new database')).done).toEqual([
    'start setAside',
  ])
  const restored = await press(failure, 'Restore a backup', 'Restore a backup')
  expect(restored.done).toEqual(['start restoreBackup ota-bench-20261130T135017Z.sqlite'])
  expect(restored.seen[1]?.message).toContain('ota-bench-20261130T135017Z.sqlite')
})

it('a box that is closed by its corner quits', async () => {
  expect((await press(failureOf('PORT_IN_USE'))).done).toEqual(['quit'])
})

it('of several backups each can be restored, by when it was made, and going back asks from the beginning', async () => {
  const failure = failureOf('DATABASE_DAMAGED', 'c.sqlite', 'b.sqlite', 'a.sqlite')
  const newest = await press(failure, 'Restore a backup', '2026-11-30 13:50:17 (newest)', 'Restore a backup')
  expect(newest.done).toEqual(['start restoreBackup c.sqlite'])
  const oldest = await press(failure, 'Restore a backup', '2026-11-28 13:50:17', 'Restore a backup')
  expect(oldest.done).toEqual(['start restoreBackup a.sqlite'])
  expect(oldest.seen[1]).toMatchObject({ defaultId: 0, cancelId: 0 })
  expect(oldest.seen[2]?.message).toBe('Restore the backup of 2026-11-28 13:50:17 (a.sqlite)?')
  expect((await press(failure, 'Restore a backup', 'Back', 'Quit')).done).toEqual(['quit'])
  expect((await press(failure, 'Restore a backup', '2026-11-29 13:50:17', 'Back', 'Quit')).done).toEqual(['quit'])
  expect(whichBackupDialog(failure.backups, 'zh-CN').buttons).toEqual([
    '返回',
    ...['2026-11-30 13:50:17（最新）', '2026-11-29 13:50:17', '2026-11-28 13:50:17'],
  ])
})

it('without a window, the newest and the older backups are named in both languages', () => {
  const failure = failureOf('DATABASE_DAMAGED', 'c.sqlite', 'b.sqlite', 'a.sqlite')
  expect(startFailureWords(failure, 'en')).toContain(
    '(c.sqlite), start once with --restore-backup. To restore an older',
  )
  expect(startFailureWords(failure, 'en')).toContain('b.sqlite, a.sqlite.')
  expect(startFailureWords(failure, 'zh')).toContain('b.sqlite、a.sqlite。')
  expect(startFailureWords(failureOf('DATABASE_DAMAGED', 'c.sqlite'), 'en')).not.toContain('older')
})
