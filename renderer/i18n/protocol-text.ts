import { type Protocol, type ProtocolText, protocolFacts, protocolText } from '#shared/protocols/index.ts'
import { useLanguage } from './i18n.ts'

/** Reads a text of a protocol's facts in the chosen language. */
export const useProtocolText = (): ((text: ProtocolText) => string) => {
  const language = useLanguage()
  return (text) => protocolText(text, language)
}

/** Names a protocol in the chosen language. */
export const useProtocolName = (): ((protocol: Protocol) => string) => {
  const textOf = useProtocolText()
  return (protocol) => textOf(protocolFacts[protocol].names)
}
