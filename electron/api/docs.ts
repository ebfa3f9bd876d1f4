import { readFile } from 'node:fs/promises'
import type { ServerResponse } from 'node:http'
import { createRequire } from 'node:module'
import { join } from 'node:path'

/** A page that shows openapi.json; all its files come from this machine. */
const page = `<!doctype html>
<html lang="en"><meta charset="utf-8"><title>OTA Bench API</title><link rel="icon" href="data:,"><link rel="stylesheet" href="docs/swagger-ui.css">
<div id="api"></div><script src="docs/swagger-ui-bundle.js"></script><script src="docs/start.js"></script></html>`

/** Every call that is tried out on the page carries the token of the page's own address. */
const start = `const token = new URLSearchParams(location.search).get('token') ?? ''
SwaggerUIBundle({ url: 'openapi.json', dom_id: '#api', deepLinking: true, validatorUrl: null,
  requestInterceptor: (request) => { request.headers.Authorization = 'Bearer ' + token; return request } })`

const files: Readonly<Record<string, string>> = {
  'swagger-ui.css': 'text/css',
  'swagger-ui-bundle.js': 'text/javascript',
}

/** Serves the API's documentation page and its parts. @returns whether the path was one of them. */
export const serveDocs = async (path: string, response: ServerResponse): Promise<boolean> => {
  const send = (type: string, body: string | Buffer): true => {
    response.writeHead(200, { 'Content-Type': `${type}; charset=utf-8`, 'Cache-Control': 'no-cache' }).end(body)
    return true
  }
  if (path === '/docs') return send('text/html', page)
  const name = /^\/docs\/([a-z.-]+)$/.exec(path)?.[1] ?? ''
  if (name === 'start.js') return send('text/javascript', start)
  const type = files[name]
  if (!type) return false
  const directory = createRequire(import.meta.url).resolve('swagger-ui-dist/package.json')
  return send(type, await readFile(join(directory, '..', name)))
}
