import { type ExecFileOptions, execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { limits } from '../limits.mjs'

const execute = promisify(execFile)

/** Runs a program to its end, or to the limit of programs. @throws what it said, unless it ended with 0 */
export const run = (
  program: string,
  args: readonly string[] = [],
  options: ExecFileOptions = {},
): Promise<{ readonly stdout: string; readonly stderr: string }> =>
  execute(program, [...args], { timeout: limits.program, killSignal: 'SIGKILL', ...options, encoding: 'utf8' })
