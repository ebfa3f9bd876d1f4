import { describe, expect, it } from 'vitest'
import { protocolFacts } from '#shared/protocols/index.ts'
import { CampaignInput, type Package } from '#shared/schema.ts'
import {
  type Draft,
  defaultName,
  emptyDraft,
  inputOf,
  isReady,
  tagFault,
  targetOf,
  transportFault,
  withDeltas,
  withKind,
  withPackage,
} from './campaign-draft.ts'
import { presetGroups, presetOf } from './plan/plan.ts'

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
    const chosen = { ...full, deviceIds: new Set([1]), deviceTags: ['hall 1'] }
    const draft = withPackage(chosen, pack('verified'))
    expect(draft.fromVersions).toEqual([])
    expect(draft.deviceTags).toEqual([])
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

describe('the groups of a campaign in the making', () => {
  const groups = presetGroups('three', ['Canary', 'First group'])
  const grouped: Draft = {
    ...full,
    groups,
    rate: { perMinute: 60, concurrent: null },
    startAt: '2026-11-21T22:00',
    deviceIds: new Set([4]),
  }
  const dynamic: Draft = { ...grouped, strategy: 'dynamic' }
  const sent = (draft: Draft) => CampaignInput.parse(inputOf(draft, 'x'))

  it('stay when an upgrade is chosen again, with all else of its plan', () => {
    expect(withKind(grouped, 'upgrade')).toEqual(grouped)
    expect(sent(withKind(grouped, 'upgrade')).groups).toMatchObject([{ percent: 1 }, { percent: 10 }])
  })

  it('go when it becomes a verification, and nothing else of the plan does', () => {
    const verify = withKind(grouped, 'verify')
    expect(verify).toEqual({ ...grouped, kind: 'verify', scope: 'devices', groups: [] })
    expect(sent(verify)).toMatchObject({ kind: 'verify', groups: [], rate: { perMinute: 60 } })
  })

  it('do not come back when the verification becomes an upgrade again: all devices start together', () => {
    const again = withKind(withKind(grouped, 'verify'), 'upgrade')
    expect(presetOf(again.groups)).toBe('all')
    expect(sent(again)).toMatchObject({ kind: 'upgrade', scope: 'all', groups: [], rate: { perMinute: 60 } })
  })

  it('go as well when a package that is not verified leaves no choice but a verification', () => {
    const draft = { ...withPackage(grouped, pack('unverified')), deviceIds: new Set([4]) }
    expect(draft.groups).toEqual([])
    expect(sent(draft)).toMatchObject({ kind: 'verify', groups: [], rate: { perMinute: 60 } })
  })

  it('stay when another package may be upgraded to as well', () => {
    expect(withPackage(grouped, pack('verified')).groups).toEqual(groups)
  })

  it('are sent with a static campaign alone, and are there again when a dynamic one becomes static', () => {
    expect(sent(dynamic)).toMatchObject({ strategy: 'dynamic', groups: [] })
    expect(sent({ ...dynamic, strategy: 'static' }).groups).toHaveLength(2)
  })

  it('take later arrivals with them: a verification is never dynamic, however it came about', () => {
    expect(withKind(dynamic, 'verify').strategy).toBe('static')
    expect(withPackage(dynamic, pack('unverified')).strategy).toBe('static')
    expect(withKind(dynamic, 'upgrade').strategy).toBe('dynamic')
  })
})

describe('how devices fetch and what they are sent', () => {
  const files = (count: number, size = 1000) => ({ files: Array(count).fill({ name: 'a' }), size }) as Package
  const sagoo = { features: protocolFacts.sagoo.features, tls: true }

  it('offers only ways that are open, and says why others are not', () => {
    expect(transportFault('http', files(3), { features: protocolFacts.onenet.features, tls: false })).toBeUndefined()
    expect(transportFault('https', files(1), { ...sagoo, tls: false })).toBe('tls')
    expect(transportFault('mqtt', files(1), sagoo)).toBeUndefined()
    expect(transportFault('mqtt', files(2), sagoo)).toBe('files')
    expect(transportFault('mqtt', files(1, 17 * 1024 ** 2), sagoo)).toBe('size')
    expect(transportFault('mqtt', files(1), { features: protocolFacts.thingspanel.features, tls: true })).toBe(
      'protocol',
    )
  })

  it('sends devices only the conditions that were filled in', () => {
    expect(CampaignInput.parse(inputOf(full, 'x'))).toMatchObject({ protocol: 'http', policy: 'standard' })
    expect(inputOf(full, 'x')?.retry).toBeUndefined()
    const sent = inputOf({ ...full, conditions: { ...full.conditions, battery: 20 } }, 'x')
    expect(CampaignInput.parse(sent)).toMatchObject({
      conditions: { battery: 20 },
    })
  })

  it('forgets what another protocol could do when the package changes', () => {
    const chosen = {
      ...full,
      transport: 'mqtt',
      push: false,
      policy: 'silent',
      conditions: { ...full.conditions, signal: 5 },
    } as const
    expect(withPackage(chosen, pack('verified'))).toMatchObject({
      transport: 'http',
      push: true,
      policy: 'standard',
      conditions: { signal: null },
    })
  })
})

describe('what is sent', () => {
  const patches = [{ packageId: 7, status: 'ready' as const }]

  it('is a patch where there is one, unless a person says otherwise', () => {
    expect(targetOf(full)).toMatchObject({ mode: 'full' })
    expect(targetOf(withDeltas(full, patches))).toMatchObject({ mode: 'auto' })
    expect(targetOf(withDeltas({ ...full, mode: 'full' }, patches))).toMatchObject({ mode: 'full' })
  })

  it('is the full image where patches failed or lead to another package', () => {
    expect(withDeltas(full, [{ packageId: 7, status: 'failed' }]).mode).toBe('full')
    expect(withDeltas(full, [{ packageId: 8, status: 'ready' }]).mode).toBe('full')
  })

  it('is asked anew of another package', () => {
    expect(withPackage({ ...full, mode: 'diff' }, pack('verified')).mode).toBeNull()
  })
})
