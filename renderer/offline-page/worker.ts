import { awayPage } from './page.ts'

/*
 * A service worker: it stays between the browser and the station while the browser remembers this address, and answers for pages that are
 * opened while the station does not run. All other requests pass unchanged; it stores nothing, so nothing can become outdated.
 */

interface Lasting extends Event {
  waitUntil(end: Promise<unknown>): void
}
interface Fetching extends Event {
  readonly request: Request
  respondWith(answer: Promise<Response>): void
}

const worker = self as unknown as EventTarget & {
  skipWaiting(): Promise<void>
  readonly clients: { claim(): Promise<void> }
}

const away = (): Response =>
  new Response(awayPage(), {
    status: 503,
    headers: {
      'Content-Type': 'text/html; charset=utf-8',
      'Content-Security-Policy':
        "default-src 'none'; connect-src 'self'; script-src 'unsafe-inline'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    },
  })

worker.addEventListener('install', (event) => (event as Lasting).waitUntil(worker.skipWaiting()))
worker.addEventListener('activate', (event) => (event as Lasting).waitUntil(worker.clients.claim()))
worker.addEventListener('fetch', (event) => {
  const { request, respondWith } = event as Fetching
  if (request.mode === 'navigate') respondWith.call(event, fetch(request).catch(away))
})
