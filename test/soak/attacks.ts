import { connect, type Socket } from 'node:net'
import { setTimeout as pause } from 'node:timers/promises'
import WebSocket from 'ws'
import type { ReadyInfo } from '../../electron/station/ready-line.ts'
import { mqttPacket } from '../broker/test-platform.ts'
import { beginnings } from '../faults/crowd.ts'

/** Linux has the whole of 127.0.0.0/8 on its loopback: as many addresses as are wanted. */
const addressOf = (n: number): string => `127.${1 + ((n >> 16) & 63)}.${(n >> 8) & 255}.${1 + (n & 127)}`

let strangers = 0

/** A connection from an address that changes each time; what the station does to it is nobody's fault. */
const stranger = (port: number): Socket => {
  strangers += 1
  const socket = connect({ port, host: '127.0.0.1', localAddress: addressOf(strangers) })
  socket.on('error', () => undefined)
  return socket
}

export const portOf = (url: string | null): number => Number(new URL(url ?? 'none://x').port)

const text = (value: string): Buffer => {
  const bytes = Buffer.from(value)
  return Buffer.concat([Buffer.from([bytes.length >> 8, bytes.length & 0xff]), bytes])
}

/** CONNECT of MQTT 3.1.1 (3.1). */
export const login = (clientId: string, username: string, password: string): Buffer =>
  mqttPacket(
    0x10,
    Buffer.concat([text('MQTT'), Buffer.from([4, 0xc2, 0, 60]), text(clientId), text(username), text(password)]),
  )

const noise = (): Buffer => Buffer.from(Array.from({ length: 300 }, () => Math.floor(Math.random() * 256)))

/** That many at once, each gone after a while. */
const crowd = async (count: number, open: () => Socket, say: (socket: Socket, n: number) => void, ms = 1000) => {
  const sockets = Array.from({ length: count }, (_, n) => {
    const socket = open()
    socket.once('connect', () => say(socket, n))
    return socket
  })
  await pause(ms)
  for (const socket of sockets) socket.destroy()
}

const read = (socket: Socket): void => void socket.resume()

export interface Attack {
  readonly name: string
  /** Resolves when one round is over and its connections are gone. */
  run(ready: ReadyInfo): Promise<void>
}

const ui = ({ api }: ReadyInfo): number => portOf(api)
const head = ({ api, token }: ReadyInfo): string => `Host: ${new URL(api).host}\r\nAuthorization: Bearer ${token}\r\n`

/** What a hostile or broken peer does, a round at a time. */
export const attacks: readonly Attack[] = [
  {
    name: '2,000 half-open connections on each listener',
    async run(ready) {
      const ports: Record<string, number> = {
        mqtt: portOf(ready.mqtt),
        mqtts: portOf(ready.mqtts),
        http: portOf(ready.http),
        https: portOf(ready.https),
        ui: ui(ready),
      }
      for (const [name, said] of Object.entries(beginnings))
        await crowd(
          2000,
          () => stranger(ports[name] ?? 0),
          (socket, n) => {
            socket.resume()
            const begun = said[n % said.length] ?? ''
            if (begun.length > 0) socket.write(begun)
          },
        )
    },
  },
  {
    name: '500 log-ins of unknown names, each from an address of its own',
    run: (ready) =>
      crowd(
        500,
        () => stranger(portOf(ready.mqtt)),
        (socket, n) => {
          read(socket)
          socket.write(login(`c${n}`, `nobody${n}&nowhere`, 'x'))
        },
      ),
  },
  {
    name: '500 wrong secrets for known devices',
    run: (ready) =>
      crowd(
        500,
        () => stranger(portOf(ready.mqtt)),
        (socket, n) => {
          read(socket)
          socket.write(login(`c${n}`, `d${n % 20}&field`, `wrong ${n}`))
        },
      ),
  },
  {
    name: '500 log-ins that take over one device',
    run: (ready) =>
      crowd(
        500,
        () => stranger(portOf(ready.mqtt)),
        (socket) => {
          read(socket)
          socket.write(login('the same', 'victim&field', 'secret'))
        },
      ),
  },
  {
    name: '200 times noise on each listener',
    async run(ready) {
      for (const url of [ready.mqtt, ready.mqtts, ready.http, ready.https, ready.api])
        await crowd(
          200,
          () => stranger(portOf(url)),
          (socket) => {
            read(socket)
            socket.write(noise())
          },
        )
    },
  },
  {
    name: '300 requests for what is not there, with heads too long and addresses that are wrong',
    run: (ready) =>
      crowd(
        300,
        () => stranger(portOf(ready.http)),
        (socket, n) => {
          read(socket)
          const path = ['/ota/AAAA/app.bin', '/', `/${'x'.repeat(9000)}`, '/ota/south/check?dev_id=1'][n % 4]
          socket.write(`GET ${path} HTTP/1.1\r\nHost: x\r\n\r\n`)
        },
      ),
  },
  {
    name: '200 pages of the screen, broken off in the middle',
    run: (ready) =>
      crowd(
        200,
        () => stranger(ui(ready)),
        (socket) => {
          socket.once('data', () => socket.resetAndDestroy())
          socket.write(`GET / HTTP/1.1\r\nHost: ${new URL(ready.api).host}\r\n\r\n`)
        },
      ),
  },
  {
    name: '20 readers of live events that read nothing',
    async run(ready) {
      await crowd(
        20,
        () => stranger(ui(ready)),
        (socket) => {
          socket.pause()
          socket.write(`GET /api/v1/events HTTP/1.1\r\n${head(ready)}\r\n`)
        },
        3000,
      )
    },
  },
  {
    name: '20 screens that read nothing',
    async run(ready) {
      const url = `${ready.api.replace('http', 'ws').replace('/api/v1', '/rpc')}?token=${ready.token}`
      const screens = Array.from({ length: 20 }, () => {
        const screen = new WebSocket(url)
        screen.on('error', () => undefined)
        screen.on('open', () => {
          screen.pause()
          for (let id = 1; id <= 50; id += 1)
            screen.send(JSON.stringify({ i: String(id), p: { u: '/devices/list', b: { json: { limit: 1000 } } } }))
          screen.send(JSON.stringify({ i: '99', p: { u: '/events/stream', b: { json: {} } } }))
        })
        return screen
      })
      await pause(3000)
      for (const screen of screens) screen.terminate()
    },
  },
]
