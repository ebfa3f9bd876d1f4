import type { Connect, Downlink, OfferedFile, Query, UpgradeOffer } from '../dialect.ts'
import { DEFAULT_MODULE, deltaMembers } from '../message-fields.ts'
import { isSignedForm } from '../signed-login.ts'

/** Messages from the platform to a device (docs/protocols/sagoo.md §4), all in compact JSON. */

/** The only file of a package downloaded over MQTT; file numbers start at 1. */
const STREAM_FILE_ID = 1

export const signOf = (offer: UpgradeOffer, file: OfferedFile): string =>
  offer.signMethod === 'MD5' ? file.md5 : file.sha256

/** Several files as a list, each with its URL and its digest. */
export const filesOf = (offer: UpgradeOffer): Record<string, unknown>[] =>
  offer.files.map((file) => ({
    fileSize: file.size,
    fileName: file.name,
    fileUrl: file.url,
    fileMd5: file.md5,
    fileSign: signOf(offer, file),
  }))

/** The package's own information is text within the JSON; `strategy`, the campaign, overrides a tag of that name (docs/protocols/sagoo.md §4.6). */
export const extDataOf = (offer: UpgradeOffer): Record<string, string | number> => ({
  ...offer.tags,
  ...(offer.customInfo === null ? {} : { _package_udi: JSON.stringify(offer.customInfo) }),
  ...deltaMembers(offer),
  strategy: offer.campaignTag,
})

/**
 * Members in the order of docs/protocols/sagoo.md §4.2. Differences between deployed clients and the document (docs/protocols/sagoo.md §4.4 to 4.9):
 * - `md5` is always present: iotkit-embedded 3.x reads no other digest.
 * - MD5 is spelled `Md5`: LinkSDK drops a notice with `MD5`.
 * - `dProtocol` replaces the URL, only in a notice for a download over MQTT: with any value LinkSDK expects a stream.
 * - `isDiff` is 1 for a delta and otherwise absent (docs/protocols/sagoo.md §4.10).
 * - Several files are in `files`, which is the last member because LinkSDK counts every brace after it. The members of a single
 *   file are then absent; a single file never uses `files`.
 */
const dataOf = (offer: UpgradeOffer): Record<string, unknown> => {
  const [first, ...more] = offer.files
  const only = more.length === 0 ? first : undefined
  const overMqtt = offer.delivery === 'mqtt'
  return {
    size: only?.size,
    version: offer.version,
    isDiff: offer.diff && 1,
    url: overMqtt ? undefined : only?.url,
    dProtocol: overMqtt ? 'mqtt' : undefined,
    streamId: overMqtt ? offer.streamId : undefined,
    streamFileId: overMqtt ? STREAM_FILE_ID : undefined,
    md5: only?.md5,
    sign: only && signOf(offer, only),
    signMethod: offer.signMethod === 'MD5' ? 'Md5' : 'SHA256',
    module: offer.module === DEFAULT_MODULE ? undefined : offer.module,
    extData: extDataOf(offer),
    files: only ? undefined : filesOf(offer),
  }
}

/**
 * `code` is `200`, as in SagooIOT's document, or Alibaba's `1000` for clients that log in with Alibaba's form: QuecPython drops any
 * other notice, and no other client reads the code (docs/protocols/sagoo.md §4.7).
 */
export const writeNotice = (offer: UpgradeOffer, topic: string, connect?: Connect): Downlink => ({
  topic,
  payload: JSON.stringify({
    code: connect && isSignedForm(connect) ? '1000' : '200',
    data: dataOf(offer),
    id: offer.messageId,
    message: 'success',
  }),
})

/** docs/protocols/sagoo.md §7.2, get_reply: the members of the notice, or empty data when there is no upgrade. */
export const writeAnswer = (query: Query, offer: UpgradeOffer | undefined): Downlink => ({
  topic: query.replyTopic,
  payload: JSON.stringify({ id: query.messageId, code: 200, data: offer ? dataOf(offer) : {} }),
})
