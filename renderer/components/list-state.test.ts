import { describe, expect, it } from 'vitest'
import type { Failure } from '../api/failure.ts'
import { type ListState, listOf, listState, partOf, setFilters, withChanges } from './list-state.ts'

const failure = { kind: 'offline' } as unknown as Failure
const reload = () => {}
const a = { id: 1, name: 'a' }
const b = { id: 2, name: 'b' }

describe('the place of a list', () => {
  it.each<[ListState, boolean, Failure | undefined, boolean, object[]]>([
    ['loading', false, undefined, true, []],
    ['loading', true, undefined, true, []],
    ['failed', false, failure, false, []],
    ['failed', true, failure, false, []],
    ['empty', false, undefined, false, []],
    ['no-match', true, undefined, false, []],
    ['listed', false, undefined, false, [a]],
    ['listed', true, undefined, false, [a]],
    ['listed', false, failure, false, [a]],
  ])('is %s where filtered is %s', (state, filtered, why, loading, items) => {
    expect(listState({ items, failure: why, loading }, filtered)).toBe(state)
  })

  it('stays empty when a list that was read as empty cannot be read again', () => {
    const state = (data: { items: object[] } | undefined) =>
      listState(listOf({ data, failure, loading: false, reload }), false)
    expect([state({ items: [] }), state({ items: [a] }), state(undefined)]).toEqual(['empty', 'listed', 'failed'])
  })

  it('is a skeleton while the question cannot be asked yet', () => {
    const unasked = { data: undefined, failure: undefined, loading: false, reload }
    expect(listState(listOf(unasked), false)).toBe('loading')
  })

  it('says that nothing matches, not why the last reading failed, where the screen picks from what was read', () => {
    const read = { items: [a], failure, loading: false, reload }
    expect(listState(partOf(read, []), true)).toBe('no-match')
    expect(listState(partOf({ ...read, items: [] }, []), false)).toBe('failed')
  })
})

describe('filters', () => {
  it('are set by any value but undefined and an empty search', () => {
    expect(setFilters({ q: '', tag: undefined, online: false, productId: 0 })).toEqual({ online: false, productId: 0 })
  })
})

describe('a live list', () => {
  const latest = new Map([
    [1, { id: 1, name: 'a, renamed' }],
    [3, { id: 3, name: 'c' }],
  ])

  it('shows the latest word on each item and drops what was removed', () => {
    expect(withChanges([b, a], { latest, removed: new Set([2]) }, false)).toEqual([{ id: 1, name: 'a, renamed' }])
  })

  it('takes new objects at the top only while they may join', () => {
    expect(withChanges([b, a], { latest }, true).map(({ id }) => id)).toEqual([3, 2, 1])
    expect(withChanges([b, a], { latest }, false).map(({ id }) => id)).toEqual([2, 1])
  })

  it('is the same object while the stream says nothing, so that its rows are not drawn again', () => {
    const items = [b, a]
    expect(withChanges(items, {}, true)).toBe(items)
  })
})
