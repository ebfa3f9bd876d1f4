import { UpgradeFailed } from './faults.ts'

/** One file to download; size in bytes, undefined where the notice does not contain it; digest in lower-case hex. */
export interface WantedFile {
  readonly from: FileSource
  readonly size: number | undefined
  readonly algorithm: 'md5' | 'sha256'
  readonly digest: string
}

/** The source of a file: a URL, or requests block by block over MQTT (docs/protocols/sagoo.md §8). */
export type FileSource =
  | { readonly kind: 'url'; readonly url: string }
  | { readonly kind: 'blocks'; readonly streamId: number; readonly fileId: number }

/** What a notice says about the delta in its one file; undefined members are missing in the notice. */
export interface NoticedDelta {
  readonly format: string | undefined
  readonly fromVersion: string | undefined
  /** The resulting image: size in bytes, and digest in lower-case hex. */
  readonly fullSize: number | undefined
  readonly fullSha256: string | undefined
}

/** An upgrade in a notice. */
export interface Notice {
  /** Identifies this notice: the message's id, or the task's token. A repetition has the same one. */
  readonly id: string
  /** The platform sent it unasked; otherwise the device had queried. */
  readonly pushed: boolean
  readonly module: string
  readonly version: string
  readonly files: readonly [WantedFile, ...WantedFile[]]
  /** Left out: the files are the image itself. */
  readonly delta?: NoticedDelta
}

/** A notice that the device can act on, or what is wrong with the notice. */
export type NoticeReading =
  | { readonly ok: true; readonly notice: Notice }
  | { readonly ok: false; readonly refused: string }

/** The URL of a file. @throws UpgradeFailed where it must be requested block by block. */
export const urlOf = ({ from }: WantedFile): string => {
  if (from.kind !== 'url') throw new UpgradeFailed('download', 'the file has no URL any more')
  return from.url
}
