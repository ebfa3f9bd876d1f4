import { useSyncExternalStore } from 'react'

export const places = ['overview', 'packages', 'campaigns', 'bench', 'devices', 'settings'] as const
export type Place = (typeof places)[number]

/** The location in the screen: `#/campaigns/12?state=failed`. */
export interface Route {
  readonly place: Place
  /** The part after the place, `12` or `new`; empty on the list. */
  readonly rest: string
  readonly query: URLSearchParams
}

/** Parses a hash; anything unknown becomes the overview. */
export const parseHash = (hash: string): Route => {
  const [path = '', query = ''] = hash.replace(/^#\/?/, '').split('?', 2)
  const [first = '', ...rest] = path.split('/')
  const place = places.find((known) => known === first) ?? 'overview'
  return { place, rest: place === first ? rest.join('/') : '', query: new URLSearchParams(query) }
}

/** The hash for a place, its object and its query. */
export const hashOf = (place: Place, rest: string | number = '', query: Record<string, string> = {}): string => {
  const search = new URLSearchParams(query).toString()
  return `#/${place}${rest === '' ? '' : `/${rest}`}${search === '' ? '' : `?${search}`}`
}

export const go = (place: Place, rest: string | number = '', query: Record<string, string> = {}): void => {
  window.location.hash = hashOf(place, rest, query)
}

/** Asks before the user leaves the current screen; calling `leave` leaves it. */
type Guard = (leave: () => void) => void

let guard: Guard | undefined
/** The address of the screen that is shown; while the user is asked, it differs from the requested address. */
let shown: string | undefined
/** The address for which the user has left: it is shown, whichever guard is there by the time the browser tells of it. */
let granted: string | undefined
const watchers = new Set<() => void>()

const arrived = (): void => {
  const { hash } = window.location
  if (hash === shown) return
  const isGranted = hash === granted
  granted = undefined
  if (guard !== undefined && shown !== undefined && !isGranted) {
    window.history.replaceState(null, '', shown)
    guard(() => {
      guard = undefined
      granted = hash
      window.location.hash = hash
    })
    return
  }
  shown = hash
  for (const changed of watchers) changed()
}

/** Installs a guard through which every navigation away from the screen goes. Returns a function that removes it. */
export const guardLeaving = (ask: Guard): (() => void) => {
  guard = ask
  return () => {
    if (guard === ask) guard = undefined
  }
}

/** Calls `changed` whenever another screen must be shown, until the returned function is called. */
export const watchHash = (changed: () => void) => {
  if (watchers.size === 0) window.addEventListener('hashchange', arrived)
  watchers.add(changed)
  return () => {
    watchers.delete(changed)
    if (watchers.size === 0) window.removeEventListener('hashchange', arrived)
  }
}

let cached: { hash: string; route: Route } | undefined

const currentRoute = (): Route => {
  shown ??= window.location.hash
  if (cached?.hash !== shown) cached = { hash: shown, route: parseHash(shown) }
  return cached.route
}

export const useRoute = (): Route => useSyncExternalStore(watchHash, currentRoute)
