import { createHmac, randomBytes, type ScryptOptions, scrypt, timingSafeEqual } from 'node:crypto'
import { promisify } from 'node:util'
import { z } from 'zod'
import { DomainError } from '#shared/errors.ts'
import type { EngineerTicket, OperatorLock } from '#shared/schema.ts'
import type { Clock } from '../basics/clock.ts'
import type { Random } from '../basics/random.ts'
import { isoTime } from '../store/pagination.ts'
import type { SettingsService } from './settings.ts'

/** Milliseconds of inactivity after which an engineer becomes an operator again. */
export const ENGINEER_MS = 15 * 60_000
/** Wrong PINs allowed per minute in total: guessing a PIN of four digits then takes more than a day. */
const WRONG_TRIES = 5
const TRIES_MS = 60_000

/** RFC 7914 2: 32 MB and about 100 ms per attempt, on a thread of the pool. */
const COST = { N: 2 ** 15, r: 8, p: 1, maxmem: 64 * 1024 * 1024 } as const
const HASH_BYTES = 32
const derive = promisify<string, Buffer, number, ScryptOptions, Buffer>(scrypt)

/** A smaller difference (ms) does not mean that the clock was set. */
const SET_MS = 1000

/** When a ticket expires: in steady time, and in wall time as reported to its holder. */
type TicketEnd = { readonly steady: number; readonly wall: number }

const KEPT = 'engineer-pin'
const KEPT_TRIES = 'engineer-tries'
/** Times of wrong PINs, Unix milliseconds. */
const KeptTries = z.array(z.number())
const KEPT_ENDED = 'engineer-given-back'
/** Ids of revoked tickets, the latest last. */
const KeptEnded = z.array(z.string())
/** Maximum number of remembered ids; each ticket required a correct PIN. */
const ENDED_MAX = 200
const KeptPin = z.object({ salt: z.string(), hash: z.string() })
type KeptPin = z.infer<typeof KeptPin>

/**
 * The operator lock: while a PIN is set, only the holder of a ticket is an engineer. Tickets are signed with a secret of
 * this station and with the PIN, so that a change of the PIN invalidates all tickets.
 */
