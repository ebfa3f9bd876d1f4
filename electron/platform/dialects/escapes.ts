/**
 * Takes `%XX` off and leaves everything else, `+` too, as it is: vendors' clients send base64 raw where it ought to be escaped.
 * What is no such escape stays. Never throws.
 */
export const percentDecode = (text: string): string => {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}
