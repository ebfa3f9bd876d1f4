import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it, onTestFinished } from 'vitest'
import {
  backupName,
  backupTime,
  dropOldBackups,
  dropPartialBackups,
  freeBackupName,
  listBackups,
} from '../../electron/platform/backup/backup-files.ts'

const DAY = 86_400_000
const now = Date.UTC(2026, 10, 30, 13, 50, 17)

const withBackups = (...names: readonly string[]): string => {
  const directory = mkdtempSync(join(tmpdir(), 'backups-'))
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }))
  mkdirSync(join(directory, 'backups'))
  for (const name of names) writeFileSync(join(directory, 'backups', name), 'x')
  return directory
}
const listed = async (directory: string): Promise<string[]> =>
  (await listBackups(directory, now)).map(({ name }) => name)

it('a backup is named by the time it was made at, and by nothing else', () => {
  expect(backupName(now)).toBe('ota-bench-20261130T135017Z.sqlite')
  expect(backupTime('ota-bench-20261130T135017Z.sqlite')).toBe(now)
  for (const other of ['ota-bench-20261130T135017Z.partial', 'ota-bench-20269930T135017Z.sqlite', 'x.sqlite'])
    expect(backupTime(other), other).toBeUndefined()
})

it('lists the newest first, and none where there is no folder', async () => {
  const directory = withBackups(backupName(now - DAY), backupName(now), backupName(now - 3 * DAY), 'notes.txt')
  expect(await listed(directory)).toEqual([now, now - DAY, now - 3 * DAY].map(backupName))
  expect(await listBackups(join(directory, 'nowhere'), now)).toEqual([])
})

it('a backup made under a clock that was years ahead does not hide those made since', async () => {
  const ahead = backupName(now + 900 * DAY)
  const directory = withBackups(ahead, backupName(now - DAY), backupName(now))
  expect(await listed(directory)).toEqual([backupName(now), backupName(now - DAY), ahead])
})

it('keeps the last seven, and always the one that was just made', async () => {
  const days = Array.from({ length: 9 }, (_, day) => backupName(now - day * DAY))
  const directory = withBackups(...days)
  await dropOldBackups(directory, days[0] ?? '', now)
  expect(await listed(directory)).toEqual(days.slice(0, 7))
  // The clock was set back by years: this one seems to be the oldest of all.
  const back = backupName(Date.UTC(2000, 0, 1))
  writeFileSync(join(directory, 'backups', back), 'x')
  await dropOldBackups(directory, back, Date.UTC(2000, 0, 1))
  expect(readdirSync(join(directory, 'backups'))).toContain(back)
  expect(await listed(directory)).toHaveLength(7)
})

it('removes what a killed station left half copied, and nothing else', async () => {
  const directory = withBackups(
    'ota-bench-20261130T135017Z.partial',
    backupName(now),
    'ota-bench-x.partial-journal',
    'my.txt',
  )
  await dropPartialBackups(directory)
  expect(readdirSync(join(directory, 'backups')).sort()).toEqual(['my.txt', backupName(now)])
})

it('two backups of one second have two names', async () => {
  const directory = withBackups(backupName(now))
  expect(await freeBackupName(directory, now)).toBe(backupName(now + 1000))
})
