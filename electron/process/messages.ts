import { z } from 'zod'
import { StartFailureInfo } from '#shared/start-failures.ts'
import { ReadyInfo } from '../station/ready-line.ts'

/** What the desktop host says to the station process; `port` brings the window's message port along. */
export const ToStation = z.discriminatedUnion('event', [
  z.object({ event: z.literal('port') }),
  z.object({ event: z.literal('stop') }),
  /** The computer has woken up: the time is looked at at once. */
  z.object({ event: z.literal('resumed') }),
])
export type ToStation = z.infer<typeof ToStation>

/** What the station process says to the desktop host. After `failed` it ends by itself, with exit code 1. */
export const FromStation = z.discriminatedUnion('event', [
  ReadyInfo,
  z.object({ event: z.literal('failed'), failure: StartFailureInfo }),
  /** So many slots are being flashed now. */
  z.object({ event: z.literal('busy'), slots: z.number().int().min(0) }),
])
export type FromStation = z.infer<typeof FromStation>
