import {
  closeSync,
  fstatSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  readSync,
  renameSync,
  rmSync,
  statSync,
  writeSync,
} from 'node:fs'
import { join } from 'node:path'
import type { LogFile, LogLevel, LogLine } from '#shared/schema.ts'
import { isAtLeast, maskLine, readLine } from './log-line.ts'

/** The folder in the data directory. */
export const LOGS = 'logs'
const CURRENT = 'station.log'
/** Files that are no longer written, by when they were closed: `station-2026-12-01T00-05-09-123Z.log`. */
const CLOSED = /^station-\d{4}-\d\d-\d\dT\d\d-\d\d-\d\d-\d{3}Z(-\d+)?\.log$/

export interface LogLimits {
  /** A file is closed at this size. */
  readonly fileBytes: number
  /** And at this age. */
  readonly fileMs: number
  /** Including the one that is written. */
  readonly files: number
  readonly keptMs: number
}

const DAY_MS = 86_400_000
const limits: LogLimits = { fileBytes: 4 * 1024 * 1024, fileMs: DAY_MS, files: 8, keptMs: 30 * DAY_MS }

/** Lines from before the data directory is known, at most. */
const EARLY_MAX = 500
/** After a failure the files are left alone for this time. */
const RETRY_MS = 10_000
/** Bytes at the end of a file in which the newest lines are looked for. */
const TAIL_BYTES = 1024 * 1024

/** The log of a station in files of its data directory. No member throws, except where it says so. */
export class LogFiles {
  readonly #limits: LogLimits
  readonly #now: () => number
  #early: string[] = []
  #folder: string | undefined
  #secrets: readonly string[] = []
  #file: { readonly fd: number; bytes: number; readonly since: number } | undefined
  #retryAt = 0
  /** Lines that no file took. */
  lost = 0

  /** @param now milliseconds since 1970. */
  constructor(now: () => number = Date.now, given: LogLimits = limits) {
    this.#now = now
    this.#limits = given
  }

  /**
   * From now on lines go to this data directory, those from before included.
   * @param secrets texts that must not stand in a file, wherever they come from: the station's token.
   */
  open(directory: string, secrets: readonly string[]): void {
    this.close()
    this.#secrets = secrets.filter((secret) => secret.length >= 4)
    this.#folder = join(directory, LOGS)
    this.#retryAt = 0
    for (const line of this.#early.splice(0)) this.write(line)
  }

  /** Writes one line, with its line end. */
  write(line: string): void {
    if (this.#folder === undefined) {
      if (this.#early.length < EARLY_MAX) this.#early.push(line)
      return
    }
    try {
      const file = this.#writable(this.#folder)
      if (!file) {
        this.lost += 1
        return
      }
      file.bytes += writeSync(file.fd, maskLine(line, this.#secrets))
    } catch {
      // A full or broken disk: standard error has the line, and the station goes on.
      this.lost += 1
      this.#giveUp()
    }
  }

  /** The files, newest first. */
  list(): LogFile[] {
    const folder = this.#folder
    if (folder === undefined) return []
    return namesIn(folder).flatMap((name) => {
      const found = statSync(join(folder, name), { throwIfNoEntry: false })
      return found ? [{ name, size: found.size, changedAt: found.mtime.toISOString() }] : []
    })
  }

  /** The content of a file; undefined when there is none of this name. @throws the system's error. */
  read(name: string): Buffer | undefined {
    const folder = this.#folder
    return folder !== undefined && namesIn(folder).includes(name) ? readFileSync(join(folder, name)) : undefined
  }

  /** The newest lines of at least a level, newest first. */
  recent(most: number, level: LogLevel): LogLine[] {
    const folder = this.#folder
    const found: LogLine[] = []
    if (folder === undefined) return found
    for (const name of namesIn(folder)) {
      const lines = tailOf(join(folder, name), TAIL_BYTES).split('\n')
      for (const text of lines.reverse()) {
        const line = readLine(text)
        if (line && isAtLeast(line, level)) found.push(line)
        if (found.length >= most) return found
      }
    }
    return found
  }

  close(): void {
    if (this.#file) closeQuietly(this.#file.fd)
    this.#file = undefined
    this.#folder = undefined
  }

  #writable(folder: string) {
    const now = this.#now()
    if (this.#file && (this.#file.bytes >= this.#limits.fileBytes || now - this.#file.since >= this.#limits.fileMs)) {
      closeQuietly(this.#file.fd)
      this.#file = undefined
      renameSync(join(folder, CURRENT), freeName(folder, now))
      this.#prune(folder, now)
    }
    if (!this.#file) {
      if (performance.now() < this.#retryAt) return undefined
      mkdirSync(folder, { recursive: true, mode: 0o700 })
      const fd = openSync(join(folder, CURRENT), 'a', 0o600)
      const { size, birthtimeMs, mtimeMs } = fstatSync(fd)
      // Some file systems keep no time of birth.
      this.#file = { fd, bytes: size, since: size === 0 ? now : birthtimeMs || mtimeMs }
      this.#prune(folder, now)
    }
    return this.#file
  }

  #giveUp(): void {
    if (this.#file) closeQuietly(this.#file.fd)
    this.#file = undefined
    this.#retryAt = performance.now() + RETRY_MS
  }

  #prune(folder: string, now: number): void {
    const closed = namesIn(folder).filter((name) => name !== CURRENT)
    closed.forEach((name, at) => {
      const path = join(folder, name)
      const age = now - (statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? now)
      if (at >= this.#limits.files - 1 || age > this.#limits.keptMs) rmSync(path, { force: true })
    })
  }
}

/** Our files in a folder, newest first; names sort as their times do. */
const namesIn = (folder: string): string[] => {
  try {
    const names = readdirSync(folder)
    const closed = names
      .filter((name) => CLOSED.test(name))
      .sort()
      .reverse()
    return names.includes(CURRENT) ? [CURRENT, ...closed] : closed
  } catch {
    return []
  }
}

const freeName = (folder: string, now: number): string => {
  const at = new Date(now).toISOString().replace(/[:.]/g, '-')
  const taken = new Set(namesIn(folder))
  let name = `station-${at}.log`
  for (let n = 1; taken.has(name); n++) name = `station-${at}-${n}.log`
  return join(folder, name)
}

const tailOf = (path: string, bytes: number): string => {
  try {
    const fd = openSync(path, 'r')
    try {
      const { size } = fstatSync(fd)
      const buffer = Buffer.alloc(Math.min(size, bytes))
      const read = readSync(fd, buffer, 0, buffer.length, size - buffer.length)
      return buffer.toString('utf8', 0, read)
    } finally {
      closeSync(fd)
    }
  } catch {
    return ''
  }
}

const closeQuietly = (fd: number): void => {
  try {
    closeSync(fd)
  } catch {
    // A late write error of the system; the lines before are lost all the same.
  }
}
