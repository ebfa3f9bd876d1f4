import { createHash } from 'node:crypto'
import { z } from 'zod'
import { FlashError, type FlashJob, type Region } from '../../flasher.ts'
import type { SmpClient } from './client.ts'
import { type Answer, bodyOf, busy, notSupported, type Request, requests, sizeOf } from './messages.ts'
import { firstChunkBytes, smallerRequest, type UploadState, uploadAfter, uploadStart } from './upload-plan.ts'

/** Time for the answer to a chunk; progressive erase takes part of it. */
const chunkMs = 5_000
const chunkTries = 5
/** A size of which no chunk was ever answered is given up after so many. */
const sizeTries = 3
/** A first chunk that is repeated erases again, so it is repeated once, after the whole time. */
const firstTries = 2
const busyMs = 500
const busyTries = 20

/** The answer to a chunk; `match`: the unit's own comparison with the SHA-256, with the last one. */
const Progress = z.object({ off: z.number().int().min(0), match: z.boolean().optional() })

interface UploadSettings {
  readonly eraseSeconds: number
  /** Bytes of the largest request. */
  readonly request: number
  /** Whether a smaller one may be tried. */
  readonly mayShrink: boolean
}

interface Upload extends Region {
  /** The number that the unit knows the image by. */
  readonly image: number
}

type Job = Pick<FlashJob<'serial'>, 'emit'>

/** Uploads files, each with its number, and learns how large a request may be. */
export class Uploader {
  readonly #client: SmpClient
  readonly #job: Job
  readonly #settings: UploadSettings
  #request: number
  /** A request of the current size was answered. */
  #isProven = false

  constructor(client: SmpClient, job: Job, settings: UploadSettings) {
    this.#client = client
    this.#job = job
    this.#settings = settings
    this.#request = settings.request
  }

  /**
   * Uploads one file.
   * @param erased is called when the unit has answered the first chunk.
   * @throws FlashError SMP_…; LinkLostError; the signal's reason.
   */
  async upload(file: Upload, erased: () => void, progress: (done: number) => void): Promise<void> {
    let state = uploadStart(file.bytes.length)
    while (state.offset < state.total) {
      const isFirst = state.offset === 0
      const answer = await this.#chunk(file, state)
      if (!answer) continue
      if (answer.error) {
        if (isFirst && answer.error.rc === notSupported) throw new FlashError('SMP_NO_IMAGES')
        const data = { name: file.name, offset: state.offset, error: answer.error.words }
        throw new FlashError(isFirst ? 'SMP_UPLOAD_REFUSED' : 'SMP_CHUNK_REFUSED', data)
      }
      const { off, match } = bodyOf(answer, Progress, requests.upload({}))
      if (match === false) throw new FlashError('SMP_MATCH', { name: file.name })
      const next = uploadAfter(state, off, file.name)
      if (off < state.offset) {
        const text = `${file.name}: the unit asks for offset ${off} again, after ${state.offset}`
        this.#job.emit({ kind: 'log', level: 'warn', text })
      }
      state = next
      if (isFirst) erased()
      progress(state.offset)
    }
  }

  /** Sends the chunk that is due. @returns undefined: it was too large, and the next one is smaller. */
  async #chunk(file: Upload, state: UploadState): Promise<Answer | undefined> {
    const isFirst = state.offset === 0
    const request = this.#requestFor(file, state)
    const isTrial = !isFirst && !this.#isProven && this.#settings.mayShrink
    const patience = isFirst
      ? { timeoutMs: this.#settings.eraseSeconds * 1000, tries: firstTries }
      : { timeoutMs: chunkMs, tries: isTrial ? sizeTries : chunkTries }
    for (let times = 0; ; times++) {
      const answer = await this.#client.ask(request, patience)
      if (!answer) return this.#shrink(file, state, isTrial)
      if (answer.error?.rc === busy && times < busyTries) {
        await this.#client.pause(busyMs)
        continue
      }
      if (!isFirst) this.#isProven = true
      return answer
    }
  }

  /** @throws FlashError SMP_ERASE_SILENT, SMP_LOST: a smaller request would not help. */
  #shrink({ name }: Upload, { offset }: UploadState, isTrial: boolean): undefined {
    const words = this.#client.output.words || '—'
    if (offset === 0) throw new FlashError('SMP_ERASE_SILENT', { name, seconds: this.#settings.eraseSeconds, words })
    const smaller = isTrial ? smallerRequest(this.#request) : undefined
    if (smaller === undefined) throw new FlashError('SMP_LOST', { name, offset, words })
    const text = `no answer to requests of ${this.#request} bytes, going on with ${smaller}`
    this.#job.emit({ kind: 'log', level: 'warn', text })
    this.#request = smaller
    return undefined
  }

  #requestFor({ bytes, image }: Upload, { offset, total }: UploadState): Request {
    const first =
      offset === 0
        ? { ...(image > 0 && { image }), len: total, off: 0, sha: createHash('sha256').update(bytes).digest() }
        : { off: offset }
    const bare = sizeOf(requests.upload({ ...first, data: new Uint8Array(0) })) + this.#client.overhead
    // A byte string's length takes up to two bytes more than that of an empty one.
    const room = Math.max(1, this.#request - bare - 2)
    const size = offset === 0 ? Math.min(room, firstChunkBytes) : room
    return requests.upload({ ...first, data: bytes.subarray(offset, offset + size) })
  }
}
