import { RPCLink } from '@orpc/client/websocket'
import { type Connect, RefusedError } from './transport.ts'

/** Browsers hide why a handshake failed, so REST is asked whether the token is to blame. */
const refused = async (origin: string, token: string): Promise<boolean> => {
  try {
    const answer = await fetch(new URL('/api/v1/station', origin), { headers: { authorization: `Bearer ${token}` } })
    return answer.status === 401 || answer.status === 403
  } catch {
    return false
  }
}

/** The line of a browser page: a WebSocket at `/rpc` of the page's own origin. */
export const websocketTransport =
  (origin: string, token: () => string | null, headers: () => Record<string, string>): Connect =>
  async () => {
    const secret = token()
    if (secret === null) throw new RefusedError()
    const url = new URL('/rpc', origin)
    url.protocol = url.protocol === 'https:' ? 'wss:' : 'ws:'
    url.searchParams.set('token', secret)
    const websocket = new WebSocket(url)
    // Blobs are read asynchronously and could overtake each other.
    websocket.binaryType = 'arraybuffer'
    const closed = new Promise<void>((resolve) => websocket.addEventListener('close', () => resolve(), { once: true }))
    const opened = new Promise<true>((resolve) =>
      websocket.addEventListener('open', () => resolve(true), { once: true }),
    )
    if ((await Promise.race([opened, closed])) !== true) {
      if (await refused(origin, secret)) throw new RefusedError()
      throw new Error('The station does not answer')
    }
    return { link: new RPCLink({ websocket, headers }), closed }
  }
