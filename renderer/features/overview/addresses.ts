import type { StationInfo } from '#shared/schema.ts'

/** A listener on all addresses: a device needs a specific address of this machine. */
const isAny = (host: string): boolean => host === '0.0.0.0' || host === '[::]' || host === '::'

/** The URL of a listener for a device that uses `address`; a listener on one address keeps its own. */
export const listenerAt = (listener: string, address: string): string => {
  const found = /^([a-z]+:\/\/)(\[[^\]]*\]|[^:/]+)(.*)$/.exec(listener)
  if (found === null) return listener
  const [, scheme = '', host = '', rest = ''] = found
  const shown = address.includes(':') ? `[${address}]` : address
  return isAny(host) ? `${scheme}${shown}${rest}` : listener
}

export type ListenerName = keyof StationInfo['listeners']

/** The active listeners as URLs for a device that uses `address`, in the order users need them. */
export const listenersAt = (listeners: StationInfo['listeners'], address: string): [ListenerName, string][] =>
  (['broker', 'mqtt', 'mqtts', 'http', 'https'] as const).flatMap((name): [ListenerName, string][] => {
    const url = listeners[name]
    if (url === null) return []
    return [[name, name === 'broker' ? url : listenerAt(url, address)]]
  })
