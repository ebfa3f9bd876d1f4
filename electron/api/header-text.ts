/** Node reads header bytes as Latin-1 (RFC 9110 5.5); this decodes text that was sent as UTF-8. */
const utf8Of = (text: string): string => {
  if ([...text].some((character) => character > 'ÿ')) return text
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(Buffer.from(text, 'latin1'))
  } catch {
    return text
  }
}

/** The readable text of a header: percent-encoded, because headers carry ASCII only, or plain UTF-8, as curl sends it. */
export const headerText = (sent: string): string => {
  const text = utf8Of(sent)
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}
