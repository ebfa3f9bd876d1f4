/** The serial bindings' poller for a port of Linux or macOS. */
interface Poller {
  poll(events?: number): void
  on(event: 'readable' | 'writable' | 'disconnect', heard: () => void): unknown
}

/** libuv's uv_poll_event. */
const flags = { readable: 1, writable: 2, disconnect: 4 } as const

/**
 * Makes a poller wait for all events that are still wanted. The bindings pass only the newest one to uv_poll_start, which replaces the
 * others: a write that waited for room in the driver's buffer was dropped when a read began to wait, until the device sent something,
 * and the device waited for the rest of the write.
 */
export const waitForAll = (poller: Poller): void => {
  let wanted = 0
  for (const event of ['readable', 'writable', 'disconnect'] as const) {
    poller.on(event, () => {
      wanted &= ~flags[event]
    })
  }
  const poll = poller.poll.bind(poller)
  poller.poll = (events = 0) => {
    wanted |= events
    poll(wanted)
  }
}
