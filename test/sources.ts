import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { root } from './launch/launched.ts'

/** Benchmarks and the soak measure time: that is what they are for. */
const isBenchmark = (path: string): boolean => path.startsWith('test/benchmarks/') || path.startsWith('test/soak/')

/** All source files of tests and of what they share, by their paths in the project. */
export const testFiles = (): string[] =>
  ['electron', 'renderer', 'shared', 'test'].flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
      .map((name) => join(folder, name).replaceAll('\\', '/'))
      .filter((path) => (folder === 'test' ? /\.(ts|tsx|mjs)$/ : /\.test\.tsx?$/).test(path))
      .filter((path) => !isBenchmark(path) && !path.startsWith('test/output/')),
  )
