import { describe, expect, it } from 'vitest'
import {
  formatAgo,
  formatBytes,
  formatCount,
  formatDateTime,
  formatDuration,
  formatPercent,
  formatRough,
} from './format.ts'

describe('numbers and times on screen', () => {
  it('write bytes in powers of 1024 with at most one decimal where it says something', () => {
    expect([0, 512, 1023, 1024, 356_352, 1_258_291, 1_048_576_000].map((bytes) => formatBytes(bytes, 'en'))).toEqual([
      '0 B',
      '512 B',
      '1,023 B',
      '1 KB',
      '348 KB',
      '1.2 MB',
      '1,000 MB',
    ])
  })

  it('write spans like a stopwatch', () => {
    expect([-5, 0, 41_000, 240_000, 3_723_000].map(formatDuration)).toEqual(['0:00', '0:00', '0:41', '4:00', '1:02:03'])
  })

  it('write rough spans in the words of the language', () => {
    expect(formatRough(3000, 'zh')).toBe('10 秒')
    expect(formatRough(41_000, 'en')).toBe('50 s')
    expect(formatRough(360_000, 'zh')).toBe('6 分钟')
    expect(formatRough(9_000_000, 'en')).toBe('2.5 h')
  })

  it('write how long ago in both languages', () => {
    const now = Date.parse('2026-11-21T08:00:00.000Z')
    expect(formatAgo('2026-11-21T07:57:00.000Z', now, 'zh')).toBe('3分钟前')
    expect(formatAgo('2026-11-21T07:57:00.000Z', now, 'en')).toBe('3 minutes ago')
    expect(formatAgo('2026-11-20T08:00:00.000Z', now, 'en')).toBe('yesterday')
  })

  it('never tell a time of the future when clocks differ by a little', () => {
    const now = Date.parse('2026-11-21T08:00:00.000Z')
    expect(formatAgo('2026-11-21T08:00:02.000Z', now, 'en')).toBe('now')
  })

  it('write dates so that they sort and cannot be mistaken', () => {
    expect(formatDateTime('2026-02-03T04:05:00.000', 'zh')).toBe('2026-02-03 04:05')
    expect(formatDateTime('2026-02-03T04:05:00.000', 'en')).toBe('03 Feb 2026, 04:05')
  })

  it('group thousands and keep one decimal of a percentage', () => {
    expect(formatCount(12_345, 'zh')).toBe('12,345')
    expect(formatPercent(98.04, 'en')).toBe('98%')
    expect(formatPercent(98.86, 'en')).toBe('98.9%')
  })
})
