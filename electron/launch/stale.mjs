import { createHash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { join, relative } from 'node:path'
import { inRoot } from './root.mjs'

/** Every part of the build: its sources, and a file that shows that it was built. */
const parts = {
  renderer: { sources: ['renderer', 'shared'], made: 'dist/renderer/index.html' },
  electron: { sources: ['electron', 'shared'], made: 'dist/station-process.js' },
}
const common = ['package.json', 'package-lock.json', 'vite.config.ts', 'tsconfig.json', 'resources']

/** @typedef {keyof typeof parts} Part */

export const stampFile = () => inRoot('dist', '.stamp.json')

/** The fingerprint of each part's sources, by names, sizes and times. @returns {Record<Part, string>} */
export const fingerprints = () => ({ renderer: fingerprint('renderer'), electron: fingerprint('electron') })

/** The parts whose sources have changed since the build, or that are missing. @returns {Part[]} */
export const staleParts = () => {
  const built = readStamp()
  const now = fingerprints()
  return /** @type {Part[]} */ (Object.keys(parts)).filter(
    (part) => built[part] !== now[part] || !existsSync(inRoot(parts[part].made)),
  )
}

/** @returns {Partial<Record<Part, string>>} */
const readStamp = () => {
  try {
    return JSON.parse(readFileSync(stampFile(), 'utf8'))
  } catch {
    return {}
  }
}

/** @param {Part} part */
const fingerprint = (part) => {
  const hash = createHash('sha256')
  for (const source of [...parts[part].sources, ...common]) {
    for (const file of filesOf(inRoot(source))) {
      const { size, mtimeMs } = statSync(file)
      hash.update(`${relative(inRoot(), file)}\0${size}\0${mtimeMs}\n`)
    }
  }
  return hash.digest('hex')
}

/** @param {string} path @returns {string[]} */
const filesOf = (path) => {
  if (!existsSync(path)) return []
  if (!statSync(path).isDirectory()) return [path]
  return readdirSync(path, { withFileTypes: true })
    .filter(({ name }) => !/\.test\.tsx?$/.test(name))
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .flatMap((entry) => (entry.isDirectory() ? filesOf(join(path, entry.name)) : [join(path, entry.name)]))
}
