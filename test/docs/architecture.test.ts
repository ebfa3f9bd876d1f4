import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { currentArrows, currentDrawing, DRAWING } from './architecture.ts'
import { drawingOf } from './architecture-drawing.ts'
import { circlesIn } from './import-graph.ts'

it('no two rooms need each other, also not by a way round', () => {
  expect(circlesIn(currentArrows())).toEqual([])
})

it('the drawing in the documents is that of the program; npm run architecture draws it anew', () => {
  expect(readFileSync(DRAWING, 'utf8')).toBe(currentDrawing())
})

it('a circle is named and not drawn', () => {
  const arrows: [string, string][] = [
    ['a', 'b'],
    ['b', 'c'],
    ['c', 'a'],
    ['c', 'd'],
  ]
  expect(circlesIn(arrows)).toEqual([['a', 'b', 'c']])
  expect(() => drawingOf(arrows)).toThrow('a, b, c')
})
