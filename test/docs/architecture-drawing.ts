import { circlesIn } from './import-graph.ts'

type Arrow = readonly [from: string, to: string]

const WIDTH = 1180
const ROW = 92
const BOX = { width: 118, height: 40 }
const MARGIN = 34

/** Arrows without those that a way over other rooms makes needless. */
const reduced = (arrows: readonly Arrow[]): Arrow[] => {
  const below = new Map<string, string[]>()
  for (const [from, to] of arrows) below.set(from, [...(below.get(from) ?? []), to])
  const reaches = (from: string, to: string): boolean =>
    (below.get(from) ?? []).some((next) => next === to || reaches(next, to))
  return arrows.filter(([from, to]) => !(below.get(from) ?? []).some((next) => next !== to && reaches(next, to)))
}

/** Each room's row: one below the lowest room that imports it. */
const rowsOf = (deps: readonly string[], arrows: readonly Arrow[]): Map<string, number> => {
  const rows = new Map<string, number>()
  const rowOf = (room: string): number => {
    const known = rows.get(room)
    if (known !== undefined) return known
    const importers = arrows.filter(([, to]) => to === room).map(([from]) => rowOf(from))
    const row = importers.length === 0 ? 0 : Math.max(...importers) + 1
    rows.set(room, row)
    return row
  }
  for (const room of deps) rowOf(room)
  return rows
}

/** The rooms of each row from left to right, each near the middle of those that import it, so that few arrows cross. */
const orderedRows = (deps: readonly string[], arrows: readonly Arrow[]): string[][] => {
  const rowOf = rowsOf(deps, arrows)
  const count = Math.max(...rowOf.values()) + 1
  const rows = Array.from({ length: count }, (_, row) => deps.filter((room) => rowOf.get(room) === row))
  const place = new Map<string, number>()
  for (const row of rows) {
    const weight = (room: string): number => {
      const importers = arrows.filter(([, to]) => to === room).map(([from]) => place.get(from) ?? 0.5)
      return importers.length === 0 ? 0.5 : importers.reduce((sum, at) => sum + at, 0) / importers.length
    }
    row.sort((a, b) => weight(a) - weight(b) || a.localeCompare(b))
    row.forEach((room, index) => {
      place.set(room, (index + 0.5) / row.length)
    })
  }
  return rows
}

/**
 * Draws rooms and who imports whom as an SVG: every arrow points down. An arrow is left out where a way over other rooms says the same.
 * @throws Error when rooms import each other in a circle: there is no order to draw.
 */
export const drawingOf = (arrows: readonly Arrow[]): string => {
  const [circle] = circlesIn(arrows)
  if (circle) throw new Error(`these rooms import each other in a circle: ${circle.join(', ')}`)
  const deps = [...new Set(arrows.flat())].sort()
  const shown = reduced(arrows)
  const rows = orderedRows(deps, shown)
  const at = new Map<string, { readonly x: number; readonly y: number }>()
  rows.forEach((row, index) => {
    row.forEach((room, column) => {
      at.set(room, { x: Math.round((WIDTH * (column + 0.5)) / row.length), y: MARGIN + index * ROW })
    })
  })
  const height = MARGIN * 2 + (rows.length - 1) * ROW + BOX.height
  const lines = shown.map(([from, to]) => {
    const [a, b] = [at.get(from), at.get(to)]
    if (!a || !b) return ''
    const [y1, y2] = [a.y + BOX.height, b.y - 5]
    const bend = Math.max(24, (y2 - y1) / 2)
    return `<path d="M${a.x} ${y1}C${a.x} ${y1 + bend} ${b.x} ${y2 - bend} ${b.x} ${y2}"/>`
  })
  const boxes = deps.map((room) => {
    const { x, y } = at.get(room) ?? { x: 0, y: 0 }
    const floor = room.includes('/') ? '#fff' : '#dbe7f6'
    return (
      `<rect x="${x - BOX.width / 2}" y="${y}" width="${BOX.width}" height="${BOX.height}" rx="6" fill="${floor}"/>` +
      `<text x="${x}" y="${y + 25}">${room.replace('platform/', '')}</text>`
    )
  })
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" font-family="sans-serif" font-size="14">
<title>Rooms of OTA Bench and who imports whom</title>
<defs><marker id="tip" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" markerHeight="7" orient="auto"><path d="M0 0L8 4L0 8z" fill="#6b7c93" stroke="none"/></marker></defs>
<rect width="${WIDTH}" height="${height}" fill="#f7f9fc"/>
<g fill="none" stroke="#6b7c93" stroke-width="1.2" marker-end="url(#tip)">
${lines.join('\n')}
</g>
<g stroke="#3b5b87" stroke-width="1.2" text-anchor="middle">
${boxes.join('\n').replaceAll('<text', '<text stroke="none" fill="#1c2b40"')}
</g>
</svg>
`
}
