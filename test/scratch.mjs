import { spawnSync } from 'node:child_process'
import { accessSync, constants, mkdtempSync, rmSync, statfsSync, writeFileSync } from 'node:fs'
import { freemem, tmpdir } from 'node:os'
import { join } from 'node:path'
import { limits } from './limits.mjs'

const MEMORY = '/dev/shm'
/** Of the file system and of the machine's memory; the tests hold a few hundred megabytes at once. */
const ROOM = 2 ** 31

/** This is loaded before an old Node is told from a new one: it need not know of the limits it runs under. */
const memory = () => process.availableMemory?.() ?? freemem()

/** Whether programs that were compiled there run: some systems forbid it. @param {string} folder */
const runsPrograms = (folder) => {
  const program = join(folder, 'runs')
  writeFileSync(program, '#!/bin/sh\n', { mode: 0o755 })
  return spawnSync(program, { timeout: limits.program }).status === 0
}

/** @param {string} folder @returns {string | undefined} a new folder in it, where that is of use to us */
const quickFolder = (folder) => {
  try {
    accessSync(folder, constants.W_OK)
    const { bavail, bsize } = statfsSync(folder)
    if (bavail * bsize < ROOM || memory() < 2 * ROOM) return undefined
    const made = mkdtempSync(join(folder, 'ota-bench-'))
    if (runsPrograms(made)) return made
    rmSync(made, { recursive: true })
  } catch {
    // No such file system here.
  }
  return undefined
}

/**
 * A new folder for whatever the tests write: in memory where there is room, since every write of a store waits for its
 * disk, else where the system keeps such. The caller removes it.
 */
export const openScratch = () => quickFolder(MEMORY) ?? mkdtempSync(join(tmpdir(), 'ota-bench-'))

/**
 * Removes it; what another process still writes there must not take the sum of the tests away.
 * @param {string} folder @param {(line: string) => void} say
 */
export const removeScratch = (folder, say) => {
  try {
    rmSync(folder, { recursive: true, force: true, maxRetries: 3 })
  } catch (error) {
    say(`${folder} is left behind: ${error instanceof Error ? error.message : String(error)}`)
  }
}
