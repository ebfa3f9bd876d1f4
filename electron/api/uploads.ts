import type { IncomingMessage } from 'node:http'
import { Readable } from 'node:stream'
import { DomainError } from '#shared/errors.ts'
import { API_JSON_DEPTH, isJsonDeeper } from '#shared/json-depth.ts'
import { rulePhrase } from '#shared/phrase.ts'
import type { Upload, UploadPurpose } from '#shared/schema.ts'
import type { UploadService } from '../platform/packages/upload-service.ts'
import { startParser } from './form-parser.ts'
import { headerText } from './header-text.ts'
import { chunksOf } from './request-body.ts'

const FILES = 20

/** Fires when the sender of a request disconnects before its end. */
const abortOnClose = (request: IncomingMessage): AbortController => {
  const controller = new AbortController()
  request.once('close', () => {
    if (!request.complete) controller.abort()
  })
  return controller
}

/** Receives one file as a plain body; `X-File-Name` carries its name percent-encoded, unless it needs none. */
export const receiveBody = (
  request: IncomingMessage,
  uploads: UploadService,
  purpose: UploadPurpose = 'package',
  nameless?: string,
): Promise<Upload> => {
  const encoded = request.headers['x-file-name'] ?? nameless
  if (typeof encoded !== 'string' || encoded === '')
    throw new DomainError('INVALID_FIELD', { field: 'X-File-Name', rule: rulePhrase('fileNameHeader') })
  const body = Readable.from(chunksOf(request), { objectMode: false })
  return uploads.receive(headerText(encoded), body, abortOnClose(request).signal, purpose)
}

/** A form as sent: its text fields, and its files as uploads. */
interface ReceivedForm {
  readonly fields: Readonly<Record<string, string>>
  readonly uploads: readonly Upload[]
}

/**
 * Receives a multipart form; files are streamed to disk in the order they arrive and never held in memory.
 * On any error the files received so far are deleted. @throws what `UploadService.receive` throws, BAD_REQUEST for a broken form.
 */
export const receiveForm = async (
  request: IncomingMessage,
  service: UploadService,
  { purpose = 'package', files: most = FILES }: { readonly purpose?: UploadPurpose; readonly files?: number } = {},
): Promise<ReceivedForm> => {
  const fields: Record<string, string> = {}
  const files: Promise<Upload>[] = []
  const end = abortOnClose(request)
  const parsed = Promise.withResolvers<void>()
  const refuse = (detail: string, cause?: Error): void =>
    parsed.reject(new DomainError('BAD_REQUEST', { detail }, { cause }))
  const parser = startParser(request, { files: most })
  parser.on('field', (name, value, { valueTruncated }) => {
    if (valueTruncated) refuse(name)
    fields[name] = value
  })
  parser.on('file', (name, stream: Readable, info: { filename?: string | undefined }) => {
    // A truncated form ends its file with an error, perhaps before anybody reads it; an unhandled error would end the process.
    stream.on('error', () => {})
    if (name !== 'file') {
      stream.resume()
      return refuse(`file ≠ ${name}`)
    }
    const file = service.receive(info.filename ?? '', stream, end.signal, purpose)
    // The rest of a refused file must still be read, or the parser never reaches the form's end.
    file.catch((error: unknown) => {
      stream.resume()
      parsed.reject(error)
    })
    files.push(file)
  })
  parser.on('filesLimit', () => refuse(`file ≤ ${most}`))
  parser.on('fieldsLimit', () => refuse('too many fields'))
  parser.on('close', () => parsed.resolve())
  parser.on('error', (cause: Error) => refuse(cause.message, cause))
  end.signal.addEventListener('abort', () => refuse('connection closed'))
  request.pipe(parser)
  try {
    await parsed.promise
    return { fields, uploads: await Promise.all(files) }
  } catch (error) {
    request.unpipe(parser)
    // Files that are still arriving get no more data: without this they would wait for ever.
    end.abort()
    for (const outcome of await Promise.allSettled(files))
      if (outcome.status === 'fulfilled') await service.discard(outcome.value.id)
    throw error
  }
}

/**
 * A form's fields as the input of `packages.create`, which checks them. `customInfo` is JSON in the form.
 * @throws INVALID_FIELD when it is not, NESTED_TOO_DEEP.
 */
export const packageInputOf = ({ fields, uploads }: ReceivedForm): Record<string, unknown> => {
  const { customInfo, ...plain } = fields
  const filled = Object.fromEntries(Object.entries(plain).filter(([, value]) => value !== ''))
  return {
    ...filled,
    ...(customInfo ? { customInfo: readJson(customInfo) } : {}),
    uploads: uploads.map((upload) => upload.id),
  }
}

/** A form's fields as the input of `diffs.upload`, which checks them. @throws FILE_MISSING. */
export const deltaInputOf = ({ fields, uploads: [upload] }: ReceivedForm, id: string): Record<string, unknown> => {
  if (!upload) throw new DomainError('FILE_MISSING')
  const filled = Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== ''))
  return { ...filled, id, upload: upload.id }
}

const readJson = (text: string): unknown => {
  if (isJsonDeeper(text, API_JSON_DEPTH)) throw new DomainError('NESTED_TOO_DEEP', { limit: API_JSON_DEPTH })
  try {
    return JSON.parse(text)
  } catch {
    throw new DomainError('INVALID_FIELD', { field: 'customInfo', rule: rulePhrase('jsonObject') })
  }
}
