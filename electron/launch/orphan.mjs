import { say } from './root.mjs'

const LOOK_MS = 250

/**
 * Stops this process, as SIGTERM would, when the npm that started it has gone: npm runs scripts in a shell, and a signal sent to
 * npm ends the two of them without reaching us. Only where npm started it: a service may well outlive the shell it came from.
 * On Windows a process keeps its parent's id for ever; there the console closes all of them.
 */
export const endWithNpm = () => {
  if (!process.env.npm_lifecycle_event || process.platform === 'win32') return
  const parent = process.ppid
  const timer = setInterval(() => {
    if (process.ppid === parent) return
    clearInterval(timer)
    say('npm, which started this, has gone; stopping')
    process.kill(process.pid, 'SIGTERM')
  }, LOOK_MS)
  timer.unref()
}
