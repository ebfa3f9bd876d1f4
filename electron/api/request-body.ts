import type { IncomingMessage } from 'node:http'
import { DomainError } from '#shared/errors.ts'
import { API_JSON_DEPTH, isJsonDeeper } from '#shared/json-depth.ts'
import type { Language } from '#shared/languages.ts'
import { invalid } from './errors.ts'

const MB = 1024 * 1024

/** A request's body as a stream. A reader that stops early leaves the request open, because it must still be answered. */
export async function* chunksOf(request: IncomingMessage): AsyncGenerator<Buffer> {
  // Not `yield*`: it would pass an error of the reader on to the request and destroy it.
  for await (const chunk of request.iterator({ destroyOnReturn: false })) yield chunk
}

/** A request's body as text. @throws BODY_TOO_LARGE, BAD_JSON when it is not UTF-8. */
export const readText = async (request: IncomingMessage, maxBytes: number): Promise<string> => {
  const tooLarge = (): DomainError => new DomainError('BODY_TOO_LARGE', { limit: `${maxBytes / MB} MB` })
  if (Number(request.headers['content-length'] ?? 0) > maxBytes) throw tooLarge()
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of chunksOf(request)) {
    size += chunk.length
    if (size > maxBytes) throw tooLarge()
    chunks.push(chunk)
  }
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(Buffer.concat(chunks))
  } catch (cause) {
    throw new DomainError('BAD_JSON', { detail: 'UTF-8' }, { cause })
  }
}

/**
 * A request's body as JSON; an empty body reads as `{}`. The content type is ignored, because `curl -d` sends another.
 * @throws BODY_TOO_LARGE, BAD_JSON, NESTED_TOO_DEEP.
 */
export const readJson = async (request: IncomingMessage, maxBytes: number): Promise<unknown> => {
  const text = await readText(request, maxBytes)
  if (text.trim() === '') return {}
  if (isJsonDeeper(text, API_JSON_DEPTH)) throw new DomainError('NESTED_TOO_DEEP', { limit: API_JSON_DEPTH })
  try {
    return JSON.parse(text)
  } catch (cause) {
    throw new DomainError('BAD_JSON', { detail: (cause as Error).message }, { cause })
  }
}

/** The input of every call is an object. @throws BAD_REQUEST when it is not. */
export const asObject = (value: unknown, language: Language): object => {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value
  throw invalid([{ code: 'invalid_type', expected: 'object', message: '' }], language)
}