export const createEngineerLock = (settings: SettingsService, { clock, random }: { clock: Clock; random: Random }) => {
  const stored = KeptPin.safeParse(settings.kept(KEPT))
  let pin: KeptPin | undefined = stored.success ? stored.data : undefined
  const triedBefore = KeptTries.safeParse(settings.kept(KEPT_TRIES))
  /** Times of wrong PINs in steady time: setting the clock neither locks out the engineer nor allows more attempts. */
  let tries: { readonly at: number }[] = (triedBefore.success ? triedBefore.data : []).map((at) => ({
    at: clock.steady() - Math.max(0, clock.now() - at),
  }))
  /** Expiry in steady time by ticket id, for tickets that were signed or used since the start. */
  const ends = new Map<string, TicketEnd>()
  /** Steady time as wall time, for display and for use after a restart. */
  const wallOf = (steady: number): number => steady - clock.steady() + clock.now()
  const endedBefore = KeptEnded.safeParse(settings.kept(KEPT_ENDED))
  /** Revoked tickets: their signatures remain valid, so the list is needed whatever the clock shows. */
  const ended = new Set<string>(endedBefore.success ? endedBefore.data : [])

  const inAWhile = (): TicketEnd => ({ steady: clock.steady() + ENGINEER_MS, wall: clock.now() + ENGINEER_MS })
  /** The reported expiry, unless the clock was set since: the two clocks never agree to the millisecond. */
  const wallOfEnd = ({ steady, wall }: TicketEnd): number =>
    Math.abs(wallOf(steady) - wall) < SET_MS ? wall : Math.round(wallOf(steady))

  const hashOf = async (typed: string, salt: string): Promise<Buffer> =>
    derive(typed, Buffer.from(salt, 'base64url'), HASH_BYTES, COST)

  /** Stores the attempts, because a restart of the station must not allow five more. */
  const keepTries = (): Promise<void> =>
    settings
      .keep(KEPT_TRIES, tries.length === 0 ? undefined : tries.map(({ at }) => Math.round(wallOf(at))))
      // A full disk must not lock out the engineer who would free space; this process still counts the attempts in memory.
      .catch(() => undefined)

  /** @throws PIN_WRONG, PIN_WAIT. */
  const prove = async (typed: string, { salt, hash }: KeptPin): Promise<void> => {
    const now = clock.steady()
    tries = tries.filter(({ at }) => at > now - TRIES_MS)
    const [first] = tries
    if (first && tries.length >= WRONG_TRIES)
      throw new DomainError('PIN_WAIT', { seconds: Math.ceil((first.at + TRIES_MS - now) / 1000) })
    // Counted before the check, so that concurrent attempts count as well.
    const entry = { at: now }
    tries.push(entry)
    await keepTries()
    if (!timingSafeEqual(await hashOf(typed, salt), Buffer.from(hash, 'base64url')))
      throw new DomainError('PIN_WRONG', { left: WRONG_TRIES - tries.length })
    tries = tries.filter((other) => other !== entry)
    await keepTries()
  }

  const sign = async (signed: string, { hash }: KeptPin): Promise<Buffer> =>
    createHmac('sha256', await settings.secret('engineer'))
      .update(`${signed}.${hash}`)
      .digest()

  const issue = async (proven: KeptPin): Promise<EngineerTicket> => {
    const end = inAWhile()
    const until = end.wall
    const id = random.token(12)
    const signed = `${id}.${until}`
    forgetEnded()
    ends.set(id, end)
    const mac = await sign(signed, proven)
    return { ticket: `${signed}.${mac.toString('base64url')}`, engineerUntil: isoTime(until) }
  }

  /** The id and expiry of a ticket; undefined when it is foreign, belongs to another PIN, or has expired. */
  const read = async (ticket: string | null): Promise<{ id: string; until: number } | undefined> => {
    const match = /^([\w-]{1,32})\.(\d{1,16})\.([\w-]{43})$/.exec(ticket ?? '')
    if (!match || !pin) return undefined
    const [, id = '', signedUntil = '', mac = ''] = match
    if (ended.has(id)) return undefined
    if (!timingSafeEqual(Buffer.from(mac, 'base64url'), await sign(`${id}.${signedUntil}`, pin))) return undefined
    const end = ends.get(id)
    if (end) return end.steady > clock.steady() ? { id, until: wallOfEnd(end) } : undefined
    // A ticket from before a restart expires by wall time, and never later than a new ticket.
    const left = Number(signedUntil) - clock.now()
    return left > 0 && left <= ENGINEER_MS ? { id, until: Number(signedUntil) } : undefined
  }

  const forgetEnded = (): void => {
    const now = clock.steady()
    for (const [id, { steady }] of ends) if (steady <= now) ends.delete(id)
  }

  return {
    /** State of the lock for the holder of a ticket; reading it does not extend the ticket. */
    async state(ticket: string | null): Promise<OperatorLock> {
      const found = await read(ticket)
      return { pinSet: pin !== undefined, engineerUntil: found ? isoTime(found.until) : null }
    },

    /** @throws PIN_WRONG, PIN_WAIT; PIN_NOT_SET when no PIN is set. */
    async unlock(typed: string): Promise<EngineerTicket> {
      const proven = pin
      if (!proven) throw new DomainError('PIN_NOT_SET')
      await prove(typed, proven)
      return issue(proven)
    },

    /** Revokes a ticket permanently; an invalid ticket is not an error. */
    async lock(ticket: string | null): Promise<void> {
      const found = await read(ticket)
      if (!found) return
      ends.delete(found.id)
      ended.add(found.id)
      for (const [oldest] of ended.entries()) if (ended.size > ENDED_MAX) ended.delete(oldest)
      // A full disk must not keep the lock open.
      await settings.keep(KEPT_ENDED, [...ended]).catch(() => undefined)
    },

    /** Uses a ticket and extends its validity. @throws ENGINEER_ONLY while a PIN is set and the ticket is not valid. */
    async use(ticket: string | null): Promise<void> {
      if (!pin) return
      const found = await read(ticket)
      if (!found) throw new DomainError('ENGINEER_ONLY')
      forgetEnded()
      ends.set(found.id, inAWhile())
    },

    /** Sets a PIN, or changes it if `current` is correct; returns a ticket for it. @throws PIN_WRONG, PIN_WAIT. */
    async setPin(typed: string, current: string | undefined): Promise<EngineerTicket> {
      const before = pin
      if (before) await prove(current ?? '', before)
      const salt = randomBytes(16).toString('base64url')
      const next = { salt, hash: (await hashOf(typed, salt)).toString('base64url') }
      // Concurrent changes: the later call has verified a PIN that is no longer set.
      if (pin !== before) throw new DomainError('PIN_WRONG', { left: WRONG_TRIES - tries.length })
      await settings.keep(KEPT, next)
      pin = next
      return issue(next)
    },

    /** Removes the PIN and with it the lock. @throws PIN_WRONG, PIN_WAIT, PIN_NOT_SET. */
    async removePin(current: string): Promise<void> {
      if (!pin) throw new DomainError('PIN_NOT_SET')
      await prove(current, pin)
      await settings.keep(KEPT, undefined)
      pin = undefined
    },

    /** Removes a forgotten PIN; only for the start of the station, never for an API call. Returns whether one was set. */
    async reset(): Promise<boolean> {
      if (!pin) return false
      tries = []
      await keepTries()
      await settings.keep(KEPT, undefined)
      pin = undefined
      return true
    },
  }
}
