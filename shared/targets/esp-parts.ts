import { type ChipPart, nearest, type PartNumbers, plainPart } from './part-numbers.ts'

/**
 * Modules, chips in packages and boards whose names do not begin with the name of their chip (Espressif's module and chip datasheets;
 * Ai-Thinker's ESP-xx modules).
 */
const otherNames: readonly (readonly [name: string, chip: string])[] = [
  ['ESP-WROOM-32', 'ESP32'],
  ['ESP-WROOM-02', 'ESP8266'],
  ['ESP-WROOM-S2', 'ESP8266'],
  ['ESP-WROVER', 'ESP32'],
  ['ESP8285', 'ESP8266'],
  ['ESP8684', 'ESP32-C2'],
  ['ESP8685', 'ESP32-C3'],
  ['ESP-01', 'ESP8266'],
  ['ESP-07', 'ESP8266'],
  ['ESP-12', 'ESP8266'],
  ['NodeMCU-32S', 'ESP32'],
  ['NodeMCU', 'ESP8266'],
]

/** What follows `ESP32` where the chip is the first ESP32: its modules, chips and boards. Anything else is another chip. */
const plainEsp32 =
  /^(WROOM|WROVER|MINI|PICO|SOLO|DEVKIT|DEV|CAM|ETHERNET|POE|LYRAT|EYE|GATEWAY|D0WD|D0WDQ|D2WD|U4WDH|S0WD|V[1-4]$|REV)/

/** What may follow another chip's name without a separator: flash, memory and package of the chip (`FH4`, `R8`, `NRW32`), or a module. */
const attached = /^(WROOM|MINI|PICO|SOLO|DEVKIT|EX$|MOD$|[FRNH][A-Z]*\d+[A-Z0-9]*$)/

/** @param chips the names that chips report, as esptool writes them. */
export const espParts = (chips: readonly string[]): PartNumbers => {
  // The longest name first, because `ESP32-C6` begins `ESP32-C61` as well.
  const named = [
    ...chips.map((chip) => [chip, chip] as const),
    ...otherNames.map(([name, chip]) => [name, chip] as const),
  ].sort(([left], [right]) => right.length - left.length)

  /** What stands behind a name, as it was written; undefined where the text does not begin with the name. */
  const behind = (text: string, name: string): string | undefined => {
    const own = plainPart(name)
    if (!plainPart(text).startsWith(own)) return undefined
    let at = 0
    for (let left = own.length; left > 0; at++) if (plainPart(text[at] ?? '') !== '') left--
    return text.slice(at).toUpperCase()
  }

  const isTail = (chip: string, name: string, rest: string): boolean => {
    const plain = plainPart(rest)
    if (plain === '' || name !== chip) return true
    if (chip === 'ESP32') return plainEsp32.test(plain)
    return /^[\s_-]/.test(rest) ? /^[A-Z]{2}/.test(plain) : attached.test(plain)
  }

  return {
    find(text): ChipPart | undefined {
      // What a chip adds to its name: `ESP32-C3 (QFN32) (revision v0.4)`.
      const written = text.replace(/\(.*$/, '').trim()
      for (const [name, chip] of named) {
        const rest = behind(written, name)
        if (rest === undefined || !isTail(chip, name, rest)) continue
        const open = name === chip ? rest : written.toUpperCase()
        return { groups: [{ id: chip, name: chip }], rest: open.replace(/^[\s_-]+/, '').replace(/[\s_]+/g, '-') }
      }
      return undefined
    },

    near: (text) => nearest(text, chips),
  }
}
