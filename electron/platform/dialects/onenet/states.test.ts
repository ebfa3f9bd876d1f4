import { describe, expect, test } from 'vitest'
import { readStep, type TaskState } from './states.ts'

const states: readonly TaskState[] = [
  'waiting',
  'downloading',
  'upgrading',
  'completed',
  'failed',
  'cancelled',
  'paused',
]
const refusal = (step: number, state: TaskState) => {
  const read = readStep(step, state)
  return read.kind === 'refused' ? read.errno : read.kind
}
const row = (step: number) => states.map((state) => refusal(step, state))

describe('a OneNET step', () => {
  test.each([0, 1, 50, 99, 100])('%d is taken only while downloading', (step) => {
    expect(row(step)).toEqual([17, 'progress', 17, 20, 20, 22, 17])
  })

  test('101 ends a download, from waiting too, and is not taken again', () => {
    expect(row(101)).toEqual(['progress', 'progress', 17, 20, 20, 22, 17])
    expect(readStep(101, 'waiting')).toEqual({ kind: 'progress', percent: 100 })
  })

  test.each([
    [102, 'NO_SPACE'],
    [103, 'OUT_OF_MEMORY'],
    [104, 'REQUEST_TIMEOUT'],
    [105, 'LOW_BATTERY'],
    [106, 'WEAK_SIGNAL'],
    [107, 'DOWNLOAD_BROKE_OFF'],
  ])('%d fails a download: %s', (step, reason) => {
    expect(row(step)).toEqual(['failure', 'failure', 17, 20, 20, 22, 17])
    expect(readStep(step, 'downloading')).toEqual({ kind: 'failure', reason })
  })

  test('201 proves the target version', () => {
    expect(row(201)).toEqual(['proven', 'proven', 'proven', 20, 20, 22, 17])
  })

  test.each([
    [202, 'LOW_BATTERY'],
    [203, 'OUT_OF_MEMORY'],
    [204, 'PACKAGE_MISMATCH'],
    [205, 'CHECKSUM_WRONG'],
    [206, 'UPGRADE_BROKE_OFF'],
    [207, 'RETRIES_EXHAUSTED'],
    [208, 'UPGRADE_EXPIRED'],
  ])('%d fails an upgrade: %s', (step, reason) => {
    expect(row(step)).toEqual(['failure', 'failure', 'failure', 20, 20, 22, 17])
    expect(readStep(step, 'upgrading')).toEqual({ kind: 'failure', reason })
  })

  test.each([-1, 108, 150, 200, 209, 300, 1_000_000, Number.NaN])('%d is none, in whatever state', (step) => {
    expect(row(step)).toEqual([2, 2, 2, 2, 2, 2, 2])
  })
})
