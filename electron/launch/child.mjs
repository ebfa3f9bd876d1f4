import { spawn } from 'node:child_process'
import { constants } from 'node:os'

const signals = ['SIGINT', 'SIGTERM', 'SIGHUP']

/**
 * Runs a program in place of this one: it uses our standard streams and gets each of our signals once. If we are killed, the program
 * notices it by its IPC channel.
 * @param {string} command
 * @param {readonly string[]} args
 * @param {{ ipc?: boolean, env?: NodeJS.ProcessEnv }} [options]
 * @returns {Promise<number>} its exit code, 128 + n after signal n, 127 when it cannot be run
 */
export const runInOurPlace = (command, args, { ipc = false, env = process.env } = {}) =>
  new Promise((resolve) => {
    const child = spawn(command, args, { stdio: ipc ? ['inherit', 'inherit', 'inherit', 'ipc'] : 'inherit', env })
    /** @param {NodeJS.Signals} signal */
    const forward = (signal) => child.kill(signal)
    for (const signal of signals) process.once(signal, forward)
    child.once('error', () => resolve(127))
    child.once('exit', (code, signal) => {
      for (const name of signals) process.off(name, forward)
      resolve(code ?? 128 + (signal ? constants.signals[signal] : 0))
    })
  })
