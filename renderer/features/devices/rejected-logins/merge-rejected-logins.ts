import type { RejectedLogin } from '#shared/schema.ts'

/** Merges the list with the stream's events: the newer state of each login, without removed ones, latest first. */
export const mergeRejectedLogins = (
  read: readonly RejectedLogin[],
  latest: ReadonlyMap<number, RejectedLogin>,
  removed: ReadonlySet<number>,
): RejectedLogin[] => {
  const known = new Map(read.map((knock) => [knock.id, knock]))
  for (const knock of latest.values()) {
    const before = known.get(knock.id)
    if (before === undefined || before.lastAt < knock.lastAt) known.set(knock.id, knock)
  }
  return [...known.values()]
    .filter((knock) => !removed.has(knock.id))
    .sort((a, b) => b.lastAt.localeCompare(a.lastAt) || b.id - a.id)
}

/** The possible response to a rejected login. */
export type KnockAnswer =
  /** Registers it without further input. */
  | { readonly kind: 'accept'; readonly productId?: number }
  /** Further input is needed first: the product, the secret, or both. */
  | { readonly kind: 'form'; readonly askProduct: boolean; readonly askSecret: boolean; readonly replace: boolean }
  | { readonly kind: 'product' }
  | { readonly kind: 'use-presented' }
  | { readonly kind: 'allow-plain' }
  /** Only a change on the device itself can help. */
  | { readonly kind: 'none' }

/** How a device can be accepted. @param products the existing ones, with their protocol */
export const answerOf = (
  knock: RejectedLogin,
  products: readonly { readonly id: number; readonly protocol: RejectedLogin['protocols'][number] }[],
): KnockAnswer => {
  const askSecret = knock.secret === 'signed'
  switch (knock.reason) {
    case 'unknown-form':
    case 'token-expired':
      return { kind: 'none' }
    case 'unknown-product':
      return { kind: 'product' }
    case 'plain-refused':
      return { kind: 'allow-plain' }
    case 'wrong-secret':
      return askSecret ? { kind: 'form', askProduct: false, askSecret, replace: true } : { kind: 'use-presented' }
    case 'register-limit':
    case 'unknown-device': {
      if (knock.productId !== null)
        return askSecret ? { kind: 'form', askProduct: false, askSecret, replace: false } : { kind: 'accept' }
      const [only, ...more] = products.filter(({ protocol }) => knock.protocols.includes(protocol))
      if (only === undefined) return { kind: 'product' }
      return more.length === 0 && !askSecret
        ? { kind: 'accept', productId: only.id }
        : { kind: 'form', askProduct: true, askSecret, replace: false }
    }
  }
}

/** Its label: its name, its token, or the user name it sent. */
export const nameOf = ({ deviceName, accessToken, username }: RejectedLogin): string =>
  deviceName ?? accessToken ?? username ?? ''
