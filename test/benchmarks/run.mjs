import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { cpus, release } from 'node:os'
import { fileURLToPath } from 'node:url'
import { ensureNode } from '../../electron/launch/node.mjs'
import { inRoot } from '../../electron/launch/root.mjs'
import { writeTables } from './write-tables.ts'

// npm run bench [name ...] [-- --write] [-- --short]: all benchmarks, or those named; folders of image pairs behind `diff`. `--short` only
// shows that they still run.

await ensureNode(fileURLToPath(import.meta.url))
const names = ['broker', 'campaign', 'diff', 'download', 'flash', 'memory', 'scale', 'screen', 'start', 'store']
// Read by the benchmarks as they are loaded.
if (process.argv.includes('--short')) process.env.OTA_BENCH_SHORT = '1'
const words = process.argv.slice(2).filter((word) => !word.startsWith('--'))
/** @param {string} word */
const isFolder = (word) => !names.includes(word) && existsSync(word)
const folders = words.filter(isFolder)
const wanted = words.filter((word) => !isFolder(word))
const unknown = wanted.filter((word) => !names.includes(word))
if (unknown.length > 0) {
  console.error(`no benchmark ${unknown.join(', ')}; there are ${names.join(', ')}`)
  process.exit(2)
}
const build = spawnSync(process.execPath, [inRoot('electron', 'launch', 'build.mjs')], { stdio: ['ignore', 2, 2] })
if (build.status !== 0) process.exit(build.status ?? 1)
/** @type {Map<string, string>} */
const tables = new Map()
for (const name of wanted.length > 0 ? wanted : names) {
  const { bench } = await import(`./${name}.ts`)
  const table = await (name === 'diff' ? bench(folders) : bench())
  console.log(`\n${table}`)
  tables.set(name, table)
}
if (process.argv.includes('--write')) {
  const day = new Date().toISOString().slice(0, 10)
  const about = `${day}, Node ${process.versions.node}, ${cpus().length} × ${cpus()[0]?.model.trim()}, Linux ${release()}`
  writeTables(inRoot('docs', 'benchmarks.md'), names, tables, about)
}
