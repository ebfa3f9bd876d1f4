import { z } from 'zod'

/** Baud rate of a serial line. */
export const baudRate = (fallback: number) => z.number().int().min(300).max(4_000_000).default(fallback)

/** Options that XMODEM and YMODEM share. */
export const modemOptions = {
  baudRate: baudRate(115_200),
  /** Bytes of a block; a receiver that refuses 1024 gets 128. */
  block: z.enum(['128', '1024']).default('1024'),
  /**
   * Sent first, to switch the unit to its receive mode; `\r`, `
   * `, `\xNN` as in C.
   */
  startText: z.string().max(200).default(''),
  /** Seconds to wait for the receiver's first request. */
  startSeconds: z.number().int().min(1).max(600).default(60),
  /** How often one block is repeated. */
  retries: z.number().int().min(1).max(100).default(10),
}

/** The options that the editor always shows. */
export const usualModemOptions = ['baudRate', 'startText', 'startSeconds'] as const
