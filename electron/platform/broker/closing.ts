import type { AuthenticateError } from 'aedes'
import type { ConnackRefusal } from './login-check.ts'

/** Closes a connection; the code that found the reason has already logged it. */
export class Closing extends Error {}

export const loginError = (returnCode: ConnackRefusal): AuthenticateError =>
  Object.assign(new Closing('login refused'), { returnCode })

/** The peer disconnected, which is normal and not a refusal. The texts come from aedes. */
export const isHangUp = (error: Error): boolean =>
  ('code' in error && (error.code === 'ECONNRESET' || error.code === 'EPIPE' || error.code === 'ECONNABORTED')) ||
  error.message === 'connection closed' ||
  error.message === 'keep alive timeout'
