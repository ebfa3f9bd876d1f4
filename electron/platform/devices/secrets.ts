import type { Protocol } from '#shared/protocols.ts'
import type { Random } from '../random.ts'

const BYTES = 24

/** A secret made at random. OneNET's keys are base64, which devices decode with the standard alphabet (docs/protocols/README.md §3.2). */
export const newSecret = (random: Random, protocol: Protocol): string => {
  const token = random.token(BYTES)
  return protocol === 'onenet' ? Buffer.from(token, 'base64url').toString('base64') : token
}
