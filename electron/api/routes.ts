import { isContractProcedure } from '@orpc/contract'
import { z } from 'zod'
import { contract } from '#shared/contract.ts'
import { besideTheContract } from './raw-routes.ts'

/** One REST call: its method, its path with `{places}`, and the query parameters it accepts. */
export interface Route {
  readonly method: string
  readonly path: string
  readonly query: ReadonlySet<string>
}

const placesOf = (path: string): string[] => [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name ?? '')

/**
 * Query parameters of the calls outside of the contract: a device list as a plain file names its product there, a table its language, a
 * file its purpose.
 */
const queryBeside: Readonly<Record<string, readonly string[]>> = {
  'POST /devices/import': ['productId'],
  'GET /bench/report': ['lang'],
}

const fromContract = Object.values(contract).flatMap((room) =>
  Object.values(room).flatMap((procedure: unknown): Route[] => {
    if (!isContractProcedure(procedure)) return []
    const { route, inputSchema } = procedure['~orpc']
    const { method = 'POST', path } = route
    if (path === undefined) return []
    const fields = inputSchema instanceof z.ZodObject ? Object.keys(inputSchema.shape) : []
    const places = placesOf(path)
    const inQuery = method === 'GET' || method === 'DELETE' ? fields.filter((field) => !places.includes(field)) : []
    return [{ method, path, query: new Set([...inQuery, ...(queryBeside[`${method} ${path}`] ?? [])]) }]
  }),
)

const beside = Object.entries(besideTheContract).flatMap(([path, operations]) =>
  Object.entries<{ readonly parameters: readonly { readonly name: string; readonly in: string }[] }>(operations).map(
    ([method, { parameters }]): Route => {
      const inQuery = parameters.filter((parameter) => parameter.in === 'query').map((parameter) => parameter.name)
      return { method: method.toUpperCase(), path, query: new Set(inQuery) }
    },
  ),
)

const unlisted = ['/openapi.json', '/docs'].map((path): Route => ({ method: 'GET', path, query: new Set() }))

/** All REST calls. */
export const routes: readonly Route[] = [...fromContract, ...beside, ...unlisted]

const matchers = routes.map((route) => ({
  route,
  pattern: new RegExp(`^${route.path.replace(/[.]/g, '[.]').replace(/\{\w+\}/g, '([^/]+)')}$`),
}))

/**
 * The call for a method and a path (below the API's prefix), or, where only other methods serve the path, those methods.
 * `places` are the path's values as they were sent.
 */
export const findRoute = (
  method: string,
  path: string,
): { readonly route?: Route; readonly places: readonly string[]; readonly allow: readonly string[] } => {
  const found = matchers.flatMap(({ route, pattern }) => {
    const match = pattern.exec(path)
    return match ? [{ route, places: match.slice(1) }] : []
  })
  // A literal path wins over one with places: `preview` in /campaigns/preview is no id.
  const fewest = Math.min(...found.map(({ places }) => places.length))
  const exact = found.filter(({ places }) => places.length === fewest)
  const best = exact.find(({ route }) => route.method === method)
  const methods = new Set(exact.map(({ route }) => route.method))
  if (methods.has('GET')) methods.add('HEAD')
  return { ...best, places: best?.places ?? [], allow: [...methods].sort() }
}
