import { sortSuffixes } from './suffix-array.ts'

/** The start of the smallest rotation of a text, in linear time. */
const leastRotation = (text: Uint8Array): number => {
  const n = text.length
  let a = 0
  let b = 1
  let shared = 0
  while (a < n && b < n && shared < n) {
    const fromA = a + shared
    const fromB = b + shared
    const x = text[fromA < n ? fromA : fromA - n] as number
    const y = text[fromB < n ? fromB : fromB - n] as number
    if (x === y) {
      shared++
      continue
    }
    if (x > y) a += shared + 1
    else b += shared + 1
    if (a === b) b++
    shared = 0
  }
  return Math.min(a, b)
}

/**
 * The last column of the sorted rotations of a text, and the row of the text itself (Burrows, Wheeler, SRC report 124, 1994). The
 * smallest rotation is a power of a Lyndon word, whose suffixes have the same order as its rotations, so sorting the suffixes is
 * sufficient.
 */
export const burrowsWheeler = (text: Uint8Array): { readonly column: Uint8Array; readonly row: number } => {
  const n = text.length
  const start = leastRotation(text)
  const turned = new Uint8Array(n)
  turned.set(text.subarray(start))
  turned.set(text.subarray(0, start), n - start)
  const order = sortSuffixes(turned, 256)
  const column = new Uint8Array(n)
  let row = 0
  const own = (n - start) % n
  for (let i = 0; i < n; i++) {
    const at = order[i] as number
    column[i] = turned[at === 0 ? n - 1 : at - 1] as number
    if (at === own) row = i
  }
  return { column, row }
}
