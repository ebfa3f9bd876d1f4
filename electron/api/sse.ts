import type { ServerResponse } from 'node:http'
import type { Language } from '#shared/languages.ts'
import { LiveFilter } from '#shared/schema.ts'
import { invalid } from './errors.ts'
import type { LiveHub } from './live.ts'

/** Milliseconds between two keep-alive lines, so that a proxy or a sleeping laptop does not close the stream. */
const HEARTBEAT_MS = 15_000
/** Milliseconds within which a reader must take what was sent; otherwise it is disconnected and opens another stream. */
const STALL_MS = 60_000

/**
 * Serves live events as server-sent events (WHATWG HTML, 9.2): the event's name is its type, its data is the changed object.
 * A reader that is too slow gets the newest state of each object once it reads again.
 */
export const serveEvents = async (
  response: ServerResponse,
  url: URL,
  live: LiveHub,
  language: Language,
  stallMs = STALL_MS,
): Promise<void> => {
  const types = url.searchParams.get('types')?.split(',')
  const filter = LiveFilter.safeParse({ types, campaignId: url.searchParams.get('campaignId') ?? undefined })
  if (!filter.success) throw invalid(filter.error.issues, language)
  const gone = new AbortController()
  response.once('close', () => gone.abort())
  response.writeHead(200, {
    'Content-Type': 'text/event-stream',
    'Cache-Control': 'no-store',
    'X-Accel-Buffering': 'no',
  })
  response.write(': connected\n\n')
  // Unread data must not accumulate.
  const heartbeat = setInterval(() => {
    if (!response.writableNeedDrain) response.write(': alive\n\n')
  }, HEARTBEAT_MS)
  try {
    for await (const events of live.subscribe(filter.data, gone.signal)) {
      const text = events.map((event) => `event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`).join('')
      if (!response.write(text)) await drained(response, stallMs)
    }
  } finally {
    clearInterval(heartbeat)
    response.end()
  }
}

const drained = (response: ServerResponse, stallMs: number): Promise<void> =>
  new Promise((resolve) => {
    const cut = setTimeout(() => response.destroy(), stallMs)
    const settle = (): void => {
      clearTimeout(cut)
      response.off('drain', settle).off('close', settle)
      resolve()
    }
    response.on('drain', settle).on('close', settle)
  })
