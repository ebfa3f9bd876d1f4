/** Why a receiver did not take events; each has a text (`texts/en/sink-faults.ts`). */
export const sinkFaultCodes = [
  'UNREACHABLE',
  'TIMEOUT',
  'TLS_UNTRUSTED',
  'LOGIN_REFUSED',
  'NO_RIGHT',
  'DATABASE_MISSING',
  'SCHEMA_NEWER',
  'CERTIFICATE_UNREADABLE',
  'REDIRECTED',
  'GONE',
  'NOT_TAKEN',
  'TOO_LARGE',
  'RECEIVER_FAILED',
  'DISCONNECTED',
  'FAILED',
] as const
export type SinkFaultCode = (typeof sinkFaultCodes)[number]

export type SinkFaultData = Readonly<Record<string, string | number>>
