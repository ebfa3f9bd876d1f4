import type { AuthenticateError } from 'aedes'
import type { ConnackRefusal } from './login-check.ts'

/** Closes a connection for a reason that was logged where it was found. */
export class Closing extends Error {}

export const loginError = (returnCode: ConnackRefusal): AuthenticateError =>
  Object.assign(new Closing('login refused'), { returnCode })

/** The peer went away: everyday, not a refusal. The texts are aedes' own. */
export const isHangUp = (error: Error): boolean =>
  ('code' in error && (error.code === 'ECONNRESET' || error.code === 'EPIPE' || error.code === 'ECONNABORTED')) ||
  error.message === 'connection closed' ||
  error.message === 'keep alive timeout'
