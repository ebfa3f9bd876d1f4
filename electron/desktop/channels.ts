/** From the preload: the page asks for a message port to the station. */
export const REQUEST_PORT = 'ota-bench:request-port'
/** To the preload, with one port; and the type of the window message by which it passes the port on. */
export const PORT = 'ota-bench:port'
