import fc from 'fast-check'
import { expect, it } from 'vitest'
import { advanced, backlogOf, disposable, limited, type Place } from './backlog.ts'

it('a sink at its limit keeps the oldest events, and counts what it never gets', () => {
  const place = limited({ takenSeq: 10, fullSeq: null }, 25, 10)
  expect(place).toEqual({ takenSeq: 10, fullSeq: 20 })
  expect(backlogOf(place, 400)).toBe(10)
  // It takes the ten; meanwhile everything up to 399 was deleted.
  expect(advanced(place, 15, 400)).toEqual({ place: { takenSeq: 15, fullSeq: 20 }, missed: 0 })
  expect(advanced(place, 20, 400)).toEqual({ place: { takenSeq: 399, fullSeq: null }, missed: 379 })
})

it('a sink that catches up before anything was deleted has missed nothing', () => {
  expect(advanced({ takenSeq: 10, fullSeq: 20 }, 20, 21)).toEqual({ place: { takenSeq: 20, fullSeq: null }, missed: 0 })
})

it('a limit that is reached stays where it is', () => {
  const place = limited({ takenSeq: 0, fullSeq: null }, 11, 10)
  expect(limited(place, 5000, 10)).toBe(place)
  expect(limited({ takenSeq: 0, fullSeq: null }, 10, 10)).toEqual({ takenSeq: 0, fullSeq: null })
})

it('what may be deleted is exactly what no sink needs', () => {
  const place: fc.Arbitrary<Place> = fc
    .tuple(fc.nat(30), fc.option(fc.nat(30)))
    .map(([takenSeq, more]) => ({ takenSeq, fullSeq: more === null ? null : takenSeq + more }))
  fc.assert(
    fc.property(fc.array(place, { maxLength: 4 }), fc.nat(70), (places, last) => {
      const free = new Set(
        disposable(places, last).flatMap(({ from, to }) => {
          expect(from).toBeLessThanOrEqual(to)
          return Array.from({ length: to - from + 1 }, (_, index) => from + index)
        }),
      )
      for (let seq = 1; seq <= last; seq++) {
        const isNeeded = places.some(({ takenSeq, fullSeq }) => takenSeq < seq && seq <= (fullSeq ?? last))
        expect(free.has(seq), `${seq}`).toBe(!isNeeded)
      }
    }),
  )
})
