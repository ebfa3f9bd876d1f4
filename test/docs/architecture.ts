import { execFileSync } from 'node:child_process'
import { join, resolve } from 'node:path'
import { limits } from '../limits.mjs'
import { drawingOf } from './architecture-drawing.ts'
import { arrowsBetween, importsOf } from './import-graph.ts'

const root = resolve(import.meta.dirname, '../..')

/** Where the drawing lies that `docs/architecture.md` shows. */
export const DRAWING = join(root, 'docs/images/architecture.svg')

/** The floors of `electron/`, and the rooms within its platform; launchers and options import nothing of ours and stand alone. */
const roomOf = (path: string): string | undefined => {
  const [top, floor = '', room = ''] = path.split('/')
  if (top !== 'electron') return top
  if (floor === 'platform') return room.endsWith('.ts') ? 'platform' : `platform/${room}`
  if (/^(main|window|preload)\.ts$/.test(floor)) return 'desktop'
  if (floor === 'station-process.ts') return 'process'
  return floor.includes('.') || floor === 'launch' || floor === 'options' ? undefined : floor
}

/** The arrows of the program as it is in the working tree. */
export const currentArrows = (): [string, string][] => {
  const files = execFileSync('git', ['ls-files', 'electron', 'renderer', 'shared'], {
    cwd: root,
    encoding: 'utf8',
    timeout: limits.program,
  })
    .split('\n')
    .filter((path) => /\.tsx?$/.test(path) && !/\.test\.tsx?$/.test(path))
  return arrowsBetween(importsOf(root, files), roomOf)
}

/** The drawing of the program as it is. */
export const currentDrawing = (): string => drawingOf(currentArrows())
