import { describe, expect, it, onTestFinished, vi } from 'vitest'
import { go, guardLeaving, hashOf, parseHash, watchHash } from './router.ts'

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

/** A window that reports changes of its address; `to` goes back and forward. A browser reports them a little later: at `tell`. */
const openWindow = ({ later = false } = {}) => {
  const target = new EventTarget()
  let current = '#/bench'
  let untold = 0
  const tell = (): void => {
    while (untold > 0) {
      untold -= 1
      target.dispatchEvent(new Event('hashchange'))
    }
  }
  const to = (hash: string): void => {
    if (hash !== current) untold += 1
    current = hash
    if (!later) tell()
  }
  const location = {
    get hash() {
      return current
    },
    set hash(hash: string) {
      to(hash)
    },
  }
  const history = {
    replaceState: (_state: null, _title: string, hash: string): void => {
      current = hash
    },
  }
  vi.stubGlobal('window', Object.assign(target, { location, history }))
  let changes = 0
  const stop = watchHash(() => {
    changes += 1
  })
  onTestFinished(() => {
    stop()
    vi.unstubAllGlobals()
  })
  return { to, tell, location, changes: () => changes }
}

describe('a screen that has something to lose', () => {
  it('is left by a link or the back button only once its guard lets go', () => {
    const { to, location, changes } = openWindow()
    go('bench', 'recipes/1')
    const asked: (() => void)[] = []
    const release = guardLeaving((leave) => void asked.push(leave))
    go('devices')
    to('#/bench')
    expect([location.hash, changes(), asked.length]).toEqual(['#/bench/recipes/1', 1, 2])
    asked[0]?.()
    expect([location.hash, changes()]).toEqual(['#/devices', 2])
    release()
    go('bench')
    expect([location.hash, asked.length]).toEqual(['#/bench', 2])
  })

  it('is left for good, though its guard is renewed before the browser tells of the new address', () => {
    const { tell, location, changes } = openWindow({ later: true })
    go('bench', 'recipes/1')
    tell()
    const asked: (() => void)[] = []
    const ask = (leave: () => void): void => void asked.push(leave)
    guardLeaving(ask)
    go('settings')
    tell()
    asked[0]?.()
    const release = guardLeaving((leave) => ask(leave))
    tell()
    expect([location.hash, changes(), asked.length]).toEqual(['#/settings', 2, 1])
    // Only that address was granted.
    go('devices')
    tell()
    expect([location.hash, asked.length]).toEqual(['#/settings', 2])
    release()
  })

  it('keeps its guard when the screen before it lets go late', () => {
    const { location } = openWindow()
    go('bench', 'recipes/1')
    const releaseFirst = guardLeaving((leave) => leave())
    go('bench', 'recipes/2')
    const releaseSecond = guardLeaving(() => undefined)
    releaseFirst()
    go('devices')
    expect(location.hash).toBe('#/bench/recipes/2')
    releaseSecond()
    go('devices')
    expect(location.hash).toBe('#/devices')
  })
})
