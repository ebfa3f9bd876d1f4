import type { Socket } from 'node:net'
import type { TLSSocket } from 'node:tls'
import { plainAddress } from '../connections/addresses.ts'
import { becomeBusy, becomeIdle, hangUp } from '../connections/socket-admission.ts'
import { createPlainReader, type PlainRequest, type PlainTarget } from '../http/plain-request.ts'
import type { DownloadHost } from './download-claim.ts'
import type { FastAnswer, FastAnswers } from './fast-answers.ts'

/** What a connection needs from its listener. */
export interface FastConnectionDeps {
  readonly answers: FastAnswers
  readonly host: Pick<DownloadHost, 'fetching' | 'served' | 'sent'>
  /** Takes over a connection for good whose next request is not plain; nothing of it has been read. */
  readonly handOver: (socket: Socket) => void
  /** Counts an answer that the system does not take at once; the returned function tells that it has ended. */
  readonly began: (socket: Socket) => () => void
  readonly left: (connection: FastConnection) => void
  /** The listener's count of rounds, by which it finds connections that have been silent for long. */
  readonly round: () => number
}

/** Smaller answers leave as one piece of memory: copying that much costs less than a second piece. */
const ONE_PIECE_BYTES = 16 * 1024
/** Encryption of a larger body would hold up the other clients; node:http's way sends it in steps. */
const ENCRYPTED_BYTES = 256 * 1024
/** Room for the head beside the body. */
const HEAD_BYTES = 1024
const NOTHING = Buffer.alloc(0)

/** Where small answers are put together. The system copies them; where it does not take all at once, the rest keeps the memory. */
let scratch = Buffer.allocUnsafeSlow(ONE_PIECE_BYTES + HEAD_BYTES)

/**
 * One device's connection for as long as it asks plain requests, one after the other: each is answered from memory without objects of
 * node:http. Everything else goes to node:http, with its bytes, before anything has happened.
 */
export class FastConnection {
  readonly #socket: Socket
  readonly #deps: FastConnectionDeps
  readonly #read = createPlainReader()
  readonly #isEncrypted: boolean
  readonly #remoteAddress: string
  /** An answer that is not sent, or an image that is being read. */
  #isWaiting = false
  /** What arrived meanwhile. */
  #held: Buffer | undefined
  /** Ends the wait for an answer. */
  #settle: ((isComplete: boolean) => void) | undefined
  /** The last target and its line in the log. */
  #asked: PlainTarget | undefined
  #line = ''
  /** The round in which the connection began or its last answer ended. */
  since: number
  /** A request was answered. */
  isProven = false

  constructor(socket: Socket, deps: FastConnectionDeps) {
    this.#socket = socket
    this.#deps = deps
    this.#isEncrypted = (socket as Partial<TLSSocket>).encrypted === true
    this.#remoteAddress = plainAddress(socket.remoteAddress)
    this.since = deps.round()
    socket.on('data', this.#onData).on('end', this.#onEnd).on('close', this.#onClose).on('timeout', this.#onTimeout)
    socket.on('error', ignore)
  }

  get socket(): Socket {
    return this.#socket
  }

  get isWaiting(): boolean {
    return this.#isWaiting
  }

  readonly #onData = (chunk: Buffer): void => {
    if (this.#isWaiting) {
      this.#held = this.#held ? Buffer.concat([this.#held, chunk]) : chunk
      this.#socket.pause()
      return
    }
    const request = this.#read(chunk.toString('latin1'))
    const answer = request && this.#deps.answers.to(request)
    if (!request || !answer) this.#handOver(chunk)
    else if (!('head' in answer)) this.#load(chunk, answer)
    else if (this.#isEncrypted && answer.end - answer.start > ENCRYPTED_BYTES) this.#handOver(chunk)
    else this.#send(request, answer)
  }

  readonly #onEnd = (): void => {
    this.#socket.end()
  }

  readonly #onTimeout = (): void => {
    this.#socket.destroy()
  }

  readonly #onClose = (): void => {
    this.#settle?.(false)
    this.#deps.left(this)
  }

  #handOver(chunk: Buffer): void {
    const socket = this.#socket
    socket.off('data', this.#onData).off('end', this.#onEnd).off('close', this.#onClose).off('timeout', this.#onTimeout)
    this.#deps.left(this)
    socket.pause()
    socket.unshift(chunk)
    this.#deps.handOver(socket)
    socket.resume()
  }

  /** Reads the same request once more when the image is there; what is wrong with it is found out, and answered, by node:http's way. */
  #load(chunk: Buffer, loaded: Promise<unknown>): void {
    becomeIdle(this.#socket)
    const ended = this.#deps.began(this.#socket)
    this.#isWaiting = true
    const goOn = (image: unknown): void => {
      this.#isWaiting = false
      const next = this.#held ? Buffer.concat([chunk, this.#held]) : chunk
      this.#held = undefined
      if (!this.#socket.destroyed) {
        this.#socket.resume()
        if (image) this.#onData(next)
        else this.#handOver(next)
      }
      ended()
    }
    loaded.then(goOn, () => goOn(undefined))
  }

  #send(request: PlainRequest, answer: FastAnswer): void {
    const { head, image, start, end } = answer
    const socket = this.#socket
    becomeIdle(socket)
    this.isProven = true
    this.#deps.host.fetching(answer.jobId)
    if (end - start <= ONE_PIECE_BYTES) {
      const length = head.length + end - start
      const room = this.#isEncrypted ? Buffer.allocUnsafe(length) : scratch
      room.write(head, 0, 'latin1')
      image.copy(room, head.length, start, end)
      socket.write(room.subarray(0, length))
      if (room === scratch && socket.writableLength > 0) scratch = Buffer.allocUnsafeSlow(room.length)
    } else {
      socket.cork()
      socket.write(head, 'latin1')
      socket.write(image.subarray(start, end))
      socket.uncork()
    }
    if (socket.writableLength === 0) this.#ended(request, answer, true)
    else this.#wait(request, answer)
  }

  /** The system has not taken everything: the client reads slowly. */
  #wait(request: PlainRequest, answer: FastAnswer): void {
    const socket = this.#socket
    const ended = this.#deps.began(socket)
    this.#isWaiting = true
    this.#settle = (isComplete) => {
      this.#settle = undefined
      this.#isWaiting = false
      this.#ended(request, answer, isComplete)
      ended()
      const held = this.#held
      this.#held = undefined
      if (!held || socket.destroyed) return
      socket.resume()
      this.#onData(held)
    }
    // No room for another download: the device retries this one.
    if (!becomeBusy(socket)) hangUp(socket)
    // Called after everything that was written before it.
    else
      socket.write(NOTHING, (error) => {
        if (!error) this.#settle?.(true)
      })
  }

  #ended({ asked, range }: PlainRequest, { jobId, status, start, end }: FastAnswer, isComplete: boolean): void {
    if (asked !== this.#asked) {
      this.#asked = asked
      this.#line = `GET ${asked.path}`
    }
    const { host } = this.#deps
    this.since = this.#deps.round()
    if (isComplete) host.sent?.(jobId, end - start)
    host.served?.(jobId, {
      request: this.#line,
      remoteAddress: this.#remoteAddress,
      range: range && `bytes=${range.first}-${range.last ?? ''}`,
      status,
      bytes: end - start,
      complete: isComplete,
    })
  }
}

const ignore = (): void => undefined
