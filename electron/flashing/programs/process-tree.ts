import { execFile } from 'node:child_process'
import { readdir, readFile } from 'node:fs/promises'

/** The variable that marks a program and everything that it starts. */
export const MARK = 'BENCH_PROGRAM_MARK'

/** Whether a process belongs to the marked program: its environment is as it was started with, readable by its own user. */
const isMarked = async (pid: string, mark: string): Promise<boolean> => {
  const environment = await readFile(`/proc/${pid}/environ`, 'latin1').catch(() => '')
  return environment.split('\0').includes(`${MARK}=${mark}`)
}

/** Processes that carry the mark, also those that left their group; none where there is no `/proc`. */
const marked = async (mark: string): Promise<number[]> => {
  const names = await readdir('/proc').catch(() => [])
  const pids = names.filter((name) => /^\d+$/.test(name))
  const found = await Promise.all(pids.map(async (pid) => ((await isMarked(pid, mark)) ? [Number(pid)] : [])))
  return found.flat()
}

/** Sends a signal to a process, or with a negative id to a group; one that has ended is no error. */
const send = (pid: number, signal: NodeJS.Signals): void => {
  try {
    process.kill(pid, signal)
  } catch {
    // It has ended, or belongs to somebody else by now.
  }
}

/**
 * Signals a program with everything that it started: its process group, on Linux also what left the group; on Windows, which knows no
 * signals, the tree is ended at once.
 * @param pid of the program, the leader of its group.
 */
export const signalTree = async (pid: number, mark: string, signal: 'SIGTERM' | 'SIGKILL'): Promise<void> => {
  if (process.platform === 'win32') {
    await new Promise<void>((resolve) =>
      execFile('taskkill', ['/PID', String(pid), '/T', '/F'], { windowsHide: true }, () => resolve()),
    )
    return
  }
  send(-pid, signal)
  for (const other of await marked(mark)) if (other !== pid && other !== process.pid) send(other, signal)
}
