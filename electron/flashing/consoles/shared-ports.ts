import type { Link, OpenLink, Place, Transport, TransportRegistry } from '../transport.ts'

/** Takes a port from its console; the returned function gives it back. */
type Take = (path: string) => Promise<() => void>

const sharing =
  (open: OpenLink<Transport>, take: Take): OpenLink<Transport> =>
  async (path, settings, place: Place): Promise<Link> => {
    const giveBack = await take(path)
    let link: Link
    try {
      link = await open(path, settings, place)
    } catch (error) {
      giveBack()
      throw error
    }
    const close = link.close.bind(link)
    // The link itself, not a copy: what it says of itself (an AT link's line after a restart) changes.
    return Object.assign(link, {
      close: async () => {
        try {
          await close()
        } finally {
          giveBack()
        }
      },
    })
  }

/** The transports, each taking a port from its console for as long as its link is open. */
export const sharedPorts = (transports: TransportRegistry, take: Take): TransportRegistry =>
  Object.fromEntries(
    Object.entries(transports).map(([name, open]) => [name, sharing(open as OpenLink<Transport>, take)]),
  ) as unknown as TransportRegistry
