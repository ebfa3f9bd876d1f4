import type { RejectedLogin } from '#shared/schema.ts'

/** What was read with what the stream brought since: the newer word on each, without those that are gone, latest first. */
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

/** What a knock can be answered with. */
export type KnockAnswer =
  /** Registers it, without another question. */
  | { readonly kind: 'accept'; readonly productId?: number }
  /** Something is to be asked first: the product, the secret, or both. */
  | { readonly kind: 'form'; readonly askProduct: boolean; readonly askSecret: boolean; readonly replace: boolean }
  | { readonly kind: 'product' }
  | { readonly kind: 'use-presented' }
  | { readonly kind: 'allow-plain' }
  /** Only the device itself can be mended. */
  | { readonly kind: 'none' }

/** The way to let a device in. @param products those there are, with their protocol */
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

/** How it is called: by its name, its token, or what it sent as its user name. */
export const nameOf = ({ deviceName, accessToken, username }: RejectedLogin): string =>
  deviceName ?? accessToken ?? username ?? ''
