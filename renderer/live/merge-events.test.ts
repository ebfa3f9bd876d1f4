import { describe, expect, it } from 'vitest'
import type { Campaign, Job, LiveEvent } from '#shared/schema.ts'
import { applyBatch, arrivals, emptyJobs, emptyLiveState, jobsOf, mergeJobs, overlay } from './merge-events.ts'

const job = (id: number, updatedAt: string, state: Job['state'] = 'downloading'): Job => ({
  id,
  campaignId: 1,
  deviceId: id,
  deviceName: `gw-${id}`,
  module: 'default',
  fromVersion: '1.0.0',
  toVersion: '2.0.0',
  artifact: 'full',
  diffId: null,
  artifactNote: null,
  artifactSize: 1,
  bytesSaved: 0,
  state,
  progress: 0,
  errorCode: null,
  description: null,
  attempt: 1,
  online: true,
  notifiedAt: null,
  startedAt: null,
  finishedAt: null,
  updatedAt,
  group: 0,
  retryAt: null,
  patienceUntil: null,
  deadlineAt: null,
})

const campaign = (id: number, name: string) => ({ id, name }) as Campaign
const campaignEvent = (id: number, name: string) => ({ type: 'campaign', ...campaign(id, name) }) as LiveEvent

describe('live jobs', () => {
  it('keep the order in which they were listed, whatever changes', () => {
    const listed = mergeJobs(emptyJobs, [job(3, 'a'), job(1, 'a'), job(2, 'a')])
    const changed = mergeJobs(listed, [job(2, 'b', 'failed'), job(3, 'b', 'succeeded')])
    expect(changed.order).toEqual([3, 1, 2])
    expect(changed.byId.get(2)?.state).toBe('failed')
  })

  it('never go back to an older state that a page read late brings', () => {
    const live = mergeJobs(emptyJobs, [job(1, '2026-01-01T00:00:02.000Z', 'succeeded')])
    const late = mergeJobs(live, [job(1, '2026-01-01T00:00:01.000Z', 'downloading')])
    expect(late.byId.get(1)?.state).toBe('succeeded')
  })

  it('take what came last where two states bear the same time', () => {
    const listed = mergeJobs(emptyJobs, [job(1, 'a', 'downloading')])
    expect(mergeJobs(listed, [job(1, 'a', 'installing')]).byId.get(1)?.state).toBe('installing')
  })

  it('are listed once, however often a page or a batch brings them', () => {
    const listed = mergeJobs(emptyJobs, [job(2, 'a'), job(1, 'a'), job(2, 'b', 'installing'), job(1, 'a')])
    expect(listed.order).toEqual([2, 1])
    expect(listed.byId.get(2)?.state).toBe('installing')
  })

  it('keep their identity where nothing changed, so that their rows are not drawn again', () => {
    const listed = mergeJobs(emptyJobs, [job(1, 'a'), job(2, 'a')])
    const changed = mergeJobs(listed, [job(2, 'b')])
    expect(changed.byId.get(1)).toBe(listed.byId.get(1))
    expect(changed.order).toBe(listed.order)
  })

  it('put newcomers at the end, as the station lists them and not by their ids', () => {
    const listed = mergeJobs(emptyJobs, [job(5, 'a')])
    const longer = mergeJobs(listed, [job(9, 'a'), job(1, 'a'), job(5, 'b'), job(4, 'a')])
    expect(longer.order).toEqual([5, 9, 1, 4])
    expect(mergeJobs(longer, [job(8, 'a')]).order).toEqual([5, 9, 1, 4, 8])
  })

  it('are taken out of a batch without the other events', () => {
    expect(jobsOf([{ type: 'job', ...job(1, 'a') }, campaignEvent(1, 'x')])).toEqual([job(1, 'a')])
  })
})

describe('a batch of events', () => {
  it('leaves the parts it does not touch as they were', () => {
    const next = applyBatch(emptyLiveState, [campaignEvent(1, 'one')])
    expect(next.devices).toBe(emptyLiveState.devices)
    expect(next.removed).toBe(emptyLiveState.removed)
    expect(next.campaigns.get(1)?.name).toBe('one')
    expect(emptyLiveState.campaigns.size).toBe(0)
  })

  it('lets the last word on an object stand', () => {
    const next = applyBatch(emptyLiveState, [campaignEvent(1, 'old'), campaignEvent(1, 'new')])
    expect(next.campaigns.get(1)?.name).toBe('new')
  })

  it('adds to what the batches before it brought and removed', () => {
    const said = (id: number, name: string) =>
      [
        { type: 'device', id, name },
        { type: 'knock', id, deviceName: name },
        { type: 'removed', what: 'device', id: id + 10 },
      ] as unknown as LiveEvent[]
    const next = [said(1, 'a'), said(2, 'b'), said(1, 'c')].reduce(applyBatch, emptyLiveState)
    expect([...next.devices.values()].map(({ id, name }) => [id, name])).toEqual([
      [1, 'c'],
      [2, 'b'],
    ])
    expect([...next.knocks.values()].map(({ id, deviceName }) => [id, deviceName])).toEqual([
      [1, 'c'],
      [2, 'b'],
    ])
    expect([...next.removed.device].toSorted()).toEqual([11, 12])
    expect(emptyLiveState.removed.device.size).toBe(0)
  })

  it('says when packages are to be read again and what is gone', () => {
    const next = applyBatch(emptyLiveState, [
      { type: 'package', id: 4 },
      { type: 'removed', what: 'campaign', id: 9 },
    ])
    expect(next.packagesStamp).toBe(1)
    expect(next.removed.campaign.has(9)).toBe(true)
    expect(next.removed.device.has(9)).toBe(false)
  })
})

describe('a list under live changes', () => {
  it('shows the latest of each item and leaves out what is gone, in its own order', () => {
    const latest = new Map([[2, campaign(2, 'new')]])
    expect(overlay([campaign(3, 'c'), campaign(2, 'old'), campaign(1, 'a')], latest, new Set([1]))).toEqual([
      campaign(3, 'c'),
      campaign(2, 'new'),
    ])
  })

  it('takes in only what is newer than its first item, newest first', () => {
    const latest = new Map([1, 5, 4].map((id) => [id, campaign(id, '')]))
    expect(arrivals([campaign(3, '')], latest).map(({ id }) => id)).toEqual([5, 4])
  })

  it('takes in nothing that it shows already, nor what belongs to pages not read yet', () => {
    const latest = new Map([5, 4, 2, 1].map((id) => [id, campaign(id, '')]))
    expect(arrivals([campaign(5, ''), campaign(3, '')], latest)).toEqual([])
    expect(arrivals([], latest).map(({ id }) => id)).toEqual([5, 4, 2, 1])
  })
})
