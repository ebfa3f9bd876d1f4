import { type Protocol, protocolFacts } from '#shared/protocols/index.ts'
import type { Random } from '../basics/random.ts'

const BYTES = 24

/** A random secret in the alphabet that the protocol's devices decode (docs/protocols/README.md §3.2). */
export const newSecret = (random: Random, protocol: Protocol): string => {
  const token = random.token(BYTES)
  return Buffer.from(token, 'base64url').toString(protocolFacts[protocol].secretForm)
}
