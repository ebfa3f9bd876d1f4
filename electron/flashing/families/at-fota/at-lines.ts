/** Longest line that is kept; the rest of a longer one is dropped. */
const LINE_MAX = 1024

/** Text without control characters, as it may stand in a log. */
const plain = (text: string): string => text.replace(/[^\x20-\x7e]/g, '')

/** Cuts what a module sends into lines, in bounded memory. Empty lines are left out. */
export class AtLines {
  #rest = ''

  /** What stands behind the last line end: a prompt has none of its own. */
  get rest(): string {
    return plain(this.#rest)
  }

  take(bytes: Uint8Array): string[] {
    const parts = (this.#rest + Buffer.from(bytes).toString('latin1')).split(/[\r\n]+/)
    this.#rest = (parts.pop() ?? '').slice(0, LINE_MAX)
    return parts.map((line) => plain(line.slice(0, LINE_MAX)).trim()).filter((line) => line !== '')
  }

  /** Drops an unfinished line. */
  forget(): void {
    this.#rest = ''
  }
}

/** How a command ended. */
export type Final = 'ok' | 'error'

/** Whether a line ends a command (3GPP TS 27.007, 9.1; V.250, 5.7.1). */
export const finalOf = (line: string): Final | undefined => {
  if (line === 'OK') return 'ok'
  return /^(?:ERROR|\+CM[ES] ERROR:.*|NO CARRIER|FAIL|busy p\.\.\.)$/.test(line) ? 'error' : undefined
}

/** A value as modules answer it: bare, behind the command's name, in quotes, or behind `Revision:`. */
export const plainValue = (line: string, command: string): string => {
  const name = /^AT([+#%^*$][A-Z0-9]+)/.exec(command)?.[1]
  const behind = name !== undefined && line.startsWith(`${name}:`) ? line.slice(name.length + 1) : line
  return behind
    .replace(/^\s*Revision:\s*/i, '')
    .trim()
    .replace(/^"([^"]*)"$/, '$1')
    .trim()
}
