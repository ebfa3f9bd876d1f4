import { createHmac, randomBytes, type ScryptOptions, scrypt, timingSafeEqual } from 'node:crypto'
import { promisify } from 'node:util'
import { z } from 'zod'
import { DomainError } from '#shared/errors.ts'
import type { EngineerTicket, OperatorLock } from '#shared/schema.ts'
import type { Clock } from '../basics/clock.ts'
import type { Random } from '../basics/random.ts'
import { isoTime } from '../store/pagination.ts'
import type { SettingsService } from './settings.ts'

/** Milliseconds without use after which an engineer is an operator again. */
export const ENGINEER_MS = 15 * 60_000
/** Wrong PINs a minute, whoever tries: a PIN of four digits then takes more than a day. */
const WRONG_TRIES = 5
const TRIES_MS = 60_000

/** RFC 7914 2: 32 MB and some 100 ms a try, on a thread of the pool. */
const COST = { N: 2 ** 15, r: 8, p: 1, maxmem: 64 * 1024 * 1024 } as const
const HASH_BYTES = 32
const derive = promisify<string, Buffer, number, ScryptOptions, Buffer>(scrypt)

/** By less than this no clock was set. */
const SET_MS = 1000

/** When a ticket ends, steady time and as its holder is told, wall time. */
type TicketEnd = { readonly steady: number; readonly wall: number }

const KEPT = 'engineer-pin'
const KEPT_TRIES = 'engineer-tries'
/** When wrong PINs were tried, Unix milliseconds. */
const KeptTries = z.array(z.number())
const KEPT_ENDED = 'engineer-given-back'
/** Ids of tickets that were given back, the latest last. */
const KeptEnded = z.array(z.string())
/** So many are remembered: each took a right PIN to get. */
const ENDED_MAX = 200
const KeptPin = z.object({ salt: z.string(), hash: z.string() })
type KeptPin = z.infer<typeof KeptPin>

/**
 * The operator lock: while a PIN is set, only who holds a ticket for it is an engineer. Tickets are signed with a secret of
 * this station and the PIN that was given for them, so that another PIN ends them all.
 */
