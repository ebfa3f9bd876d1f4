import { describe, expect, it } from 'vitest'
import { CampaignInput, type Package } from '#shared/schema.ts'
import {
  type Draft,
  defaultName,
  emptyDraft,
  inputOf,
  isReady,
  tagFault,
  targetOf,
  withKind,
  withPackage,
} from './draft.ts'

const pack = (verification: Package['verification']) =>
  ({ id: 7, name: '网关固件', version: '2.4.1', verification }) as Package

const now = Date.UTC(2026, 10, 21, 8)

const full: Draft = { ...withPackage(emptyDraft, pack('skipped')), fromVersions: ['2.3.0'] }

describe('a campaign in the making', () => {
  it('becomes an input that the contract takes', () => {
    const draft = {
      ...full,
      tags: [
        { id: 1, key: 'line', value: 'A' },
        { id: 2, key: '', value: '' },
      ],
    }
    const input = inputOf(draft, '  批次 1 ')
    expect(CampaignInput.parse(input)).toMatchObject({
      packageId: 7,
      name: '批次 1',
      scope: 'all',
      fromVersions: ['2.3.0'],
      tags: { line: 'A' },
    })
  })

  it('verifies an unverified package, on chosen devices only', () => {
    const draft = withPackage(emptyDraft, pack('unverified'))
    expect(draft).toMatchObject({ kind: 'verify', scope: 'devices' })
    expect(targetOf(draft)).toBeNull()
    expect(isReady('devices', draft, now)).toBe(false)
    expect(targetOf({ ...draft, deviceIds: new Set([4]) })).toMatchObject({ kind: 'verify', deviceIds: [4] })
  })

  it('forgets devices and versions of another package', () => {
    const draft = withPackage({ ...full, deviceIds: new Set([1]) }, pack('verified'))
    expect(draft.fromVersions).toEqual([])
    expect(draft.deviceIds.size).toBe(0)
  })

  it('does not send devices chosen before the scope went back to all', () => {
    const draft = withKind({ ...full, scope: 'devices', deviceIds: new Set([1, 2]) }, 'upgrade')
    expect(targetOf(draft)).toMatchObject({ scope: 'all', deviceIds: undefined })
  })

  it('is named after package, version and time, within 64 characters', () => {
    const at = new Date(2026, 10, 21, 8, 5)
    expect(defaultName({ name: '网关固件', version: '2.4.1' }, at)).toBe('网关固件 2.4.1 · 11-21 08:05')
    expect(defaultName({ name: 'Gateway 2.4.1', version: '2.4.1' }, at)).toBe('Gateway 2.4.1 · 11-21 08:05')
    const long = defaultName({ name: '包'.repeat(20), version: '9'.repeat(100) }, at)
    expect(long.length).toBeLessThanOrEqual(64)
    expect(long).toContain('11-21 08:05')
  })

  it('says what is wrong with a tag', () => {
    const rows = [
      { id: 1, key: 'line', value: 'A' },
      { id: 2, key: 'line', value: 'B' },
      { id: 3, key: '产线', value: 'B' },
      { id: 4, key: 'x', value: '' },
      { id: 5, key: '', value: '' },
    ]
    expect(rows.map((row) => tagFault(row, rows))).toEqual([undefined, 'twice', 'key', 'value', undefined])
    expect(isReady('how', { ...full, tags: rows }, now)).toBe(false)
  })
})
