import { AtFotaOptions } from '#shared/targets/at-fota.ts'
import { refusal } from '../../images/image-rules.ts'
import type { FamilyNeeds, RecipeWish } from '../family.ts'

const optionsOf = ({ options }: RecipeWish): AtFotaOptions => AtFotaOptions.parse(options)

/** A recipe needs the profile that it names, and the way in it. */
export const atFotaNeeds: FamilyNeeds = {
  lacks(wish, { atProfiles }) {
    const { profile } = optionsOf(wish)
    return atProfiles.find(profile) ? undefined : { option: 'profile', name: profile }
  },

  refuses: (wish, { atProfiles }) =>
    atProfiles.find(optionsOf(wish).profile) ? undefined : { option: 'profile', rule: 'atProfileKnown' },

  check(wish, { atProfiles }) {
    const { profile: name, way } = optionsOf(wish)
    const found = atProfiles.find(name)
    const of = () => {
      if (!found) return [refusal('AT_PROFILE_UNKNOWN', { profile: name })]
      if (found.fault) return [refusal('AT_PROFILE_FAULT', { ...found.fault, field: found.fault.field || '—' })]
      const { ways, variants } = found.profile
      const has = ways[way] !== undefined || variants.some((variant) => variant.ways?.[way] !== undefined)
      return has ? [] : [refusal('AT_NO_WAY', { profile: name, model: found.profile.modules, way })]
    }
    return Promise.resolve([
      ...of(),
      ...(wish.images.length > 1 ? [refusal('AT_ONE_PACKAGE', { count: wish.images.length })] : []),
    ])
  },
}
