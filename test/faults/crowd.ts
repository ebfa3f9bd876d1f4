import { readdir, readFile } from 'node:fs/promises'
import { connect, type Socket } from 'node:net'

/** The first bytes of a TLS 1.2 record that promises a ClientHello of 512 bytes (RFC 8446 5.1), and never comes to it. */
const HALF_HELLO = Buffer.from([0x16, 3, 1, 2, 0, 1, 0, 1, 0xfc, 3, 3])
/** A CONNECT that announces 100 bytes and has two. */
const HALF_CONNECT = Buffer.from([0x10, 100, 0, 4])

/** What a peer says before it falls silent, by the listener. */
export const beginnings: Readonly<Record<string, readonly (string | Buffer)[]>> = {
  mqtt: ['', HALF_CONNECT],
  mqtts: ['', HALF_HELLO],
  http: [
    '',
    'GET /ota/x HTTP/1.1\r\nHost: x\r\n',
    'POST /ota/south/x HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\nhalf',
  ],
  https: ['', HALF_HELLO],
  ui: ['', 'GET / HTTP/1.1\r\nHos'],
}

/** Opens that many connections to a port, which each say their beginning and then nothing; resolves when each is open or thrown out. */
export const openSilent = async (
  port: number,
  count: number,
  said: readonly (string | Buffer)[],
): Promise<Socket[]> => {
  const sockets: Socket[] = []
  for (let begun = 0; begun < count; begun += 250) {
    const opened = Array.from({ length: Math.min(250, count - begun) }, (_, n) => {
      const socket = connect({ port, host: '127.0.0.1' })
      sockets.push(socket)
      // To be thrown out is what is expected.
      socket.on('error', () => undefined)
      const text = said[n % said.length] ?? ''
      socket.once('connect', () => text.length > 0 && socket.write(text))
      // Read, or the end would never be seen.
      socket.resume()
      return new Promise<void>((resolve) => {
        socket.once('connect', () => resolve())
        socket.once('close', () => resolve())
      })
    })
    await Promise.all(opened)
  }
  return sockets
}

export const closed = (socket: Socket): Promise<void> =>
  socket.destroyed ? Promise.resolve() : new Promise((resolve) => socket.once('close', () => resolve()))

/** Files and sockets that a process has open (Linux). */
export const descriptorsOf = async (pid: number): Promise<number> => (await readdir(`/proc/${pid}/fd`)).length

/** Bytes of memory that a process holds (Linux). */
export const memoryOf = async (pid: number): Promise<number> =>
  Number(/^VmRSS:\s+(\d+) kB/m.exec(await readFile(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0) * 1024

/** Lines of a station's log by message, with the minutes in which each was written. */
export const linesByMessage = (log: string): ReadonlyMap<string, readonly number[]> => {
  const found = new Map<string, number[]>()
  for (const line of log.split('\n')) {
    if (!line.startsWith('{')) continue
    const { msg, time } = JSON.parse(line) as { msg?: string; time?: string }
    if (msg === undefined) continue
    found.set(msg, [...(found.get(msg) ?? []), Date.parse(time ?? '')])
  }
  return found
}
