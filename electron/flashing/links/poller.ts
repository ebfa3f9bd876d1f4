/** What the serial bindings wait with for a port of Linux or macOS. */
export interface Poller {
  poll(events?: number): void
  on(event: 'readable' | 'writable' | 'disconnect', heard: () => void): unknown
}

/** libuv's uv_poll_event. */
const flags = { readable: 1, writable: 2, disconnect: 4 } as const

/**
 * Makes a poller wait for everything that is still asked of it. The bindings hand uv_poll_start the newest wish alone, which takes the place of
 * the others: a write that waits for room in the driver's buffer was forgotten when reading began to wait after it, until the
 * device sent something, and that waited for the rest of the write.
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
