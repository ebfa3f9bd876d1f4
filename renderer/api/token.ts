const KEY = 'ota-bench.token'

/**
 * The token of this session: from `?token=` of the address printed at start-up, kept for reloads of this tab and removed from the address
 * bar, so that it appears in neither history nor screenshots.
 * @returns null where none was given; the screen then asks for it.
 */
export const takeToken = (
  location: Pick<Location, 'href'>,
  history: Pick<History, 'replaceState'>,
  storage: Pick<Storage, 'getItem' | 'setItem'>,
): string | null => {
  const url = new URL(location.href)
  const given = url.searchParams.get('token')
  if (given !== null) {
    url.searchParams.delete('token')
    history.replaceState(null, '', url.href)
    storage.setItem(KEY, given)
    return given
  }
  return storage.getItem(KEY)
}

/** The token in a pasted text: in a whole address, or alone; null where there is none. */
export const tokenFrom = (pasted: string): string | null => {
  const text = pasted.trim()
  if (URL.canParse(text)) return new URL(text).searchParams.get('token')
  return /^\S+$/.test(text) ? text : null
}

export const keepToken = (storage: Pick<Storage, 'setItem'>, token: string): void => storage.setItem(KEY, token)