export const createEngineerLock = (settings: SettingsService, { clock, random }: { clock: Clock; random: Random }) => {
  const stored = KeptPin.safeParse(settings.kept(KEPT))
  let pin: KeptPin | undefined = stored.success ? stored.data : undefined
  const triedBefore = KeptTries.safeParse(settings.kept(KEPT_TRIES))
  /** When wrong PINs were tried, steady time: a clock that is set neither keeps the engineer out nor lets anybody try more. */
  let tries: { readonly at: number }[] = (triedBefore.success ? triedBefore.data : []).map((at) => ({
    at: clock.steady() - Math.max(0, clock.now() - at),
  }))
  /** By the ticket's id until when it is good, steady time, where it was signed or used since the start. */
  const ends = new Map<string, TicketEnd>()
  /** Steady time as wall time, for who reads it or is told of it after a restart. */
  const wallOf = (steady: number): number => steady - clock.steady() + clock.now()
  const endedBefore = KeptEnded.safeParse(settings.kept(KEPT_ENDED))
  /** Tickets that were given back, whatever the clock says since: their signatures are still good. */
  const ended = new Set<string>(endedBefore.success ? endedBefore.data : [])

  const inAWhile = (): TicketEnd => ({ steady: clock.steady() + ENGINEER_MS, wall: clock.now() + ENGINEER_MS })
  /** As it was told, unless the clock was set since: the two clocks never agree to the millisecond. */
  const wallOfEnd = ({ steady, wall }: TicketEnd): number =>
    Math.abs(wallOf(steady) - wall) < SET_MS ? wall : Math.round(wallOf(steady))

  const hashOf = async (typed: string, salt: string): Promise<Buffer> =>
    derive(typed, Buffer.from(salt, 'base64url'), HASH_BYTES, COST)

  /** A restart of the station must not give five more tries. */
  const keepTries = (): Promise<void> =>
    settings
      .keep(KEPT_TRIES, tries.length === 0 ? undefined : tries.map(({ at }) => Math.round(wallOf(at))))
      // A full disk must not keep out the engineer who would empty it; this process counts all the same.
      .catch(() => undefined)

  /** @throws PIN_WRONG, PIN_WAIT. */
  const prove = async (typed: string, { salt, hash }: KeptPin): Promise<void> => {
    const now = clock.steady()
    tries = tries.filter(({ at }) => at > now - TRIES_MS)
    const [first] = tries
    if (first && tries.length >= WRONG_TRIES)
      throw new DomainError('PIN_WAIT', { seconds: Math.ceil((first.at + TRIES_MS - now) / 1000) })
    // Counted before it is known to be wrong, so that tries at the same time count as well.
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

  /** The ticket's id and until when it is good; undefined when it is none of ours, of another PIN, or at its end. */
  const read = async (ticket: string | null): Promise<{ id: string; until: number } | undefined> => {
    const match = /^([\w-]{1,32})\.(\d{1,16})\.([\w-]{43})$/.exec(ticket ?? '')
    if (!match || !pin) return undefined
    const [, id = '', signedUntil = '', mac = ''] = match
    if (ended.has(id)) return undefined
    if (!timingSafeEqual(Buffer.from(mac, 'base64url'), await sign(`${id}.${signedUntil}`, pin))) return undefined
    const end = ends.get(id)
    if (end) return end.steady > clock.steady() ? { id, until: wallOfEnd(end) } : undefined
    // Of before a restart: by the clock of the wall, and never longer than a new one.
    const left = Number(signedUntil) - clock.now()
    return left > 0 && left <= ENGINEER_MS ? { id, until: Number(signedUntil) } : undefined
  }

  const forgetEnded = (): void => {
    const now = clock.steady()
    for (const [id, { steady }] of ends) if (steady <= now) ends.delete(id)
  }

  return {
    /** How the lock stands for the holder of a ticket; reading is no use of it. */
    async state(ticket: string | null): Promise<OperatorLock> {
      const found = await read(ticket)
      return { pinSet: pin !== undefined, engineerUntil: found ? isoTime(found.until) : null }
    },

    /** @throws PIN_WRONG, PIN_WAIT; PIN_NOT_SET where there is nothing to unlock. */
    async unlock(typed: string): Promise<EngineerTicket> {
      const proven = pin
      if (!proven) throw new DomainError('PIN_NOT_SET')
      await prove(typed, proven)
      return issue(proven)
    },

    /** Ends a ticket, also for the station's next start; one that is none is no error. */
    async lock(ticket: string | null): Promise<void> {
      const found = await read(ticket)
      if (!found) return
      ends.delete(found.id)
      ended.add(found.id)
      for (const [oldest] of ended.entries()) if (ended.size > ENDED_MAX) ended.delete(oldest)
      // A full disk must not keep the lock open.
      await settings.keep(KEPT_ENDED, [...ended]).catch(() => undefined)
    },

    /** Uses a ticket, which is then good for another while. @throws ENGINEER_ONLY while a PIN is set and the ticket is not good. */
    async use(ticket: string | null): Promise<void> {
      if (!pin) return
      const found = await read(ticket)
      if (!found) throw new DomainError('ENGINEER_ONLY')
      forgetEnded()
      ends.set(found.id, inAWhile())
    },

    /** Sets a PIN, or another one for who knows the present one; answers a ticket for it. @throws PIN_WRONG, PIN_WAIT. */
    async setPin(typed: string, current: string | undefined): Promise<EngineerTicket> {
      const before = pin
      if (before) await prove(current ?? '', before)
      const salt = randomBytes(16).toString('base64url')
      const next = { salt, hash: (await hashOf(typed, salt)).toString('base64url') }
      // Two at once: the later one has proven a PIN that is not there any more.
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

    /** Removes a PIN that nobody knows any more: for who starts the station, never for a call. Answers whether one was set. */
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
