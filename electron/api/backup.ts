import type { IncomingMessage, ServerResponse } from 'node:http'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { DomainError } from '#shared/errors.ts'
import { Flag, type HeldRestore } from '#shared/schema.ts'
import type { Archives } from '../platform/backup/archives.ts'
import type { Logger } from '../platform/basics/logger.ts'
import { contentDisposition } from '../platform/http/answers.ts'
import type { Platform } from '../platform/platform.ts'
import type { ApiContext } from './context.ts'
import { invalid } from './errors.ts'
import { startParser } from './form-parser.ts'
import { headerText } from './header-text.ts'
import { sendJson } from './http.ts'

/** A reader that takes nothing for this time is disconnected, because the package files wait for it. */
const SILENCE_MS = 120_000
const NAMELESS = 'backup.tar'

interface BackupCall {
  readonly request: IncomingMessage
  readonly response: ServerResponse
  readonly url: URL
  readonly context: ApiContext
}

/** Calls outside of the contract because they carry bytes: whole backups, sent and received as streams. */
export const createBackupCalls = ({
  platform,
  archives,
  logger,
}: {
  readonly platform: Pick<Platform, 'audit'>
  readonly archives: Archives
  readonly logger: Pick<Logger, 'error'>
}) => ({
  /** Whether a request needs no token and no ticket, because it uses a link that an engineer received and that works once. */
  bringsLink: (path: string, url: URL): boolean => {
    const link = path === '/backup' ? url.searchParams.get('link') : null
    return link !== null && archives.redeem(link)
  },

  /** Sends a whole backup. On a read error the connection is closed before the archive's end, so that nobody takes it for complete. */
  async send({ response, context }: BackupCall): Promise<void> {
    const archive = await archives.create()
    try {
      const { operator, source } = context
      await platform.audit.record({
        operator,
        source,
        action: 'backups.create',
        subject: archive.fileName,
        detail: null,
      })
      response.writeHead(200, {
        'Content-Type': 'application/x-tar',
        'Content-Length': archive.size,
        'Content-Disposition': contentDisposition(archive.fileName),
        'Cache-Control': 'no-store',
      })
      response.setTimeout(SILENCE_MS, () => response.destroy())
      await pipeline(Readable.from(archive.pieces, { objectMode: false }), response).catch((error: unknown) => {
        // The client may disconnect at any time.
        if (!isGone(error))
          logger.error(
            { err: error, file: archive.fileName },
            'a backup was cut off while it was sent; it is not whole',
          )
        throw error
      })
    } finally {
      await archive.close()
    }
  },

  /** Receives a whole backup; it is restored at once unless the caller asks to hold it. */
  async receive({ request, response, url, context }: BackupCall): Promise<void> {
    const asked = Flag.default(false).safeParse(url.searchParams.get('hold') ?? undefined)
    if (!asked.success) throw invalid(asked.error.issues, context.language)
    const held = await receiveFrom(request, archives)
    const answer = asked.data
      ? held
      : await archives.confirm(held.id, { operator: context.operator, by: context.source })
    sendJson(response, 200, { ...answer, restarting: !asked.data })
  },
})

const isGone = (error: unknown): boolean =>
  error instanceof Error &&
  'code' in error &&
  ['ERR_STREAM_PREMATURE_CLOSE', 'ECONNRESET', 'EPIPE'].includes(String(error.code))

/** The archive as the request body, or as `file` of a form. */
const receiveFrom = (request: IncomingMessage, archives: Archives): Promise<HeldRestore> => {
  if (!/^multipart\/form-data/i.test(request.headers['content-type'] ?? '')) {
    const name = request.headers['x-file-name']
    return archives.receive(typeof name === 'string' && name !== '' ? headerText(name) : NAMELESS, request)
  }
  return new Promise((resolve, reject) => {
    const parser = startParser(request, { files: 1 })
    let received: Promise<HeldRestore> | undefined
    const refuse = (detail: string, cause?: unknown): void =>
      reject(new DomainError('BAD_REQUEST', { detail }, { cause }))
    parser.on('file', (name, stream: Readable, info: { filename?: string | undefined }) => {
      // A truncated form ends its file with an error, perhaps before anybody reads it; an unhandled error would end the process.
      stream.on('error', () => {})
      if (name !== 'file') {
        stream.resume()
        return refuse(`file ≠ ${name}`)
      }
      received = archives.receive(info.filename || NAMELESS, stream)
      received.then(resolve, (error: unknown) => {
        stream.resume()
        reject(error)
      })
    })
    parser.on('close', () => {
      if (!received) reject(new DomainError('FILE_MISSING'))
    })
    parser.on('error', (cause: Error) => refuse(cause.message, cause))
    request.once('close', () => {
      if (!request.complete) parser.destroy(new Error('connection closed'))
    })
    request.pipe(parser)
  })
}
