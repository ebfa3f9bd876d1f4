import { existsSync, readdirSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

/** Debian puts it below the name of the machine's architecture. */
const folders = (): string[] =>
  existsSync('/usr/lib') ? readdirSync('/usr/lib').map((name) => join('/usr/lib', name, 'faketime')) : []

/** The library of Debian's `faketime` that answers other wall time to the program it is loaded into; undefined where it is not installed. */
export const fakeTimeLibrary: string | undefined = folders()
  .map((folder) => join(folder, 'libfaketimeMT.so.1'))
  .find((path) => existsSync(path))

/** For the names of cases that cannot be tried without it. */
export const withoutFakeTime = fakeTimeLibrary === undefined ? ' (needs the Debian package faketime)' : ''

/** The wall clock of one program, which can be set while it runs; its steady time stays the machine's. */
export interface WallClock {
  /** For the program's environment. */
  readonly env: NodeJS.ProcessEnv
  /** In libfaketime's words: `+1d`, `-1y`, `@2000-01-01 00:00:00`. */
  set(to: string): void
}

/** @param directory of the test, for the file that says the time. @param at what the clock says at first. */
export const wallClock = (directory: string, at = '+0d'): WallClock => {
  const file = join(directory, 'wall-clock')
  const set = (to: string): void => {
    // In one step: the program reads the file whenever it asks for the time.
    writeFileSync(`${file}.new`, `${to}\n`)
    renameSync(`${file}.new`, file)
  }
  set(at)
  return {
    set,
    env: {
      LD_PRELOAD: fakeTimeLibrary,
      FAKETIME_TIMESTAMP_FILE: file,
      FAKETIME_NO_CACHE: '1',
      DONT_FAKE_MONOTONIC: '1',
      // Times of files stay as they are.
      NO_FAKE_STAT: '1',
    },
  }
}
