import { expect, it } from 'vitest'
import { savingsOf } from './savings.ts'

const row = { diffId: null, note: null, fromVersion: '1.0' }

it('counts devices by what they get, and what patches save of the full images', () => {
  const sums = savingsOf(
    [
      { ...row, devices: 10, artifact: 'diff', size: 100 },
      { ...row, devices: 5, artifact: 'full', size: 1000 },
      { ...row, devices: 2, artifact: 'none', size: null },
    ],
    1000,
  )
  expect(sums).toEqual({
    devices: { diff: 10, full: 5, none: 2, wait: 0 },
    toFetch: 6000,
    saved: 9000,
    share: 0.6,
  })
})

it('says nothing of a patch whose size nobody knows yet', () => {
  const sums = savingsOf([{ ...row, devices: 3, artifact: 'wait', size: null }], 1000)
  expect(sums).toMatchObject({ toFetch: 0, saved: 0, share: 0, devices: { wait: 3 } })
})

it('a patch larger than the full image saves nothing', () => {
  expect(savingsOf([{ ...row, devices: 3, artifact: 'diff', size: 1200 }], 1000).saved).toBe(0)
})
