import { patternFault } from '#shared/pattern.ts'
import { counterLimit, SERIAL_LIST_MAX } from '#shared/schema.ts'
import { serialsIn } from '#shared/serials.ts'
import { targets } from '#shared/targets/index.ts'
import { addressIn, addressKind } from './address.ts'
import { type DraftImage, type RecipeDraft, type UnitValue, valueNames } from './recipe-draft.ts'
import { fieldsOf, optionFaults } from './target-options.ts'

/** The place of a fault: `name`, `images`, `image.{key}`, `unitData.address`, `value.2`, `check.0`, `expect.unit` … */
export interface Fault {
  readonly at: string
  /** The value is missing; a newly opened form does not show this as a fault. */
  readonly blank: boolean
}

const image = (draft: RecipeDraft, { key, name, address }: DraftImage): Fault[] => {
  const kind = addressKind(draft.target, name)
  if (kind === 'none' || kind === 'file') return []
  const read = addressIn(address)
  if (read === undefined) return [{ at: `image.${key}`, blank: false }]
  return read === null && kind === 'needed' ? [{ at: `image.${key}`, blank: true }] : []
}

const nvsName = /^[\x21-\x7e]{1,15}$/
const isComplete = ({ namespace, key, value }: UnitValue): boolean =>
  nvsName.test(namespace) && nvsName.test(key) && value !== ''

const pattern = (source: string): boolean => source === '' || patternFault(source) === undefined

const usbId = (text: string): boolean => text === '' || /^[0-9a-f]{4}$/i.test(text)

/** The result of a dry check: what would be written, and where. */
const writing = (draft: RecipeDraft): Fault[] => {
  const { images, unitData, target, options } = draft
  const faults = images.flatMap((one) => image(draft, one))
  if (images.length === 0) faults.push({ at: 'images', blank: true })
  for (const { key, kind } of fieldsOf(target))
    if (kind === 'programmer' && options[key] === '') faults.push({ at: `option.${key}`, blank: true })
  for (const key of Object.keys(optionFaults(target, options)))
    if (!faults.some(({ at }) => at === `option.${key}`)) faults.push({ at: `option.${key}`, blank: false })
  if (!unitData.on || !targets[target].unitData) return faults
  if (addressIn(unitData.address) == null) faults.push({ at: 'unitData.address', blank: false })
  unitData.entries.forEach((entry, index) => {
    if (!isComplete(entry)) faults.push({ at: `value.${index}`, blank: true })
  })
  if (unitData.entries.length === 0) faults.push({ at: 'values', blank: true })
  return faults
}

/** The faults that prevent a dry check of the draft. */
export const writingFaults = writing

const serials = ({ from, width, next, nextWas, list }: RecipeDraft['serials']): Fault[] => {
  if (from === 'counter') {
    const number = next.trim()
    const isNumber = /^\d{1,15}$/.test(number)
    // An unchanged counter that has reached its width goes on with more digits only.
    const fits = isNumber && (number === nextWas || Number(number) < counterLimit({ width }))
    return fits ? [] : [{ at: 'serials.next', blank: number === '' }]
  }
  if (from !== 'list') return []
  const read = serialsIn(list)
  if (read.faults.length > 0 || read.serials.length > SERIAL_LIST_MAX) return [{ at: 'serials.list', blank: false }]
  return read.serials.length === 0 ? [{ at: 'serials.list', blank: true }] : []
}

/** The faults that prevent saving, as far as known without the station. */
export const faultsOf = (draft: RecipeDraft): readonly Fault[] => {
  const { expect, checks } = draft
  const faults = writing(draft)
  faults.push(...serials(draft.serials))
  if (draft.name.trim() === '') faults.push({ at: 'name', blank: true })
  if (!pattern(expect.unit.trim())) faults.push({ at: 'expect.unit', blank: false })
  if (!usbId(expect.vendorId)) faults.push({ at: 'expect.vendorId', blank: false })
  if (!usbId(expect.productId)) faults.push({ at: 'expect.productId', blank: false })
  checks.forEach((check, index) => {
    if (check.send === '' && check.expect === '') faults.push({ at: `check.${index}`, blank: true })
    else if (!pattern(check.expect)) faults.push({ at: `check.${index}`, blank: false })
    const names = valueNames(check.expect)
    const earlier = checks.slice(0, index).flatMap(({ expect }) => valueNames(expect))
    if (names.some((name) => earlier.includes(name))) faults.push({ at: `checkTwice.${index}`, blank: false })
    for (const { name, min, max } of check.values)
      if (names.includes(name) && min !== null && max !== null && min > max)
        faults.push({ at: `checkLimits.${index}.${name}`, blank: false })
  })
  return faults
}
