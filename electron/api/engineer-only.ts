/**
 * Whether a call is for engineers alone while a PIN is set: what changes recipes, slots and settings, or takes away what a
 * recipe is made of. Changing the PIN proves the present one itself. Everything that is not named stays open to operators.
 */
type Rule = true | ((input: unknown) => boolean)

/** Operators choose what a line flashes and who works at it; whatever else a line has is the engineer's. */
const openOfLine: ReadonlySet<string> = new Set(['id', 'recipeId', 'operator'])
const changesMoreThanRecipe = (input: unknown): boolean =>
  typeof input !== 'object' || input === null || Object.keys(input).some((field) => !openOfLine.has(field))

export const engineerOnly: Readonly<Record<string, Rule>> = {
  'station.updateSettings': true,
  'products.remove': true,
  'packages.remove': true,
  'bench.createLine': true,
  'bench.updateLine': changesMoreThanRecipe,
  'bench.removeLine': true,
  'bench.learn': true,
  'bench.createRecipe': true,
  'bench.updateRecipe': true,
  'bench.copyRecipe': true,
  'bench.removeRecipe': true,
  'bench.importRecipe': true,
  'bench.startDemo': true,
  'bench.stopDemo': true,
}

/** @param action a procedure's name, `bench.createLine`. */
export const isForEngineers = (action: string, input: unknown): boolean => {
  const rule = Object.hasOwn(engineerOnly, action) ? engineerOnly[action] : undefined
  return typeof rule === 'function' ? rule(input) : rule === true
}
