import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { ensureNode } from '../../electron/launch/node.mjs'
import { inRoot } from '../../electron/launch/root.mjs'

// npm run soak [phase ...] [-- --minutes=4]: what breaks stations, at full length; prints what was tried and what was lost.

await ensureNode(fileURLToPath(import.meta.url))

/** The cases of test/faults in each phase, by the beginnings of their names. */
const cases = {
  kills: ['kill', 'bench-kill', 'stop'],
  data: ['archive', 'backups', 'damaged', 'data-', 'private', 'restore', 'set-aside'],
  disk: ['disk-full', 'disk-phases'],
  clock: ['clock', 'time'],
  peers: ['silent-peers', 'out-of-files', 'take-over'],
}
const phases = [...Object.keys(cases), 'load']
const words = process.argv.slice(2).filter((word) => !word.startsWith('--'))
const minutes = Number(process.argv.find((word) => word.startsWith('--minutes='))?.slice('--minutes='.length) ?? 4)
const unknown = words.filter((word) => !phases.includes(word))
if (unknown.length > 0 || !(minutes > 0)) {
  console.error(`npm run soak [${phases.join('] [')}] [-- --minutes=4]`)
  process.exit(2)
}

const build = spawnSync(process.execPath, [inRoot('electron', 'launch', 'build.mjs')], { stdio: ['ignore', 2, 2] })
if (build.status !== 0) process.exit(build.status ?? 1)
const { faultsNamed } = await import('./faults.ts')
const { hostilePeers } = await import('./hostile.ts')

let losses = 0
for (const phase of phases.filter((name) => words.length === 0 || words.includes(name))) {
  const known = /** @type {keyof typeof cases} */ (phase)
  const { tried, lost } = phase === 'load' ? await hostilePeers(minutes) : await faultsNamed(cases[known])
  losses += lost.length
  console.log(`\n${phase}`)
  console.log(
    tried.length > 0 ? tried.map((line) => `  tried: ${line}`).join('\n') : '  not tried: there is no case of it',
  )
  console.log(lost.length > 0 ? lost.map((line) => `  LOST: ${line}`).join('\n') : '  lost: nothing')
}
process.exitCode = losses > 0 ? 1 : 0
