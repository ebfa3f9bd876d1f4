/*
 * Placeholders of a programmer's arguments and of its script: `{port}`, `{image0}`, and the values that a recipe gives. Braces around
 * anything else, such as `{ halt }` of Tcl, are text.
 */

/** Images that a recipe may have. */
const IMAGES_MAX = 32

/** Placeholders of the unit's place and identity, besides `image0` to `image31` and `address0` to `address31`. */
export const placePlaceholders = ['port', 'usbpath', 'usbserial', 'slot', 'serial', 'unit', 'script'] as const

/** The number of an image in `image3` or `address3`; undefined for any other name. */
export const imagePlaceholder = (
  name: string,
): { readonly of: 'image' | 'address'; readonly at: number } | undefined => {
  const [, of, digits] = /^(image|address)(0|[1-9]\d?)$/.exec(name) ?? []
  if (of === undefined || Number(digits) >= IMAGES_MAX) return undefined
  return { of: of === 'image' ? 'image' : 'address', at: Number(digits) }
}

const isPlace = (name: string): boolean => placePlaceholders.some((one) => one === name)

/** Whether a name is one of the station's own placeholders, which no value may have. */
export const isOwnPlaceholder = (name: string): boolean => isPlace(name) || imagePlaceholder(name) !== undefined

const placeholders = /\{([A-Za-z][A-Za-z0-9_-]*)\}/g

/** The names of the placeholders in a text, each once. */
export const placeholdersIn = (text: string): readonly string[] => [
  ...new Set([...text.matchAll(placeholders)].map(([, name = '']) => name)),
]

/** The text with each placeholder replaced. A value is not looked at again: `{serial}` within a value stays as it is. */
export const fillPlaceholders = (text: string, fill: (name: string) => string): string =>
  text.replace(placeholders, (_, name: string) => fill(name))

/** The name, if the text is one placeholder and nothing else. */
export const solePlaceholder = (text: string): string | undefined => /^\{([A-Za-z][A-Za-z0-9_-]*)\}$/.exec(text)?.[1]
