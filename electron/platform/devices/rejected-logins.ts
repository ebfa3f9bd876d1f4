import type { Protocol } from '#shared/protocols/index.ts'
import type { RejectedLogin, RejectionReason } from '#shared/schema.ts'
import type { Clock } from '../basics/clock.ts'
import type { PlatformEvents } from '../basics/events.ts'
import { isoTime, type Page, type PageRequest } from '../store/pagination.ts'

/** A refused login, as reported by a broker or an HTTP dialect. */
export interface LoginRefusal {
  /** Protocols whose login form it has; empty when it matches none. */
  readonly protocols: readonly Protocol[]
  readonly productKey?: string | undefined
  readonly deviceName?: string | undefined
  readonly accessToken?: string | undefined
  /** Set when the login matches no known form. */
  readonly username?: string | undefined
  readonly address: string
  readonly reason: RejectionReason
  readonly productId?: number | undefined
  readonly deviceId?: number | undefined
  /** The secret of a plain login. Stays in memory; never sent or logged. */
  readonly password?: string | undefined
  /** The login sends its secret in plain form and has no other proof. */
  readonly plain?: boolean | undefined
  /** The login contains only a token. */
  readonly tokenAlone?: boolean | undefined
  /** It proved its product's secret, so after registration it needs no secret of its own. */
  readonly secretless?: boolean | undefined
}

/** A device with rejected logins, and all known data about it. */
export interface RejectedDevice extends LoginRefusal {
  readonly id: number
  readonly count: number
  readonly firstAt: number
  readonly lastAt: number
}

/** A device whose login was accepted. */
interface AcceptedDevice {
  readonly id: number
  readonly productKey?: string
  readonly deviceName?: string
  readonly accessToken?: string
}

export type RejectedLogins = ReturnType<typeof createRejectedLogins>

/** Maximum number of devices; the one inactive for longest is removed first, so that a flood cannot fill the memory. */
const MAX = 200
/** Maximum characters kept of each name, because names come from unknown senders. */
const TEXT_MAX = 200

/**
 * Rejected devices, in memory: identity, reason, count. One entry per device, however often it tries; the reason is that of
 * its last attempt.
 */
export const createRejectedLogins = ({
  clock,
  events,
}: {
  readonly clock: Pick<Clock, 'now'>
  readonly events: PlatformEvents
}) => {
  /** Entries by claimed identity, the latest last. */
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
    /** Records a refused login. */
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

    /** Undefined when it was dismissed, accepted, or displaced by others. */
    get: (id: number): RejectedDevice | undefined => find(id)?.knocker,

    /** Removes an entry; returns whether it existed. */
    forget,

    /** The login of the device was accepted: removes its earlier rejected logins. */
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

    /** Snapshots of the entries that still exist, for live events. */
    snapshots: (ids: readonly number[]): RejectedLogin[] =>
      ids.flatMap((id) => {
        const found = find(id)
        return found ? [viewOf(found.knocker)] : []
      }),
  }
}

/** The API view: all data except the password. */
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
