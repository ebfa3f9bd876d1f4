/**
 * Decodes `%XX` and leaves everything else unchanged, including `+`: vendors' clients send base64 without escaping.
 * Invalid escapes stay unchanged. Never throws.
 */
export const percentDecode = (text: string): string => {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}
