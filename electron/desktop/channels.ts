/** From the preload script: the page asks for a message port to the station. */
export const REQUEST_PORT = 'ota-bench:request-port'
/** To the preload script, with one port; also the type of the window message that passes the port on. */
export const PORT = 'ota-bench:port'
