/** A file number from here on is not an index in a package but a delta: this value plus the delta's id modulo this value. */
export const DIFF_FILE = 0x8000

/** The content of a download token after its signature and expiry are verified. */
export interface DownloadClaim {
  readonly jobId: number
  /** Index of the file in its package; from `DIFF_FILE` on, a delta. */
  readonly file: number
}

/** A served file: complete, content-addressed, immutable. */
export interface Artifact {
  readonly jobId: number
  readonly name: string
  /** Absolute path of the blob. */
  readonly path: string
  /** Bytes. */
  readonly size: number
  readonly sha256: string
  /** Each piece is sent with its CRC-16 in `X-CRC16` (docs/protocols/thingspanel.md §9.2). */
  readonly pieceCrc16?: boolean
  /** Receives the end of what has left the station, in bytes of the file, while an answer is sent: its progress interests somebody. */
  readonly followed?: (end: number) => void
}

/** Outcome of a request for a job's file, known when the answer is sent or the connection is closed. */
export interface Served {
  /** Method and target as received. */
  readonly request: string
  readonly remoteAddress: string
  /** `Range` as received. */
  readonly range: string | undefined
  readonly status: number
  /** Intended size of the answer's body. */
  readonly bytes: number
  /** The whole answer was sent. */
  readonly complete: boolean
}

/** What the download server needs from the platform. */
export interface DownloadHost {
  /** The file that a valid claim names; or `gone` (cancelled, deleted), or `damaged` (the stored file is damaged). */
  artifact(claim: DownloadClaim): Artifact | 'gone' | 'damaged'
  /** A device has started to download; called once per request, when the first byte is sent. */
  fetching(jobId: number): void
  /** A request with a token of this station is finished; called once per request. */
  served?(jobId: number, served: Served): void
  /** That many bytes of the job's file were sent to a device over any transport; called once per completely sent answer. */
  sent?(jobId: number, bytes: number): void
}
