import type { Socket } from 'node:net'
import type { Clock } from '../basics/clock.ts'
import type { Connect } from '../dialects/dialect.ts'
import { readPacket } from './mqtt/read-packet.ts'
import type { Reason } from './mqtt/reasons.ts'
import { reasons } from './mqtt/reasons.ts'
import type { Action, IncomingMessage, MqttSession } from './mqtt/session.ts'
import type { OutgoingMessage } from './mqtt/write-packet.ts'
import { type PacketGuard, packetEnd } from './packet-guard.ts'

/** Milliseconds allowed from the first to the last byte of a packet. */
const PACKET_MS = 30_000
/** Milliseconds for a client that does not read to take what waits for it. */
const DRAIN_MS = 20_000
/** Milliseconds for the client to close after the last packet: closing at once would reset the connection and could take the packet along. */
const FAREWELL_MS = 2000

/** What a connection tells the broker. */
export interface MqttSocketHandler {
  login(connect: Connect): void
  message(message: IncomingMessage): void
  subscribed(filters: readonly string[]): void
  unsubscribed(filters: readonly string[]): void
  /** A phrase for the log: why the connection is closed. */
  refused(phrase: string): void
  /** Called once, however the connection ended. */
  ended(): void
}

/** One connection: carries packets between a socket and its session, and keeps the times. It decides nothing about the protocol. */
export class MqttSocket {
  readonly socket: Socket
  readonly session: MqttSession
  readonly #guard: PacketGuard
  readonly #clock: Clock
  readonly #handler: MqttSocketHandler
  /** Whole packets that the session has not taken yet. */
  #bytes: Buffer | undefined
  #heardAt: number
  #closing = false
  #told = false
  #forgetPacket: (() => void) | undefined
  #forgetDrain: (() => void) | undefined
  #forgetSilence: (() => void) | undefined

  constructor(socket: Socket, session: MqttSession, guard: PacketGuard, clock: Clock, handler: MqttSocketHandler) {
    this.socket = socket
    this.session = session
    this.#guard = guard
    this.#clock = clock
    this.#handler = handler
    this.#heardAt = clock.steady()
    socket.on('data', (chunk: Buffer) => this.#read(chunk))
    socket.once('close', () => this.#gone())
  }

  /** The login is accepted. @param welcomed called behind the CONNACK, ahead of the packets that the client sent before it. */
  accept(welcomed: () => void): void {
    this.#perform(this.session.accept())
    if (this.session.ended) return
    welcomed()
    this.#watchSilence(this.session.keepAliveMs)
    this.#pump()
  }

  refuse(...args: Parameters<MqttSession['refuse']>): void {
    this.#perform(this.session.refuse(...args))
  }

  settle(message: IncomingMessage, denied?: Reason): void {
    this.#perform(this.session.settle(message, denied))
    this.#pump()
  }

  /** Ends the connection and tells an MQTT 5 client why. */
  end(reason: Reason, refused?: string): void {
    this.#perform(this.session.end(reason, refused))
  }

  /** Resolves to true when the message is written to the socket, to false when it never will be. */
  deliver(message: OutgoingMessage, acknowledged: () => void): Promise<boolean> {
    return new Promise((resolve) => {
      this.session.send({
        message,
        acknowledged,
        write: (bytes) => {
          if (!bytes || this.socket.destroyed) return resolve(false)
          this.#write(bytes, (error) => resolve(!error))
        },
      })
    })
  }

  #read(chunk: Buffer): void {
    // After the farewell only the end of the connection matters.
    if (this.#closing) return
    this.#heardAt = this.#clock.steady()
    const whole = this.#guard.admit(chunk)
    const { refused } = this.#guard
    if (refused) {
      this.end(refused === 'packet too large' ? reasons.tooLarge : reasons.malformed, refused)
      return
    }
    this.#watchPacket(whole !== undefined)
    if (!whole) return
    this.#bytes = this.#bytes ? Buffer.concat([this.#bytes, whole]) : whole
    this.#pump()
  }

  /** Hands packets to the session while it takes them; else stops reading, so that the sender has to wait. */
  #pump(): void {
    let at = 0
    const bytes = this.#bytes
    if (bytes) {
      this.#bytes = undefined
      while (at < bytes.length && this.#takesMore) {
        const end = packetEnd(bytes, at)
        const packet = at === 0 && end === bytes.length ? bytes : bytes.subarray(at, end)
        at = end
        this.#perform(this.session.receive(readPacket(packet, this.session.version)))
      }
      if (at < bytes.length && !this.#closing) this.#bytes = bytes.subarray(at)
    }
    if (this.#closing || this.socket.destroyed) return
    if (this.#bytes !== undefined || !this.#takesMore) this.socket.pause()
    else if (this.socket.isPaused()) this.socket.resume()
  }

  get #takesMore(): boolean {
    return this.session.takesMore && this.#forgetDrain === undefined
  }

  #perform(actions: readonly Action[]): void {
    for (const [index, action] of actions.entries()) {
      if (action.do === 'send') {
        if (actions[index + 1]?.do === 'end') this.#farewell(action.bytes)
        else this.#write(action.bytes)
      } else if (action.do === 'end') {
        if (action.refused !== undefined) this.#handler.refused(action.refused)
        this.#close()
      } else if (action.do === 'login') this.#handler.login(action.connect)
      else if (action.do === 'message') this.#handler.message(action.message)
      else this.#handler[action.do](action.filters)
    }
  }

  #write(bytes: Buffer, written?: (error?: Error | null) => void): void {
    if (this.socket.write(bytes, written) || this.#forgetDrain || this.#closing) return
    // A client that does not read is not read either: it gets no more answers into memory.
    this.#forgetDrain = this.#clock.after(DRAIN_MS, () => {
      this.#handler.refused('does not read')
      this.socket.destroy()
    })
    this.socket.once('drain', () => {
      this.#forgetDrain?.()
      this.#forgetDrain = undefined
      this.#pump()
    })
  }

  #farewell(bytes: Buffer): void {
    this.#closing = true
    this.socket.end(bytes)
    this.socket.resume()
    this.#forgetDrain?.()
    this.#forgetDrain = this.#clock.after(FAREWELL_MS, () => this.socket.destroy())
  }

  #close(): void {
    this.#bytes = undefined
    if (!this.#closing) {
      this.#closing = true
      this.socket.destroy()
    }
    this.#ended()
  }

  #gone(): void {
    this.#closing = true
    this.#bytes = undefined
    this.session.gone()
    this.#forgetDrain?.()
    this.#ended()
  }

  #ended(): void {
    this.#forgetPacket?.()
    this.#forgetSilence?.()
    if (this.#told) return
    this.#told = true
    this.#handler.ended()
  }

  #watchPacket(anotherBegan: boolean): void {
    if (this.#forgetPacket && this.#guard.holding && !anotherBegan) return
    this.#forgetPacket?.()
    this.#forgetPacket = this.#guard.holding
      ? this.#clock.after(PACKET_MS, () => this.end(reasons.malformed, 'packet not completed in time'))
      : undefined
  }

  /** One timer that looks when something last came costs less than one set anew by each packet (MQTT-3.1.2-22). */
  #watchSilence(ms: number): void {
    const limit = this.session.keepAliveMs
    if (limit === 0 || this.session.ended) return
    this.#forgetSilence = this.#clock.after(ms, () => {
      const silentMs = this.socket.isPaused() ? 0 : this.#clock.steady() - this.#heardAt
      if (silentMs >= limit) this.end(reasons.silent)
      else this.#watchSilence(limit - silentMs)
    })
  }
}
