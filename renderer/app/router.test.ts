import { describe, expect, it } from 'vitest'
import { hashOf, parseHash } from './router.ts'

describe('the place in the address', () => {
  it('is read back as it was written', () => {
    const route = parseHash(hashOf('campaigns', 'new', { package: '3', kind: 'verify' }))
    expect(route.place).toBe('campaigns')
    expect(route.rest).toBe('new')
    expect(Object.fromEntries(route.query)).toEqual({ package: '3', kind: 'verify' })
  })

  it('keeps what stands in a place', () => {
    expect(parseHash('#/devices/products/new')).toMatchObject({ place: 'devices', rest: 'products/new' })
    expect(hashOf('campaigns', 12)).toBe('#/campaigns/12')
  })

  it('is the overview for anything unknown', () => {
    for (const hash of ['', '#', '#/', '#/nowhere/1', 'rubbish']) {
      expect(parseHash(hash)).toMatchObject({ place: 'overview', rest: '' })
    }
  })
})
