import { readFileSync } from 'node:fs'
import { dirname, join, normalize } from 'node:path/posix'

/** What the import graph calls a room: a folder, named as the drawing shows it. */
export type RoomOf = (path: string) => string | undefined

/** Every import between two files of ours, from static and dynamic imports alike; types count, as a reader has to know them. */
export const importsOf = (root: string, files: readonly string[]): (readonly [from: string, to: string])[] => {
  const known = new Set(files)
  return files.flatMap((file) => {
    const text = readFileSync(join(root, file), 'utf8')
    const specifiers = [...text.matchAll(/(?:from|import\()\s*'((?:\.{1,2}|#shared)\/[^']+)'/g)].map(
      ([, name = '']) => name,
    )
    return specifiers
      .map((name) => (name.startsWith('#shared/') ? name.slice(1) : normalize(join(dirname(file), name))))
      .filter((to) => known.has(to))
      .map((to) => [file, to] as const)
  })
}

/** Arrows between rooms, each once, in the order of their names. */
export const arrowsBetween = (imports: readonly (readonly [string, string])[], roomOf: RoomOf): [string, string][] => {
  const arrows = new Set<string>()
  for (const [from, to] of imports) {
    const [a, b] = [roomOf(from), roomOf(to)]
    if (a !== undefined && b !== undefined && a !== b) arrows.add(`${a}\n${b}`)
  }
  return [...arrows].sort().map((arrow) => arrow.split('\n') as [string, string])
}

/** Rooms that import each other, directly or by a way round: each circle as the list of its rooms. */
export const circlesIn = (arrows: readonly (readonly [string, string])[]): string[][] => {
  const below = new Map<string, Set<string>>()
  for (const [from, to] of arrows) below.set(from, (below.get(from) ?? new Set()).add(to))
  const reach = (start: string): Set<string> => {
    const seen = new Set<string>()
    const open = [start]
    for (let room = open.pop(); room !== undefined; room = open.pop())
      for (const next of below.get(room) ?? [])
        if (!seen.has(next)) {
          seen.add(next)
          open.push(next)
        }
    return seen
  }
  const reached = new Map([...below.keys()].map((room) => [room, reach(room)] as const))
  const circles = new Map<string, string[]>()
  for (const [room, deps] of reached) {
    if (!deps.has(room)) continue
    const circle = [...deps].filter((other) => reached.get(other)?.has(room)).sort()
    circles.set(circle.join(), circle)
  }
  return [...circles.values()]
}
