const KEY = 'ota-bench.token'

/**
 * The token of this session: from `?token=` of the address that start-up printed, kept for reloads of this tab and taken
 * out of the address bar, so that it does not end up in history or on a screenshot.
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

/** The token in what a person pasted: the whole address, or the token alone; null where there is none. */
export const tokenFrom = (pasted: string): string | null => {
  const text = pasted.trim()
  if (URL.canParse(text)) return new URL(text).searchParams.get('token')
  return /^\S+$/.test(text) ? text : null
}

export const keepToken = (storage: Pick<Storage, 'setItem'>, token: string): void => storage.setItem(KEY, token)
