import { compilePattern } from '#shared/pattern.ts'
import { AtProfile } from './profile.ts'

/** A profile that cannot be used: in which file, at which field, and why. */
export interface ProfileFault {
  readonly file: string
  /** As `ways.http.events.2.line`; '' for the file as a whole. */
  readonly field: string
  readonly detail: string
}

type Reading = { readonly profile: AtProfile } | { readonly fault: ProfileFault }

const kindOf = (value: unknown): string => (value === null ? 'null' : Array.isArray(value) ? 'array' : typeof value)

/** Checks the content of a profile's file. The name within must be that of the file, so that a recipe finds what a person sees. */
export const readProfile = (file: string, content: unknown): Reading => {
  const fault = (field: string, detail: string): Reading => ({ fault: { file, field, detail } })
  if (kindOf(content) !== 'object') return fault('', 'is no JSON object')
  const read = AtProfile.safeParse(content)
  if (!read.success) {
    const [issue] = read.error.issues
    const unknown = issue?.code === 'unrecognized_keys' ? issue.keys[0] : undefined
    const path = [...(issue?.path ?? []), ...(unknown === undefined ? [] : [unknown])]
    return fault(path.map(String).join('.'), unknown === undefined ? (issue?.message ?? '') : 'is not known')
  }
  if (`${read.data.name}.json` !== file)
    return fault('name', `must be "${file.replace(/\.json$/, '')}", as the file is named`)
  const { http, serial } = read.data.ways
  if (!http && !serial && !read.data.variants.some(({ ways }) => ways)) return fault('ways', 'needs http or serial')
  return { profile: read.data }
}

/** @throws nothing. The text of a file, which may be no JSON. */
export const readProfileText = (file: string, text: string): Reading => {
  try {
    return readProfile(file, JSON.parse(text.replace(/^\uFEFF/, '')))
  } catch (error) {
    return { fault: { file, field: '', detail: error instanceof Error ? error.message : String(error) } }
  }
}

/** The profile of one model: what its variant says replaces what the profile says; ways and codes are replaced one by one. */
export const forModel = (profile: AtProfile, model: string): Omit<AtProfile, 'variants'> => {
  const { variants, ...rest } = profile
  const found = variants.find(({ match }) => compilePattern(match).test(model))
  if (!found) return rest
  const { match: _, ways, codes, ...own } = found
  return { ...rest, ...own, ways: { ...rest.ways, ...ways }, codes: { ...rest.codes, ...codes } }
}
