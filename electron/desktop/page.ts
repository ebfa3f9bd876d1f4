import { extname, join, normalize, sep } from 'node:path'

/** The scheme that serves the screen's files: unlike `file:` it has its own origin and can read nothing else. */
export const SCHEME = 'ota-bench'
const ORIGIN = `${SCHEME}://app`
export const PAGE = `${ORIGIN}/index.html`

/** Ant Design needs inline styles; the page fetches nothing, because it reaches the station only by message port. */
const CONTENT_SECURITY_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data: blob:",
  "font-src 'self' data:",
  "connect-src 'self' blob:",
  "worker-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ')

const types: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.ico': 'image/x-icon',
  '.woff2': 'font/woff2',
  '.wasm': 'application/wasm',
}

/** The file below `folder` for an address of our scheme, with its headers; undefined for any other address. */
export const assetOf = (
  folder: string,
  address: string,
): { readonly path: string; readonly headers: Readonly<Record<string, string>> } | undefined => {
  if (!URL.canParse(address)) return undefined
  const url = new URL(address)
  if (url.protocol !== `${SCHEME}:` || url.host !== 'app') return undefined
  const name = decoded(url.pathname)
  if (name === undefined || name.includes('\0')) return undefined
  const root = normalize(folder + sep)
  const path = join(root, name === '/' ? 'index.html' : name)
  const type = types[extname(path)]
  if (!path.startsWith(root) || type === undefined) return undefined
  return {
    path,
    headers: {
      'content-type': type,
      'content-security-policy': CONTENT_SECURITY_POLICY,
      'x-content-type-options': 'nosniff',
    },
  }
}

const decoded = (path: string): string | undefined => {
  try {
    return decodeURIComponent(path)
  } catch {
    return undefined
  }
}

/** Whether an address is our page: the window shows no other page and accepts messages from no other. */
export const isOurPage = (address: string): boolean => {
  if (!URL.canParse(address)) return false
  const url = new URL(address)
  return url.protocol === `${SCHEME}:` && url.host === 'app' && (url.pathname === '/' || url.pathname === '/index.html')
}

/** The page may request only one permission: to copy to the clipboard. */
export const mayUse = (permission: string, address: string): boolean =>
  permission === 'clipboard-sanitized-write' && isOurPage(address)

/** Whether an address is a backup of the station, which the window saves to a file: the page may start no other download. */
export const isBackup = (address: string, stationUi: string | undefined): boolean => {
  if (!mayOpenOutside(address, stationUi)) return false
  const { pathname, searchParams } = new URL(address)
  return pathname === '/api/v1/backup' && searchParams.has('link')
}

/** Whether a link may open in the system's browser: only links to the station's own pages, such as the API documentation. */
export const mayOpenOutside = (address: string, stationUi: string | undefined): boolean =>
  stationUi !== undefined &&
  URL.canParse(address) &&
  /^https?:$/.test(new URL(address).protocol) &&
  new URL(address).origin === new URL(stationUi).origin
