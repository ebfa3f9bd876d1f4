import type { Language } from '#shared/languages.ts'
import type { Sink, SinkTest } from '#shared/schema.ts'
import { sinkFaultText } from '#shared/sink-texts.ts'
import type { SinkService, SinkView } from '../platform/sinks/sink-service.ts'

/** Sinks with the texts of their errors in one language. */
export const sinkTexts = (language: Language) => {
  const fault = (found: SinkView['lastError']): Sink['lastError'] =>
    found && { ...found, message: sinkFaultText(found.code, language, found.data) }
  return {
    sink: (view: SinkView): Sink => ({ ...view, lastError: fault(view.lastError) }),
    test: (view: Awaited<ReturnType<SinkService['test']>>): SinkTest => ({ ...view, error: fault(view.error) }),
  }
}
