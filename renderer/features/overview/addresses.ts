import type { StationInfo } from '#shared/schema.ts'

/** An address on which the station listens everywhere: a device needs one of this machine's own. */
const isAny = (host: string): boolean => host === '0.0.0.0' || host === '[::]' || host === '::'

/** A listener's URL as a device at `address` uses it; a listener bound to one address keeps that. */
export const listenerAt = (listener: string, address: string): string => {
  const found = /^([a-z]+:\/\/)(\[[^\]]*\]|[^:/]+)(.*)$/.exec(listener)
  if (found === null) return listener
  const [, scheme = '', host = '', rest = ''] = found
  const shown = address.includes(':') ? `[${address}]` : address
  return isAny(host) ? `${scheme}${shown}${rest}` : listener
}

export type ListenerName = keyof StationInfo['listeners']

/** The listeners that are on, as URLs for a device at `address`, in the order people need them. */
export const listenersAt = (listeners: StationInfo['listeners'], address: string): [ListenerName, string][] =>
  (['broker', 'mqtt', 'mqtts', 'http', 'https'] as const).flatMap((name): [ListenerName, string][] => {
    const url = listeners[name]
    if (url === null) return []
    return [[name, name === 'broker' ? url : listenerAt(url, address)]]
  })
