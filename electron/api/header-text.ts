/** Node reads header bytes as Latin-1 (RFC 9110 5.5); text that was UTF-8 on the wire is made so again. */
const utf8Of = (text: string): string => {
  if ([...text].some((character) => character > 'ÿ')) return text
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(Buffer.from(text, 'latin1'))
  } catch {
    return text
  }
}

/** What a header says to people: percent-encoded, as headers carry ASCII alone, or plain UTF-8, as curl sends it. */
export const headerText = (sent: string): string => {
  const text = utf8Of(sent)
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}
