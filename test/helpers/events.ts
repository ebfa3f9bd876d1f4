import { onTestFinished } from 'vitest'
import type { TestStation } from './station.ts'
import { until } from './until.ts'

/** A server-sent event: its name and its data. */
export interface SentEvent {
  readonly event: string
  readonly data: Record<string, unknown>
}

/** Reads the station's live events as any client of the format would; resolves once the stream is open. */
export const listen = async ({ ready }: TestStation, query = '') => {
  const gone = new AbortController()
  onTestFinished(() => gone.abort())
  const response = await fetch(`${ready.api}/events${query}`, {
    headers: { Authorization: `Bearer ${ready.token}` },
    signal: gone.signal,
  })
  const events: SentEvent[] = []
  const opened = Promise.withResolvers<void>()
  const read = async (): Promise<void> => {
    let text = ''
    for await (const chunk of response.body?.pipeThrough(new TextDecoderStream()) ?? []) {
      opened.resolve()
      text += chunk
      const blocks = text.split('\n\n')
      text = blocks.pop() ?? ''
      for (const block of blocks) {
        const [, event] = /^event: (.*)$/m.exec(block) ?? []
        const [, data] = /^data: (.*)$/m.exec(block) ?? []
        if (event !== undefined && data !== undefined) events.push({ event, data: JSON.parse(data) })
      }
    }
  }
  const end = read().catch(() => {})
  await opened.promise
  return {
    response,
    events,
    /** Resolves when the stream ends. */
    end,
    close: () => gone.abort(),
    /** Waits for an event of that kind that passes. */
    seen: (event: string, passes: (data: SentEvent['data']) => boolean = () => true) =>
      until(
        () => events.find((one) => one.event === event && passes(one.data)),
        (found) => found !== undefined,
      ),
  }
}
