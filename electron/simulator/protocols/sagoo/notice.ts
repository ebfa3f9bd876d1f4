import { z } from 'zod'
import type { NoticedDelta, NoticeReading, WantedFile } from '../../notice.ts'
import { deltaOf } from '../delta-members.ts'
import { check, DownloadUrl, hex, MessageId, type Read, readJson, Size, Version } from '../json.ts'

/** Notices as Alibaba-format clients accept them (docs/protocols/sagoo.md §4): one file by URL, one over MQTT, or several by URL. */

const common = {
  version: Version,
  // A module named default is not sent (docs/protocols/sagoo.md §4.2).
  module: z.string().default('default'),
  // Alibaba's member: 1 for a delta package, otherwise left out (docs/protocols/sagoo.md §4.10).
  isDiff: z.literal(1).optional(),
  extData: z.unknown().optional(),
}
/** LinkSDK accepts these spellings of signMethod and drops a notice with any other, also `MD5`. iotkit-embedded requires `md5` for MD5. */
const signed = <Members extends z.ZodRawShape>(members: Members) =>
  z.discriminatedUnion('signMethod', [
    z.object({ ...common, ...members, signMethod: z.literal('Md5'), sign: hex(32), md5: hex(32) }),
    z.object({ ...common, ...members, signMethod: z.literal(['SHA256', 'Sha256']), sign: hex(64) }),
  ])

const ByUrl = signed({ size: Size, url: DownloadUrl })
/** LinkSDK takes a notice with any dProtocol for one over MQTT and requires a stream. */
const ByBlocks = signed({
  size: Size,
  dProtocol: z.literal('mqtt'),
  streamId: z.number().int(),
  streamFileId: z.number().int(),
  url: z.never('url is not for a download over MQTT').optional(),
})
/** One file is not a list: LinkSDK parses a list of one by the keys of a single file. */
const several = <Sign extends z.ZodType<string>>(sign: Sign) => ({
  ...common,
  size: z.never('size is not for several files').optional(),
  files: z
    .array(z.object({ fileSize: Size, fileUrl: DownloadUrl, fileSign: sign }))
    .min(2)
    .max(20),
})
const Several = z.discriminatedUnion('signMethod', [
  z.object({ ...several(hex(32)), signMethod: z.literal('Md5') }),
  z.object({ ...several(hex(64)), signMethod: z.literal(['SHA256', 'Sha256']) }),
])

const Envelope = z.object({ id: MessageId, data: z.record(z.string(), z.unknown()) })

type Reading = Read<{ module: string; version: string; files: WantedFile[]; delta?: NoticedDelta }>

const algorithmOf = (signMethod: string): WantedFile['algorithm'] => (signMethod === 'Md5' ? 'md5' : 'sha256')

const readSeveral = (data: Readonly<Record<string, unknown>>): Reading => {
  // LinkSDK counts every brace after `files` as another file.
  if (Object.keys(data).at(-1) !== 'files') return { ok: false, refused: 'data.files: not last' }
  const read = check(z.object({ data: Several }), { data })
  if (!read.ok) return read
  const { module, version, signMethod, files } = read.value.data
  const wanted = files.map(
    ({ fileSize, fileUrl, fileSign }): WantedFile => ({
      from: { kind: 'url', url: fileUrl },
      size: fileSize,
      algorithm: algorithmOf(signMethod),
      digest: fileSign.toLowerCase(),
    }),
  )
  return { ok: true, value: { module, version, files: wanted } }
}

const readSingle = (data: Readonly<Record<string, unknown>>): Reading => {
  const read =
    'dProtocol' in data ? check(z.object({ data: ByBlocks }), { data }) : check(z.object({ data: ByUrl }), { data })
  if (!read.ok) return read
  const told = read.value.data
  const { module, version, size, sign, signMethod } = told
  const from: WantedFile['from'] =
    'streamId' in told
      ? { kind: 'blocks', streamId: told.streamId, fileId: told.streamFileId }
      : { kind: 'url', url: told.url }
  const file = { from, size, algorithm: algorithmOf(signMethod), digest: sign.toLowerCase() }
  return {
    ok: true,
    value: { module, version, files: [file], ...(told.isDiff && { delta: deltaOf(told.extData) }) },
  }
}

const noticeOf = (id: string, pushed: boolean, data: Readonly<Record<string, unknown>>): NoticeReading => {
  const read = 'files' in data ? readSeveral(data) : readSingle(data)
  if (!read.ok) return read
  const { module, version, files, delta } = read.value
  const [first, ...more] = files
  return first
    ? { ok: true, notice: { id, pushed, module, version, files: [first, ...more], ...(delta && { delta }) } }
    : { ok: false, refused: 'data.files: none' }
}

/** Reads an unasked notice. Never throws. */
export const readNotice = (payload: Uint8Array): NoticeReading => {
  const json = readJson(payload)
  const read = json.ok ? check(Envelope, json.value) : json
  return read.ok ? noticeOf(read.value.id, true, read.value.data) : read
}

/** Reads the answer to a query: the members of a notice, or none (docs/protocols/sagoo.md §7.2: no size, no version). Never throws. */
export const readAnswer = (payload: Uint8Array): NoticeReading | 'nothing' => {
  const json = readJson(payload)
  const read = json.ok ? check(Envelope.extend({ code: z.literal(200) }), json.value) : json
  if (!read.ok) return read
  const { data } = read.value
  return Object.keys(data).length === 0 ? 'nothing' : noticeOf(`answer ${String(data.version)}`, false, data)
}
