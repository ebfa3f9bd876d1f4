import fc from 'fast-check'
import { expect, it } from 'vitest'
import { createTestClock } from '../../../test/helpers/clock.ts'
import { shareOut } from './connection-limits.ts'
import { createDescriptorLimit, softLimitIn } from './descriptors.ts'

it('leaves files their part of 1,024 descriptors, and operators theirs', () => {
  expect(shareOut(1024)).toEqual({
    devices: { connections: 672, unproven: 336, keptFree: 42 },
    operators: { connections: 96, unproven: 48, keptFree: 6 },
  })
})

it('never gives out more than there is, from the smallest limit that makes sense on', () => {
  fc.assert(
    fc.property(fc.integer({ min: 256, max: 2_000_000 }), (limit) => {
      const { devices, operators } = shareOut(limit)
      expect(devices.connections + operators.connections).toBeLessThanOrEqual(limit - 128)
      for (const { connections, unproven, keptFree } of [devices, operators])
        expect(unproven + keptFree).toBeLessThanOrEqual(connections)
    }),
  )
})

const limits = (soft: string) => `Limit                     Soft Limit           Hard Limit           Units
Max processes             63432                63432                processes
Max open files            ${soft.padEnd(21)}1048576              files
`

it('reads the limit of open files as Linux tells it', () => {
  expect(softLimitIn(limits('1024'))).toBe(1024)
  expect(softLimitIn(limits('unlimited'))).toBe(65_536)
  expect(softLimitIn('')).toBeUndefined()
})

it('sees a limit that is changed while it runs, and keeps the last one where none can be read', () => {
  const clock = createTestClock()
  let told: number | undefined = 4096
  const limit = createDescriptorLimit(clock, () => told)
  expect(limit()).toBe(4096)
  told = 1024
  expect(limit()).toBe(4096)
  clock.advance(10_000)
  expect(limit()).toBe(1024)
  told = undefined
  clock.advance(10_000)
  expect(limit()).toBe(1024)
})
