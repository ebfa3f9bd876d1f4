import { randomBytes } from 'node:crypto'
import { homedir } from 'node:os'
import { posix, resolve, win32 } from 'node:path'

/** What the options need from the machine; injected so that tests control it. */
export interface OptionHost {
  defaultData(env: Readonly<Record<string, string | undefined>>): string
  absolute(path: string): string
  /** A new token of 144 bits, safe in a URL and as an option's value: it must not begin with a dash. */
  randomToken(): string
}

/**
 * The default data directory: `$XDG_DATA_HOME/ota-bench` (XDG Base Directory Specification: absolute paths only, else `~/.local/share`),
 * `~/Library/Application Support/OTA Bench`, `%APPDATA%\OTA Bench`.
 */
export const defaultDataDirectory = (
  platform: string,
  home: string,
  env: Readonly<Record<string, string | undefined>>,
): string => {
  if (platform === 'win32') return win32.join(env.APPDATA || win32.join(home, 'AppData', 'Roaming'), 'OTA Bench')
  if (platform === 'darwin') return posix.join(home, 'Library', 'Application Support', 'OTA Bench')
  const base = env.XDG_DATA_HOME
  return posix.join(base && posix.isAbsolute(base) ? base : posix.join(home, '.local', 'share'), 'ota-bench')
}

export const systemHost: OptionHost = {
  defaultData: (env) => defaultDataDirectory(process.platform, homedir(), env),
  absolute: (path) => resolve(path),
  randomToken: () => randomBytes(18).toString('hex'),
}
