import { hostname, networkInterfaces } from 'node:os'

/** A name that is allowed in a certificate (RFC 1123 §2.1). */
const DNS_NAME = /^(?=.{1,253}$)[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?(\.[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?)*$/

/**
 * Names and addresses under which this machine is reachable now: `localhost`, its host name, the loopback addresses and those of
 * every interface. Link-local IPv6 addresses are left out, because they need a zone, which a URL for devices cannot carry.
 */
export const machineAddresses = (): string[] => {
  const addresses = Object.values(networkInterfaces())
    .flatMap((addresses = []) => addresses)
    .map(({ address }) => address)
    .filter((address) => !/^fe[89ab]/i.test(address))
  const names = ['localhost', hostname().toLowerCase()].filter((name) => DNS_NAME.test(name))
  return [...new Set([...names, '127.0.0.1', '::1', ...addresses])]
}
