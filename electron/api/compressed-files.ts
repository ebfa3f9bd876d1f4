import { readdirSync, statSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { extname, join } from 'node:path'
import { promisify } from 'node:util'
import { brotliCompress, constants, gzip } from 'node:zlib'

/** Files whose text repeats itself; everything else is packed already. */
const types: Readonly<Record<string, string>> = {
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.svg': 'image/svg+xml',
}

/** A smaller file fits one packet anyway. */
const WORTH_BYTES = 1400

const BROTLI_QUALITY = 6
const GZIP_LEVEL = 9

const toBrotli = promisify(brotliCompress)
const toGzip = promisify(gzip)

/** In the order of preference. Browsers ask for Brotli on this machine and over HTTPS, and for gzip alone elsewhere. */
const encoders: Readonly<Record<string, (bytes: Buffer) => Promise<Buffer>>> = {
  br: (bytes) =>
    toBrotli(bytes, {
      params: {
        [constants.BROTLI_PARAM_QUALITY]: BROTLI_QUALITY,
        [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length,
      },
    }),
  gzip: (bytes) => toGzip(bytes, { level: GZIP_LEVEL }),
}

/** The encoding to answer with; undefined: as it is. `Accept-Encoding` is read as in RFC 9110 12.5.3, where a weight of 0 refuses. */
export const encodingFor = (accepted: string | undefined): string | undefined => {
  const willing = new Set(
    (accepted ?? '')
      .toLowerCase()
      .split(',')
      .map((item) => item.trim())
      .filter((item) => !/;\s*q=0(?:\.0*)?$/.test(item))
      .map((item) => item.split(';')[0]?.trim()),
  )
  return Object.keys(encoders).find((name) => willing.has(name))
}

interface ServedFile {
  readonly path: string
  readonly type: string
  readonly tag: string
  /** By encoding; made at the first request for it. */
  readonly made: Map<string, Promise<Buffer>>
}

/** The files of a folder that are worth compressing, by their address. */
const filesOf = (directory: string): ReadonlyMap<string, ServedFile> => {
  const files = new Map<string, ServedFile>()
  let names: string[]
  try {
    names = readdirSync(directory, { recursive: true }).map(String)
  } catch {
    // A station that runs from source may have no built screen.
    return files
  }
  for (const name of names) {
    const type = types[extname(name)]
    const path = join(directory, name)
    const { size, mtimeMs } = statSync(path)
    if (type === undefined || size < WORTH_BYTES) continue
    const tag = `${size}-${Math.floor(mtimeMs)}`
    files.set(`/${name.replaceAll('\\', '/')}`, { path, type, tag, made: new Map() })
  }
  return files
}

/**
 * Answers requests for the screen's scripts and styles compressed, where the caller takes that. A file is compressed in Node's own
 * threads when it is first asked for, and then kept: packages stay small, and a start costs nothing.
 * @param setHeaders sets what every answer of a file carries
 * @returns a function that resolves with whether it answers; the caller serves everything else
 */
export const createCompressedFiles = (
  directory: string,
  setHeaders: (response: ServerResponse, path: string) => void,
) => {
  const files = filesOf(directory)

  const encoded = (file: ServedFile, encoding: string): Promise<Buffer> => {
    let made = file.made.get(encoding)
    if (!made) {
      made = readFile(file.path).then((bytes) => (encoders[encoding] as (bytes: Buffer) => Promise<Buffer>)(bytes))
      // A file that could not be read may be there at the next request.
      made.catch(() => file.made.delete(encoding))
      file.made.set(encoding, made)
    }
    return made
  }

  return async (request: IncomingMessage, response: ServerResponse, path: string): Promise<boolean> => {
    const file = files.get(path)
    if (!file) return false
    response.setHeader('Vary', 'Accept-Encoding')
    const encoding = encodingFor(request.headers['accept-encoding'])
    // Ranges are of the file as it is.
    if (encoding === undefined || request.headers.range !== undefined) return false
    const bytes = await encoded(file, encoding).catch(() => undefined)
    if (!bytes) return false
    const tag = `W/"${file.tag}-${encoding}"`
    response.setHeader('ETag', tag)
    setHeaders(response, path)
    if (request.headers['if-none-match'] === tag) {
      response.writeHead(304).end()
      return true
    }
    response.writeHead(200, {
      'Content-Type': file.type,
      'Content-Encoding': encoding,
      'Content-Length': bytes.length,
    })
    response.end(request.method === 'HEAD' ? undefined : bytes)
    return true
  }
}
