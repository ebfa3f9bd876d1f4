import { createReadStream } from 'node:fs'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { OpenAPIHandler } from '@orpc/openapi/node'
import { call } from '@orpc/server'
import { z } from 'zod'
import { DomainError } from '#shared/errors.ts'
import { languages } from '#shared/languages.ts'
import {
  type DeltaUploadInput,
  Id,
  type PackageInput,
  RecordExport,
  ReportFormat,
  UploadPurpose,
} from '#shared/schema.ts'
import { texts } from '#shared/texts/index.ts'
import type { Bench } from '../flashing/bench/bench.ts'
import type { Archives } from '../platform/backup/archives.ts'
import type { Logger } from '../platform/basics/logger.ts'
import { contentDisposition } from '../platform/http/answers.ts'
import type { DiagnosticsFile } from '../platform/logs/diagnostics.ts'
import type { LogFiles } from '../platform/logs/log-files.ts'
import type { Metrics } from '../platform/metrics/registry.ts'
import type { Platform } from '../platform/platform.ts'
import { isRouteForEngineers } from './access.ts'
import { createBackupCalls } from './backup.ts'
import { presentedToken } from './caller-check.ts'
import type { ApiContext } from './context.ts'
import { readDeviceList } from './csv-import.ts'
import { serveDocs } from './docs.ts'
import type { createErrorInterceptors } from './error-interceptors.ts'
import { invalid } from './errors.ts'
import { languageOf, sendJson } from './http.ts'
import type { LiveHub } from './live.ts'
import { logFile } from './log-file.ts'
import { createOpenApi } from './openapi.ts'
import { restCaller } from './operator.ts'
import { asObject, readJson } from './request-body.ts'
import type { ApiRouter } from './router.ts'
import { findRoute, type Route } from './routes.ts'
import { serveEvents } from './sse.ts'
import { deltaInputOf, packageInputOf, receiveBody, receiveForm } from './uploads.ts'

export const API = '/api/v1'
const ReportQuery = z.object({ id: Id, format: ReportFormat.default('csv'), lang: z.enum(languages).optional() })
const Purpose = UploadPurpose.default('package')
/** Limit for JSON bodies; files use other routes. The largest body is a device list of 100,000 rows. */
const JSON_BYTES = 32 * 1024 * 1024

interface RestOptions {
  readonly version: string
  readonly router: ApiRouter
  readonly platform: Platform
  readonly bench: Bench
  readonly archives: Archives
  readonly logger: Logger
  readonly live: LiveHub
  readonly logs: LogFiles
  readonly diagnostics: () => Promise<DiagnosticsFile>
  readonly metrics: Pick<Metrics, 'text' | 'contentType'>
  readonly words: ReturnType<typeof createErrorInterceptors>
  /** @throws UNAUTHORIZED; `query`: whether the token may be in the address. */
  authorize(request: IncomingMessage, url: URL, query: boolean): void
}

interface Call {
  readonly request: IncomingMessage
  readonly response: ServerResponse
  readonly url: URL
  readonly context: ApiContext
  /** Values of the path's `{places}`, as sent. */
  readonly places: readonly string[]
  /** The request used a valid link to a backup. */
  readonly linked: boolean
}

