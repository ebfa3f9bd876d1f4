import type { OutgoingHttpHeaders } from 'node:http'
import { deviceDisposition, KEEP_ALIVE_SECONDS } from '../http/answers.ts'
import type { Artifact } from './download-claim.ts'

export const CONTENT_TYPE = 'application/octet-stream'

/** RFC 9110 §8.8.3: a strong tag, because the digest covers every byte. */
export const etagOf = (artifact: Artifact): string => `"${artifact.sha256}"`

/** Makes something once for each artifact, for as long as that is the same object. */
const perArtifact = <T>(make: (artifact: Artifact) => T): ((artifact: Artifact) => T) => {
  const made = new WeakMap<Artifact, T>()
  return (artifact) => {
    const known = made.get(artifact)
    if (known !== undefined) return known
    const value = make(artifact)
    made.set(artifact, value)
    return value
  }
}

/** The headers of all answers with a file. */
export const commonHeaders = perArtifact(
  (artifact): OutgoingHttpHeaders => ({ ETag: etagOf(artifact), ...deviceDisposition(artifact.name) }),
)

/** What does not change in the heads of a file, between what does. */
const fixedParts = perArtifact((artifact) => {
  const common = Object.entries(commonHeaders(artifact))
    .map(([name, value]) => `${name}: ${value}\r\n`)
    .join('')
  return {
    wholeAfterDate: `${AFTER_DATE}${artifact.size}\r\nAccept-Ranges: bytes\r\n${common}\r\n`,
    beforeRange: `\r\n${common}Content-Range: bytes `,
    afterRange: `/${artifact.size}\r\n\r\n`,
  }
})

const AFTER_DATE = `\r\nConnection: keep-alive\r\nKeep-Alive: timeout=${KEEP_ALIVE_SECONDS}\r\nContent-Type: ${CONTENT_TYPE}\r\nContent-Length: `

let second = Number.NaN
let date = ''
/** `Date` (RFC 9110 §6.6.1), made once a second. */
const dateNow = (): string => {
  const now = Math.floor(Date.now() / 1000)
  if (now !== second) {
    second = now
    date = new Date(now * 1000).toUTCString()
  }
  return date
}

/** The head of a 200 with the whole file on a connection that stays open: the bytes that `writeHeadInOrder` sends. */
export const wholeHead = (artifact: Artifact): string =>
  `HTTP/1.1 200 OK\r\nDate: ${dateNow()}${fixedParts(artifact).wholeAfterDate}`

/** The same of a 206 with the bytes from `start` up to but not including `end`. */
export const pieceHead = (artifact: Artifact, start: number, end: number): string => {
  const { beforeRange, afterRange } = fixedParts(artifact)
  return `HTTP/1.1 206 Partial Content\r\nDate: ${dateNow()}${AFTER_DATE}${end - start}${beforeRange}${start}-${end - 1}${afterRange}`
}
