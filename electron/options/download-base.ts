/** Most characters of the path in a base: the rest of the 255 that device SDKs support is for token and file name. */
const PATH_MAX = 64
/** Most characters of a base; several SDKs keep the whole address in 256 to 512 bytes. */
const LENGTH_MAX = 160

/**
 * The rule of `--download-url`: `http://files.example:8080` or `https://cdn.example/station-1`. Devices get it unchanged, so only what their
 * parsers read without escapes is allowed.
 * @returns an error text, undefined where the value is allowed.
 */
export const downloadBase = (value: string): string | undefined => {
  const wanted = 'takes an address such as http://files.local:8080 or https://cdn.example/station-1'
  if (!URL.canParse(value) || !/^https?:\/\/[^/]/i.test(value)) return wanted
  const { username, password, search, hash, pathname } = new URL(value)
  if (username !== '' || password !== '')
    return 'takes an address without user name and password: every device would know them'
  if (search !== '' || hash !== '' || /[?#]/.test(value))
    return 'takes an address without ? and #: token and file name follow it as a path'
  if (!/^[A-Za-z0-9._~:/[\]-]+$/.test(value) || /\/\/|\/\.{1,2}(\/|$)/.test(pathname))
    return `${wanted}, of letters, digits and . _ ~ - alone`
  if (pathname.replace(/\/+$/, '').length > PATH_MAX)
    return `takes a path of at most ${PATH_MAX} characters: devices support 255 with the file name`
  if (value.length > LENGTH_MAX) return `takes at most ${LENGTH_MAX} characters`
  return undefined
}