/** The REST side of the API: calls that carry bytes are handled here, all others by the contract's procedures. */
export const createRest = (options: RestOptions) => {
  const { router, platform } = options
  const procedures = new OpenAPIHandler(router, {
    ...options.words,
    customErrorResponseBodyEncoder: ({ code, status, message, data }) => ({ code, status, message, data }),
  })
  const backups = createBackupCalls(options)
  let openApi: Promise<Record<string, unknown>> | undefined

  const createPackage = async ({ request, response, context }: Call): Promise<void> => {
    const form = await receiveForm(request, platform.uploads)
    try {
      if (form.uploads.length === 0) throw new DomainError('FILE_MISSING')
      const input = packageInputOf(form) as z.input<typeof PackageInput>
      sendJson(response, 200, await call(router.packages.create, input, { context, path: ['packages', 'create'] }))
    } catch (error) {
      for (const upload of form.uploads) await platform.uploads.discard(upload.id)
      throw error
    }
  }

  const uploadDelta = async ({ request, response, context, places: [id = ''] }: Call): Promise<void> => {
    const form = await receiveForm(request, platform.uploads, { purpose: 'diff', files: 1 })
    try {
      const input = deltaInputOf(form, id) as z.input<typeof DeltaUploadInput> & { id: string }
      sendJson(response, 200, await call(router.diffs.upload, input, { context, path: ['diffs', 'upload'] }))
    } catch (error) {
      for (const upload of form.uploads) await platform.uploads.discard(upload.id)
      throw error
    }
  }

  const isForm = ({ headers }: IncomingMessage): boolean => /^multipart\/form-data/i.test(headers['content-type'] ?? '')

  const procedure = async (done: Call): Promise<void> => {
    const { request, response, url, context } = done
    // The procedures read the input of a GET from the address; for all other methods this supplies it, already decoded.
    if (request.method === 'DELETE') Object.assign(request, { body: Object.fromEntries(url.searchParams) })
    else if (request.method !== 'GET')
      Object.assign(request, { body: asObject(await readJson(request, JSON_BYTES), context.language) })
    await procedures.handle(request, response, { prefix: API, context })
  }

  const serveFile = async ({ response, context, places: [id, name = ''] }: Call): Promise<void> => {
    await sendBytes(response, platform.packages.file(idIn(id, context), decoded(name)))
  }

  const sendBytes = async (
    response: ServerResponse,
    file: { readonly name: string; readonly size: number; readonly path: string; readonly sha256: string },
  ): Promise<void> => {
    await platform.contents.require(file.name, file)
    response.writeHead(200, {
      'Content-Type': 'application/octet-stream',
      'Content-Length': file.size,
      'Content-Disposition': `attachment; filename="${file.name}"`,
    })
    await pipeline(createReadStream(file.path), response)
  }

  const serveReport = async ({ response, url, context, places: [id = ''] }: Call): Promise<void> => {
    const { searchParams } = url
    const asked = ReportQuery.safeParse({
      id,
      format: searchParams.get('format') ?? undefined,
      lang: searchParams.get('lang') ?? undefined,
    })
    if (!asked.success) throw invalid(asked.error.issues, context.language)
    const { format, lang } = asked.data
    const report = platform.reportOf(asked.data.id, format, texts[lang ?? context.language])
    response.writeHead(200, {
      'Content-Type': report.contentType,
      'Content-Disposition': contentDisposition(report.fileName).replace(
        /^attachment/,
        format === 'html' ? 'inline' : 'attachment',
      ),
      'Cache-Control': 'no-store',
    })
    await pipeline(Readable.from(report.pieces), response)
  }

  const serveRecipe = async ({ response, context, places: [id] }: Call): Promise<void> => {
    const exported = options.bench.recipes.export(idIn(id, context))
    response.writeHead(200, {
      'Content-Type': 'application/x-tar',
      'Content-Length': exported.size,
      'Content-Disposition': contentDisposition(exported.fileName),
      'Cache-Control': 'no-store',
    })
    await pipeline(Readable.from(exported.pieces), response)
  }

  /** The recipe's file as the body or in a form; JSON gives the id of an upload. */
  const importRecipe = async (done: Call): Promise<void> => {
    const { request, response, context } = done
    const type = request.headers['content-type'] ?? ''
    if (/^application\/json/i.test(type)) return procedure(done)
    const form = /^multipart\/form-data/i.test(type)
      ? await receiveForm(request, platform.uploads, { purpose: 'recipe', files: 1 })
      : { fields: {}, uploads: [await receiveBody(request, platform.uploads, 'recipe', 'recipe.otarecipe')] }
    const [upload, ...more] = form.uploads
    try {
      if (!upload) throw new DomainError('FILE_MISSING')
      const input = { ...form.fields, upload: upload.id }
      sendJson(
        response,
        200,
        await call(router.bench.importRecipe, input as { upload: string }, {
          context,
          path: ['bench', 'importRecipe'],
        }),
      )
    } finally {
      for (const { id } of [...(upload ? [upload] : []), ...more]) await platform.uploads.discard(id)
    }
  }

  const serveBenchReport = async (done: Call): Promise<void> => {
    const { response, url, context } = done
    if (url.searchParams.get('format') !== 'csv') return procedure(done)
    const query = Object.fromEntries(url.searchParams)
    const { lang, ...rest } = query
    const language = languages.find((known) => known === lang)
    const input = { ...rest, ...(language ? { language } : {}) }
    const { fileName, text } = await call(router.bench.reportText, input, { context, path: ['bench', 'reportText'] })
    response.writeHead(200, {
      'Content-Type': 'text/csv; charset=utf-8',
      'Content-Disposition': contentDisposition(fileName),
      'Cache-Control': 'no-store',
    })
    response.end(text)
  }

  const serveRecords = async ({ response, url, context }: Call): Promise<void> => {
    const { lang, ...filter } = Object.fromEntries(url.searchParams)
    const asked = RecordExport.safeParse({ ...filter, ...(lang !== undefined && { language: lang }) })
    if (!asked.success) throw invalid(asked.error.issues, context.language)
    const { language, ...wanted } = asked.data
    const pieces = options.bench.recordsFile(wanted, texts[language ?? context.language].benchRecords)
    response.writeHead(200, {
      'Content-Type': 'text/csv; charset=utf-8',
      'Content-Disposition': contentDisposition('unit-records.csv'),
      'Cache-Control': 'no-store',
    })
    await pipeline(Readable.from(pieces), response)
  }

  const own: Readonly<Record<string, (done: Call) => Promise<void>>> = {
    'GET /openapi.json': async ({ response }) => {
      openApi ??= createOpenApi(options.version)
      sendJson(response, 200, await openApi)
    },
    'GET /docs': async ({ response }) => void (await serveDocs('/docs', response)),
    'GET /events': ({ response, url, context }) => serveEvents(response, url, options.live, context.language),
    'GET /logs/{name}': async ({ response, places: [name = ''] }) => {
      const bytes = logFile(options.logs, decoded(name))
      response.writeHead(200, {
        'Content-Type': 'application/x-ndjson; charset=utf-8',
        'Content-Disposition': contentDisposition(decoded(name)),
        'Cache-Control': 'no-store',
      })
      response.end(bytes)
    },
    'GET /diagnostics': async ({ response }) => {
      const { name, bytes } = await options.diagnostics()
      response.writeHead(200, {
        'Content-Type': 'application/x-tar',
        'Content-Length': bytes.length,
        'Content-Disposition': contentDisposition(name),
        'Cache-Control': 'no-store',
      })
      response.end(bytes)
    },
    'GET /metrics': async ({ response }) => {
      response.writeHead(200, { 'Content-Type': options.metrics.contentType, 'Cache-Control': 'no-store' })
      response.end(await options.metrics.text())
    },
    'GET /packages/{id}/files/{name}': serveFile,
    'GET /diffs/{id}/file': ({ response, context, places: [id] }) =>
      sendBytes(response, platform.diffs.file(idIn(id, context))),
    'POST /uploads': async ({ request, response, url, context }) => {
      const purpose = Purpose.safeParse(url.searchParams.get('purpose') ?? undefined)
      if (!purpose.success) throw invalid(purpose.error.issues, context.language)
      sendJson(response, 200, await receiveBody(request, platform.uploads, purpose.data))
    },
    'GET /backup': (done) => backups.send(done),
    'POST /backup/restore': (done) => backups.receive(done),
    'GET /bench/recipes/{id}/export': serveRecipe,
    'POST /bench/recipes/import': importRecipe,
    'GET /bench/report': serveBenchReport,
    'GET /bench/records/export': serveRecords,
    'GET /campaigns/{id}/report': serveReport,
    'POST /packages': (done) => (isForm(done.request) ? createPackage(done) : procedure(done)),
    'POST /packages/{id}/diffs/upload': (done) => (isForm(done.request) ? uploadDelta(done) : procedure(done)),
    'POST /devices/import': async ({ request, response, url, context }) => {
      const list = await readDeviceList(request, url, { jsonBytes: JSON_BYTES, language: context.language })
      sendJson(response, 200, await call(router.devices.import, list, { context, path: ['devices', 'import'] }))
    },
  }

  /** Serves one call below the API's prefix. @throws UNAUTHORIZED, UNKNOWN_ADDRESS, METHOD_NOT_ALLOWED and the errors of the call. */
  return async (request: IncomingMessage, response: ServerResponse, url: URL): Promise<void> => {
    const path = withoutSlashes(url.pathname.slice(API.length))
    const context: ApiContext = { transport: 'http', language: languageOf(request), ...restCaller(request) }
    const reads = request.method === 'GET' || request.method === 'HEAD'
    const linked = request.method === 'GET' && backups.bringsLink(path, url)
    if (path !== '/health') {
      // The files of the documentation page contain no data of this station, and a script tag cannot send a token.
      if (reads && path.startsWith('/docs/') && (await serveDocs(path, response))) return
      const token = reads && path === '/metrics' ? presentedToken(request.headers, url, true) : undefined
      const readsMetrics = token !== undefined && platform.metricsToken.admits(token)
      if (!linked && !readsMetrics) options.authorize(request, url, reads)
    }
    url.searchParams.delete('token')
    // RFC 9110 9.3.2: HEAD is a GET without content; Node drops the body.
    if (request.method === 'HEAD') request.method = 'GET'
    const { route, places, allow } = findRoute(request.method ?? '', path)
    if (!route) throw allow.length > 0 ? new DomainError('METHOD_NOT_ALLOWED', { allow }) : unknownAddress(url.pathname)
    checkQuery(route, url, context)
    request.url = `${url.pathname}${url.search}`
    const name = `${route.method} ${route.path}`
    // Calls outside of the contract need this check here, because the checks of the procedures do not cover them.
    if (!linked && isRouteForEngineers(name)) await platform.engineerLock.use(context.ticket)
    const serve = own[name] ?? procedure
    await serve({ request, response, url, context, places, linked })
  }
}

