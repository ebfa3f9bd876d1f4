/** From here on the file of a claim is no place in a package but a delta: its number modulo this, added to it. */
export const DIFF_FILE = 0x8000

/** What a download token says, once its signature and expiry held. */
export interface DownloadClaim {
  readonly jobId: number
  /** Index of the file in its package, or `DIFF_FILE` and more: the delta. */
  readonly file: number
}

/** A file as it is served: complete, content-addressed, never changing. */
export interface Artifact {
  readonly jobId: number
  readonly name: string
  /** Absolute path of the blob. */
  readonly path: string
  /** Bytes. */
  readonly size: number
  readonly sha256: string
  /** A piece of it goes out with its CRC-16 in `X-CRC16` (docs/protocols/thingspanel.md §9.2). */
  readonly pieceCrc16?: boolean
}

/** How a request for a job's file went, once its answer is out or its connection gone. */
export interface Served {
  /** Method and target as they came. */
  readonly request: string
  readonly remoteAddress: string
  /** `Range` as it came. */
  readonly range: string | undefined
  readonly status: number
  /** Of the answer's body, as it was meant. */
  readonly bytes: number
  /** The whole answer was sent. */
  readonly complete: boolean
}

/** What the download server needs from the platform. */
export interface DownloadHost {
  /** The file a valid claim names, or why it is not to be had any more (cancelled, deleted), or not now (damaged here). */
  artifact(claim: DownloadClaim): Artifact | 'gone' | 'damaged'
  /** A device has begun to fetch; called once a request, when its first byte goes out. */
  fetching(jobId: number): void
  /** A request whose token is ours has been dealt with; called once a request. */
  served?(jobId: number, served: Served): void
  /** That many bytes of its file have gone out to a device, whichever way; called once an answer that was sent whole. */
  sent?(jobId: number, bytes: number): void
}
