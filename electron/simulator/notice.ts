import { UpgradeFailed } from './faults.ts'

/** One file to fetch; size in bytes, undefined where the notice is silent about it; digest in lower-case hex. */
export interface WantedFile {
  readonly from: FileSource
  readonly size: number | undefined
  readonly algorithm: 'md5' | 'sha256'
  readonly digest: string
}

/** Where a file is: behind a URL, or to be asked for block by block over MQTT (docs/protocols/sagoo.md §8). */
export type FileSource =
  | { readonly kind: 'url'; readonly url: string }
  | { readonly kind: 'blocks'; readonly streamId: number; readonly fileId: number }

/** What a notice tells of the delta that its one file is; undefined what it does not. */
export interface NoticedDelta {
  readonly format: string | undefined
  readonly fromVersion: string | undefined
  /** Of the image that comes out: bytes, and lower-case hex. */
  readonly fullSize: number | undefined
  readonly fullSha256: string | undefined
}

/** An upgrade the device was told of. */
export interface Notice {
  /** What names this telling: the message's id, or the task's token. Told again under the same one, it is the same. */
  readonly id: string
  /** It came by itself; otherwise the device had asked. */
  readonly pushed: boolean
  readonly module: string
  readonly version: string
  readonly files: readonly [WantedFile, ...WantedFile[]]
  /** Left out: the files are the image. */
  readonly delta?: NoticedDelta
}

/** A notice the device can act on, or what it finds wrong with it. */
export type NoticeReading =
  | { readonly ok: true; readonly notice: Notice }
  | { readonly ok: false; readonly refused: string }

/** The URL of a file. @throws UpgradeFailed where it is to come by blocks. */
export const urlOf = ({ from }: WantedFile): string => {
  if (from.kind !== 'url') throw new UpgradeFailed('download', 'the file has no URL any more')
  return from.url
}
