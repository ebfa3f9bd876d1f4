import type { IncomingMessage } from 'node:http'
import type { z } from 'zod'
import type { contract } from '#shared/contract.ts'
import { DomainError } from '#shared/errors.ts'
import type { Language } from '#shared/languages.ts'
import { startParser } from './form-parser.ts'
import { asObject, readJson, readText } from './request-body.ts'

/** Size limit of a device list; the largest has some 100,000 rows. */
const LIST_BYTES = 20 * 1024 * 1024

type ImportInput = z.input<NonNullable<(typeof contract.devices.import)['~orpc']['inputSchema']>>

/**
 * A device list in any of the forms that scripts send: as a plain body (`text/csv`, `?productId=`), as the `file` of a form with
 * `productId`, or inside JSON. The contract checks the result.
 * @throws BODY_TOO_LARGE, BAD_JSON, FILE_MISSING, BAD_REQUEST for a broken form.
 */
export const readDeviceList = async (
  request: IncomingMessage,
  url: URL,
  { jsonBytes, language }: { readonly jsonBytes: number; readonly language: Language },
): Promise<ImportInput> => {
  const type = request.headers['content-type'] ?? ''
  const productId = url.searchParams.get('productId')
  const named = productId === null ? {} : { productId }
  if (/^text\/csv/i.test(type)) return { ...named, csv: await readText(request, LIST_BYTES) } as ImportInput
  if (/^multipart\/form-data/i.test(type)) return { ...named, ...(await readForm(request)) } as ImportInput
  return { ...named, ...asObject(await readJson(request, jsonBytes), language) } as ImportInput
}

const readForm = async (request: IncomingMessage): Promise<Record<string, string>> => {
  const fields: Record<string, string> = {}
  const parser = startParser(request, { files: 1, fileSize: LIST_BYTES })
  const done = Promise.withResolvers<void>()
  parser.on('field', (name, value) => {
    fields[name] = value
  })
  parser.on('file', (_name, stream) => {
    const chunks: Buffer[] = []
    // The parser reports this error too; without a listener here it would end the process.
    stream.on('error', () => {})
    stream.on('data', (chunk: Buffer) => chunks.push(chunk))
    stream.on('limit', () =>
      done.reject(new DomainError('BODY_TOO_LARGE', { limit: `${LIST_BYTES / 1024 / 1024} MB` })),
    )
    stream.on('end', () => {
      fields.csv = Buffer.concat(chunks).toString('utf8')
    })
  })
  parser.on('close', () => done.resolve())
  parser.on('error', (cause: Error) =>
    done.reject(new DomainError('BAD_REQUEST', { detail: cause.message }, { cause })),
  )
  request.once('close', () => {
    if (!request.complete) done.reject(new DomainError('BAD_REQUEST', { detail: 'connection closed' }))
  })
  request.pipe(parser)
  await done.promise
  if (fields.csv === undefined) throw new DomainError('FILE_MISSING')
  return fields
}
