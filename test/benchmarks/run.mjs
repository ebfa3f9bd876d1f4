import { spawnSync } from 'node:child_process'
import { existsSync, writeFileSync } from 'node:fs'
import { cpus } from 'node:os'
import { fileURLToPath } from 'node:url'
import { ensureNode } from '../../electron/launch/node.mjs'
import { inRoot } from '../../electron/launch/root.mjs'

// npm run bench [name ...] [-- --write] [-- --short]: all benchmarks, or those named; folders of image pairs behind `diff`. `--short` only
// shows that they still run.

await ensureNode(fileURLToPath(import.meta.url))
const names = ['campaign', 'diff', 'download', 'flash', 'memory', 'scale', 'store']
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
/** @type {string[]} */
const tables = []
for (const name of wanted.length > 0 ? wanted : names) {
  const { bench } = await import(`./${name}.ts`)
  const table = await (name === 'diff' ? bench(folders) : bench())
  console.log(`\n${table}`)
  tables.push(table)
}
if (process.argv.includes('--write')) {
  const about = `Node ${process.versions.node}, ${cpus().length} × ${cpus()[0]?.model.trim()}, ${new Date().toISOString().slice(0, 10)}; another run differs by 20 %.`
  writeFileSync(
    inRoot('docs', 'benchmarks.md'),
    `# Benchmarks\n\n\`npm run bench\` on one machine: ${about}\n\n${tables.join('\n\n')}\n`,
  )
}
