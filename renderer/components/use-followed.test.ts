import { expect, it } from 'vitest'
import { createFollowed } from './use-followed.ts'

it('a followed value calls after each change, not for the same value, and not after the end', () => {
  const followed = createFollowed({ count: 1 })
  const seen: number[] = []
  const end = followed.subscribe(() => seen.push(followed.read().count))
  const two = { count: 2 }
  followed.set(two)
  followed.set(two)
  end()
  followed.set({ count: 3 })
  expect(seen).toEqual([2])
  expect(followed.read()).toEqual({ count: 3 })
})
