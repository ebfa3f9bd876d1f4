import { z } from 'zod'
import { StartFailureInfo } from '#shared/start-failures.ts'
import { ReadyInfo } from '../station/ready-line.ts'

/** Messages from the desktop host to the station process; `port` carries the window's message port. */
export const ToStation = z.discriminatedUnion('event', [
  z.object({ event: z.literal('port') }),
  z.object({ event: z.literal('stop') }),
  /** The computer has woken up: the station checks the time at once. */
  z.object({ event: z.literal('resumed') }),
])
export type ToStation = z.infer<typeof ToStation>

/** Messages from the station process to the desktop host. After `failed` the process ends by itself, with exit code 1. */
export const FromStation = z.discriminatedUnion('event', [
  ReadyInfo,
  z.object({ event: z.literal('failed'), failure: StartFailureInfo }),
  /** This many slots are being flashed now. */
  z.object({ event: z.literal('busy'), slots: z.number().int().min(0) }),
])
export type FromStation = z.infer<typeof FromStation>
