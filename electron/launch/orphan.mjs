import { say } from './root.mjs'

const LOOK_MS = 250

/**
 * Stops this process, as SIGTERM would, when the npm process that started it has exited. npm runs scripts in a shell, and a signal to npm
 * ends both without reaching this process. Only under npm: a service may outlive the shell that started it.
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