/** Characters of an address that an error repeats. */
const PATH_SHOWN = 200

export const unknownAddress = (path: string): DomainError =>
  new DomainError('UNKNOWN_ADDRESS', { path: path.length > PATH_SHOWN ? `${path.slice(0, PATH_SHOWN)}…` : path })

/** An unknown filter must not mean "all"; an empty filter means no filter. */
const checkQuery = (route: Route, url: URL, { language }: ApiContext): void => {
  for (const [name, value] of [...url.searchParams]) {
    if (!route.query.has(name.split('[', 1)[0] ?? ''))
      throw invalid([{ code: 'unrecognized_keys', message: '', keys: [name] }], language)
    if (value === '') url.searchParams.delete(name)
  }
}

/** Removes trailing slashes; a regular expression would search for the end again from each slash. */
const withoutSlashes = (path: string): string => {
  let end = path.length
  while (path[end - 1] === '/') end--
  return path.slice(0, end)
}

/** The id in a path parameter. @throws BAD_REQUEST. */
const idIn = (place: string | undefined, { language }: ApiContext): number => {
  const id = Id.safeParse(place)
  if (!id.success)
    throw invalid(
      id.error.issues.map((issue) => ({ ...issue, path: ['id'] })),
      language,
    )
  return id.data
}

const decoded = (part: string): string => {
  try {
    return decodeURIComponent(part)
  } catch {
    return part
  }
}
