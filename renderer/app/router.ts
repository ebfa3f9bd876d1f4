import { useSyncExternalStore } from 'react'

export const places = ['overview', 'packages', 'campaigns', 'bench', 'devices', 'settings'] as const
export type Place = (typeof places)[number]

/** Where the screen is: `#/campaigns/12?state=failed`. */
export interface Route {
  readonly place: Place
  /** What follows the place, `12` or `new`; empty on the list. */
  readonly rest: string
  readonly query: URLSearchParams
}

/** Reads a hash; anything unknown is the overview. */
export const parseHash = (hash: string): Route => {
  const [path = '', query = ''] = hash.replace(/^#\/?/, '').split('?', 2)
  const [first = '', ...rest] = path.split('/')
  const place = places.find((known) => known === first) ?? 'overview'
  return { place, rest: place === first ? rest.join('/') : '', query: new URLSearchParams(query) }
}

/** The hash of a place, what stands in it, and its query. */
export const hashOf = (place: Place, rest: string | number = '', query: Record<string, string> = {}): string => {
  const search = new URLSearchParams(query).toString()
  return `#/${place}${rest === '' ? '' : `/${rest}`}${search === '' ? '' : `?${search}`}`
}

export const go = (place: Place, rest: string | number = '', query: Record<string, string> = {}): void => {
  window.location.hash = hashOf(place, rest, query)
}

const watchHash = (changed: () => void) => {
  window.addEventListener('hashchange', changed)
  return () => window.removeEventListener('hashchange', changed)
}

let cached: { hash: string; route: Route } | undefined

const currentRoute = (): Route => {
  const { hash } = window.location
  if (cached?.hash !== hash) cached = { hash, route: parseHash(hash) }
  return cached.route
}

export const useRoute = (): Route => useSyncExternalStore(watchHash, currentRoute)
