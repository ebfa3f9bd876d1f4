import { DomainError } from '#shared/errors.ts'
import { rulePhrase } from '#shared/phrase.ts'
import type { RecipeContent } from '../../platform/store/bench-tables.ts'
import type { RecipeWish } from '../families/family.ts'
import type { Problem } from '../images/image-rules.ts'
import type { BenchOptions } from './bench-context.ts'

type Host = Pick<BenchOptions, 'family' | 'tools'>
type Content = Pick<RecipeContent, 'target' | 'options'> & { readonly images: RecipeWish['images'] }

/** What a recipe asks its station for; undefined for options that an older station accepted and this one cannot read. */
const wishOf = ({ family }: Host, { target, options, images }: Content): RecipeWish | undefined => {
  const read = family(target).facts.options.safeParse(options)
  return read.success ? { options: read.data, images } : undefined
}

/** Names of what a recipe needs and this station does not have. */
export const missingNeeds = (host: Host, content: Content): string[] => {
  const wish = wishOf(host, content)
  const lacks = wish && host.family(content.target).needs?.lacks(wish, host.tools)
  return lacks ? [lacks.name] : []
}

/** Checks options that name something of this station. @throws INVALID_FIELD naming the option. */
export const refuseForeignOptions = (host: Host, content: Content): void => {
  const wish = wishOf(host, content)
  const refuses = wish && host.family(content.target).needs?.refuses(wish, host.tools)
  if (refuses)
    throw new DomainError('INVALID_FIELD', { field: `options.${refuses.option}`, rule: rulePhrase(refuses.rule) })
}

/** Everything that keeps a run of the recipe from starting here, besides its images. */
export const needProblems = async (host: Host, content: Content): Promise<readonly Problem[]> => {
  const wish = wishOf(host, content)
  return (wish && (await host.family(content.target).needs?.check(wish, host.tools))) ?? []
}
