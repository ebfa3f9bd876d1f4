import { statfs } from 'node:fs/promises'
import { networkInterfaces } from 'node:os'
import type { StationInfo } from '#shared/schema.ts'

/** Interfaces of containers and virtual machines: devices are rarely reachable through them, so they come last. */
const VIRTUAL = /^(docker|veth|br-|virbr|vmnet|vboxnet|utun|tun|tap|lo)/i

/** Reading the addresses needs a socket; where too many are open, the list is empty. */
const interfaces = (): ReturnType<typeof networkInterfaces> => {
  try {
    return networkInterfaces()
  } catch {
    return {}
  }
}

/** Addresses of this machine at which devices may reach it, the most likely first. */
export const reachableAddresses = (): StationInfo['addresses'] =>
  Object.entries(interfaces())
    .flatMap(([name, addresses = []]) =>
      addresses
        .filter(({ family, internal }) => family === 'IPv4' && !internal)
        .map(({ address }) => ({ name, address })),
    )
    .sort((a, b) => Number(VIRTUAL.test(a.name)) - Number(VIRTUAL.test(b.name)))

/** Free bytes on the disk of a directory; null where the system does not report them. */
export const freeBytes = async (directory: string): Promise<number | null> => {
  try {
    const { bavail, bsize } = await statfs(directory)
    return bavail * bsize
  } catch {
    return null
  }
}
