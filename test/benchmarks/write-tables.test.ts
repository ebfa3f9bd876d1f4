import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { writeTables } from './write-tables.ts'

test('a run replaces the tables that it measured and keeps the others', () => {
  const directory = mkdtempSync(join(tmpdir(), 'tables-'))
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }))
  const path = join(directory, 'benchmarks.md')
  const order = ['broker', 'diff']
  writeTables(path, order, new Map([['diff', '## Deltas']]), 'Monday')
  writeTables(path, order, new Map([['broker', '## The broker']]), 'Tuesday')
  writeTables(path, order, new Map([['broker', '## The broker, again']]), 'Wednesday')
  const text = readFileSync(path, 'utf8')
  expect(text).not.toContain('Tuesday')
  expect(text.indexOf('## The broker, again\n\nWednesday.')).toBeGreaterThan(0)
  expect(text.indexOf('## Deltas\n\nMonday.')).toBeGreaterThan(text.indexOf('Wednesday'))
})
