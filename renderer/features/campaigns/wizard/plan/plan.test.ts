import { describe, expect, it } from 'vitest'
import { CampaignInput, type Package } from '#shared/schema.ts'
import { type Draft, emptyDraft, inputOf, withPackage } from '../campaign-draft.ts'
import { chosenOptions } from '../draft-forms.ts'
import { localMinute, nextEvening, planFaults, presetGroups, presetOf, startDays } from './plan.ts'

const now = new Date(2026, 10, 21, 9, 30)
const at = (ms: number) => localMinute(new Date(now.getTime() + ms))
const MINUTE = 60_000
const groups = presetGroups('three', ['Canary', 'First group'])
const pack = { id: 1, name: 'p', version: '2', verification: 'verified' } as Package
const parsed = (plan: Draft) => CampaignInput.parse(inputOf(withPackage(plan, pack), 'n'))

describe('the plan of a campaign', () => {
  it('is sane as it comes: at once, in one go, halting only when many fail', () => {
    expect(planFaults(emptyDraft, now.getTime())).toEqual([])
    expect(parsed(emptyDraft)).toMatchObject({
      strategy: 'static',
      failureThreshold: { percent: 20, minimum: 10 },
    })
    expect(chosenOptions(emptyDraft)).toMatchObject({
      groups: undefined,
      rate: undefined,
      retry: undefined,
    })
  })

  it('becomes an input that the contract takes, with every field filled', () => {
    const plan = {
      ...emptyDraft,
      startAt: at(60 * MINUTE),
      window: { from: '22:00', to: '06:00' },
      groups,
      rate: { perMinute: 60, concurrent: 50 },
      retry: { times: 2, intervalMinutes: 10, on: ['download' as const] },
      pushTimeoutMinutes: 15,
      timeoutMinutes: 30,
    }
    expect(planFaults(plan, now.getTime())).toEqual([])
    expect(parsed(plan)).toMatchObject({
      startAt: new Date(now.getTime() + 60 * MINUTE).toISOString(),
      groups: [{ percent: 1 }, { percent: 10, successPercent: 95, proceed: 'auto' }],
      retry: { times: 2, on: ['download'] },
      timeoutMinutes: 30,
      pushTimeoutMinutes: 15,
    })
  })

  it('names what is wrong with it', () => {
    const faults = (part: Partial<Draft>) => planFaults({ ...emptyDraft, ...part }, now.getTime())
    expect(faults({ startAt: '' })).toEqual(['startEmpty'])
    expect(faults({ startAt: at(0) })).toEqual(['startPast'])
    expect(faults({ startAt: at(31 * 24 * 60 * MINUTE) })).toEqual(['startFar'])
    expect(faults({ window: { from: '08:00', to: '08:00' } })).toEqual(['window'])
    expect(faults({ window: { from: '08:00', to: '24:10' } })).toEqual(['window'])
    expect(faults({ startAt: '2026-11-21T9' })).toEqual(['startEmpty'])
    expect(faults({ groups: presetGroups('canary', [' ']) })).toEqual(['groupName'])
    expect(faults({ groups: groups.map((group) => ({ ...group, percent: 50 })) })).toEqual(['groupSum'])
    expect(faults({ failureThreshold: { percent: 5, minimum: null } })).toEqual(['threshold'])
    expect(faults({ retry: { times: 1, intervalMinutes: 1, on: [] } })).toEqual(['classes'])
  })

  it('minds no group of a dynamic campaign, whose groups nobody sees', () => {
    const hidden = { ...emptyDraft, groups: groups.map((group) => ({ ...group, name: '', percent: null })) }
    expect(planFaults(hidden, now.getTime())).toEqual(['groupName', 'groupSum'])
    expect(planFaults({ ...hidden, strategy: 'dynamic' }, now.getTime())).toEqual([])
  })

  it('knows its presets until their sizes are edited', () => {
    expect(presetOf([])).toBe('all')
    expect(presetOf(presetGroups('canary', ['c']))).toBe('canary')
    expect(presetOf(groups)).toBe('three')
    expect(presetOf(groups.map((group) => ({ ...group, percent: 3 })))).toBe('own')
  })

  it('may start on any day from today to the thirtieth after it', () => {
    const days = startDays(now)
    expect([days[0], days[9], days[10], days.at(-1)]).toEqual(['2026-11-21', '2026-11-30', '2026-12-01', '2026-12-21'])
  })

  it('sends no groups with a dynamic campaign, which has none', () => {
    expect(chosenOptions({ ...emptyDraft, groups, strategy: 'dynamic' }).groups).toBeUndefined()
  })

  it('offers the coming evening, never one that is over', () => {
    expect(nextEvening(now)).toBe('2026-11-21T22:00')
    expect(nextEvening(new Date(2026, 10, 21, 21, 58))).toBe('2026-11-22T22:00')
  })
})
