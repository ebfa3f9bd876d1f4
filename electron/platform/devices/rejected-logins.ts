import type { Protocol } from '#shared/protocols/index.ts'
import type { RejectedLogin, RejectionReason } from '#shared/schema.ts'
import type { Clock } from '../basics/clock.ts'
import type { PlatformEvents } from '../basics/events.ts'
import { isoTime, type Page, type PageRequest } from '../store/pagination.ts'

/** A refused login, as a broker or an HTTP dialect tells of it. */
export interface LoginRefusal {
  /** In whose form it came; empty: in none. */
  readonly protocols: readonly Protocol[]
  readonly productKey?: string | undefined
  readonly deviceName?: string | undefined
  readonly accessToken?: string | undefined
  /** Where the form is none of ours. */
  readonly username?: string | undefined
  readonly address: string
  readonly reason: RejectionReason
  readonly productId?: number | undefined
  readonly deviceId?: number | undefined
  /** The secret, where the login sends it as it is. Stays in memory; neither told nor logged. */
  readonly password?: string | undefined
  /** It sends its secret as it is and proves nothing else by it. */
  readonly plain?: boolean | undefined
  /** Its token is all it shows. */
  readonly tokenAlone?: boolean | undefined
  /** It proved its product's secret: once registered it needs none of its own. */
  readonly secretless?: boolean | undefined
}

/** A device that knocks, with all that is known of it. */
export interface RejectedDevice extends LoginRefusal {
  readonly id: number
  readonly count: number
  readonly firstAt: number
  readonly lastAt: number
}

/** A device that was let in. */
export interface AcceptedDevice {
  readonly id: number
  readonly productKey?: string
  readonly deviceName?: string
  readonly accessToken?: string
}

export type RejectedLogins = ReturnType<typeof createRejectedLogins>

/** Devices remembered; the one that has been silent for longest is forgotten first, so that a flood cannot fill the memory. */
const MAX = 200
/** Names come from strangers: no more than this of each is kept. */
const TEXT_MAX = 200

/**
 * Devices that were refused, in memory: who, why, how often. One entry a device, however often it tries; why it was refused is
 * what holds for its last try.
 */
export const createRejectedLogins = ({
  clock,
  events,
}: {
  readonly clock: Pick<Clock, 'now'>
  readonly events: PlatformEvents
}) => {
  /** By who it says it is, the latest last. */
  const byWho = new Map<string, RejectedDevice & { readonly sequence: number }>()
  let lastId = 0
  let sequence = 0

  const find = (id: number) => {
    for (const [who, knocker] of byWho) if (knocker.id === id) return { who, knocker }
    return undefined
  }

  const forget = (id: number): boolean => {
    const found = find(id)
    if (!found) return false
    byWho.delete(found.who)
    events.emit('removed', 'knock', id)
    return true
  }

  return {
    /** Takes note of a refused login. */
    note(knocking: LoginRefusal): void {
      const cut = (text: string | undefined) => text?.slice(0, TEXT_MAX)
      const { productKey, deviceName, accessToken, username } = knocking
      const names = {
        productKey: cut(productKey),
        deviceName: cut(deviceName),
        accessToken: cut(accessToken),
        username: cut(username),
      }
      const who = JSON.stringify(Object.values(names))
      const before = byWho.get(who)
      const now = clock.now()
      byWho.delete(who)
      byWho.set(who, {
        ...knocking,
        ...names,
        id: before?.id ?? ++lastId,
        count: (before?.count ?? 0) + 1,
        firstAt: before?.firstAt ?? now,
        lastAt: now,
        sequence: ++sequence,
      })
      const [silent] = byWho.values()
      if (byWho.size > MAX && silent) forget(silent.id)
      events.emit('knock', before?.id ?? lastId)
    },

    /** Undefined: it was dismissed, accepted, or pushed out by others. */
    get: (id: number): RejectedDevice | undefined => find(id)?.knocker,

    /** Whether it was there. */
    forget,

    /** The device has come in: whatever it knocked with before is settled. */
    settled({ id, productKey, deviceName, accessToken }: AcceptedDevice): void {
      for (const knocker of [...byWho.values()]) {
        const sameName =
          productKey !== undefined && knocker.productKey === productKey && knocker.deviceName === deviceName
        const sameToken = accessToken !== undefined && knocker.accessToken === accessToken
        if (knocker.deviceId === id || sameName || sameToken) forget(knocker.id)
      }
    },

    /** Latest first. */
    list({ limit, cursor }: PageRequest): Page<RejectedLogin> {
      const before = cursor === undefined ? Number.POSITIVE_INFINITY : Number(cursor)
      const found = [...byWho.values()].filter((knocker) => knocker.sequence < before).reverse()
      const shown = found.slice(0, limit)
      const last = shown.at(-1)
      return {
        items: shown.map(viewOf),
        nextCursor: found.length > shown.length && last ? String(last.sequence) : null,
      }
    },

    /** Snapshots of those still remembered, for live events. */
    snapshots: (ids: readonly number[]): RejectedLogin[] =>
      ids.flatMap((id) => {
        const found = find(id)
        return found ? [viewOf(found.knocker)] : []
      }),
  }
}

/** What may be told of it: all but its password. */
const viewOf = (knocker: RejectedDevice): RejectedLogin => ({
  id: knocker.id,
  protocols: [...knocker.protocols],
  productKey: knocker.productKey ?? null,
  deviceName: knocker.deviceName ?? null,
  accessToken: knocker.accessToken ?? null,
  username: knocker.username ?? null,
  address: knocker.address,
  reason: knocker.reason,
  productId: knocker.productId ?? null,
  deviceId: knocker.deviceId ?? null,
  secret: knocker.tokenAlone || knocker.secretless ? 'none' : knocker.password === undefined ? 'signed' : 'presented',
  count: knocker.count,
  firstAt: isoTime(knocker.firstAt),
  lastAt: isoTime(knocker.lastAt),
})
