import { expect, it } from 'vitest'
import { RecipeInput } from '#shared/schema.ts'
import { knownOf } from './image-cache.ts'

const content = (more: object) => {
  const {
    name: _,
    productId: _p,
    images: _i,
    ...rest
  } = RecipeInput.parse({
    name: 'x',
    target: 'esp',
    images: [{ file: 'a', address: 0 }],
    ...more,
  })
  return { ...rest, images: [] }
}

it('the chip of a recipe is the one it demands, else the one it chose; any is none', () => {
  expect(knownOf(content({ options: { chip: 'any' } }))).toBeUndefined()
  expect(knownOf(content({ options: { chip: 'ESP32-C3' } }))).toEqual({ chip: 'ESP32-C3', flashSize: undefined })
  expect(knownOf(content({ options: { chip: 'any' }, expect: { chip: 'ESP32' } }))?.chip).toBe('ESP32')
  expect(knownOf(content({ expect: { minFlashSize: 4096 } }))).toEqual({ chip: undefined, flashSize: 4096 })
})
