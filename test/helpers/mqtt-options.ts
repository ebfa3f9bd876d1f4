import { limits } from '../limits.mjs'

/** mqtt.js' ways where a connection is the test's own matter: nothing comes back by itself, and an answer has its time. */
export const onceOnly = { reconnectPeriod: 0, connectTimeout: limits.wait } as const
