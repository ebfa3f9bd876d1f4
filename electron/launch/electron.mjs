import { spawn } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { inRoot } from './root.mjs'

const INSTALLER = inRoot('node_modules', 'electron', 'install.js')

/**
 * The reason why no window can be shown here, as text; undefined when one can.
 * @param {NodeJS.Platform} platform
 * @param {NodeJS.ProcessEnv} env
 * @param {number | undefined} uid
 */
export const noWindowBecause = (platform, env, uid) => {
  if (platform !== 'linux') return undefined
  if (!env.DISPLAY && !env.WAYLAND_DISPLAY) return 'there is no display (neither DISPLAY nor WAYLAND_DISPLAY is set)'
  // Electron refuses to run as root with its sandbox, and we never run it without the sandbox.
  if (uid === 0) return "Electron's sandbox does not work for root; start it as another user for the window"
  return undefined
}

/**
 * The path of Electron's binary where it is installed, by the same rules as the `electron` package itself (which is never required,
 * because that starts a download).
 * @param {string} packageFolder
 * @param {NodeJS.ProcessEnv} env
 */
export const installedElectron = (packageFolder, env) => {
  const override = env.ELECTRON_OVERRIDE_DIST_PATH
  const name = read(join(packageFolder, 'path.txt')) ?? (override ? 'electron' : undefined)
  if (!name) return undefined
  const path = join(override || join(packageFolder, 'dist'), name)
  return existsSync(path) ? path : undefined
}

/**
 * Downloads Electron's binary with its package's own installer, which honours ELECTRON_MIRROR.
 * @param {number} seconds time limit
 * @returns {Promise<string | undefined>} the reason of a failure, as text; undefined on success
 */
export const fetchElectron = (seconds, installer = INSTALLER) =>
  new Promise((resolve) => {
    const child = spawn(process.execPath, [installer], { stdio: ['ignore', 'ignore', 'pipe'] })
    let words = ''
    let timedOut = false
    const timer = setTimeout(() => {
      timedOut = true
      child.kill('SIGKILL')
    }, seconds * 1000)
    child.stderr.setEncoding('utf8').on('data', (text) => {
      words = (words + text).slice(0, 4096)
    })
    child.once('error', (error) => resolve(error.message))
    child.once('close', (code) => {
      clearTimeout(timer)
      if (timedOut) resolve(`no answer within ${seconds} s`)
      else resolve(code === 0 ? undefined : reasonIn(words))
    })
  })

/** The line of a stack trace that contains the message. @param {string} words */
const reasonIn = (words) =>
  words
    .split('\n')
    .find((line) => /error/i.test(line))
    ?.trim() ?? 'its installer failed'

/** @param {string} file */
const read = (file) => {
  try {
    return readFileSync(file, 'utf8').trim()
  } catch {
    return undefined
  }
}
