import { FlashError } from '../flasher.ts'

/** Codes by the message of a failed open, because the bindings give no code. */
const meanings: readonly (readonly [pattern: RegExp, code: string])[] = [
  // Windows answers "Access denied" for a port that another program holds.
  [/opening .*access denied/i, 'PORT_BUSY'],
  [/cannot lock port|resource busy|temporarily unavailable|EBUSY|EAGAIN/i, 'PORT_BUSY'],
  [/permission denied|EACCES|EPERM|operation not permitted/i, 'PORT_DENIED'],
  [/no such (file|device)|file not found|not configured|ENOENT|ENODEV|ENXIO/i, 'PORT_GONE'],
  [/input\/output error|EIO\b|inappropriate ioctl|not a (tty|serial)|bad file descriptor/i, 'PORT_NOT_SERIAL'],
]

/** The reason why a port could not be opened, with the library's message as its detail. */
export const openError = (path: string, cause: unknown): FlashError => {
  const detail = cause instanceof Error ? cause.message : String(cause)
  const code = meanings.find(([pattern]) => pattern.test(detail))?.[1] ?? 'PORT_FAILED'
  return new FlashError(code, { port: path, detail }, { cause })
}
