import { type FactText, factText } from '#shared/fact-text.ts'
import { type Protocol, protocolFacts } from '#shared/protocols/index.ts'
import { useLanguage } from './i18n.ts'

/** Reads a text that stands beside a fact in the chosen language. */
export const useFactText = (): ((text: FactText) => string) => {
  const language = useLanguage()
  return (text) => factText(text, language)
}

/** Names a protocol in the chosen language. */
export const useProtocolName = (): ((protocol: Protocol) => string) => {
  const textOf = useFactText()
  return (protocol) => textOf(protocolFacts[protocol].names)
}
