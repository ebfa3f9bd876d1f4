import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { routes } from '../../electron/api/routes.ts'
import { optionTable } from '../../electron/options/table.ts'
import { errorCodes } from '../../shared/errors.ts'
import { flashTargets } from '../../shared/targets/index.ts'
import { withCampaignOptions } from './campaign-options.ts'

const page = (name: string): string => readFileSync(new URL(`../../docs/${name}.md`, import.meta.url), 'utf8')
const operatorApi = page('operator-api')
const bench = page('bench')

/** `GET/PATCH /products/{id}` as the calls it stands for. */
const callsIn = (markdown: string): Set<string> =>
  new Set(
    [
      ...markdown.matchAll(/\b((?:GET|POST|PUT|PATCH|DELETE)(?:\/(?:GET|POST|PUT|PATCH|DELETE))*) (\/[^\s`|]*)/g),
    ].flatMap(([, methods = '', path = '']) => methods.split('/').map((method) => `${method} ${path.split('?')[0]}`)),
  )

it('the documents of API and bench name every REST call, and none that is not served', () => {
  const served = routes.map(({ method, path }) => `${method} ${path}`)
  const named = new Set([...callsIn(operatorApi), ...callsIn(bench)])
  expect(served.filter((call) => !named.has(call))).toEqual([])
  expect([...named].filter((call) => !served.includes(call))).toEqual([])
})

it('the document of the API has every error code at its HTTP status', () => {
  const rows = operatorApi.match(/^\| \d{3} \|.*$/gm) ?? []
  const documented = Object.fromEntries(
    rows.flatMap((row) => [...row.matchAll(/`([A-Z0-9_]+)`/g)].map(([, code]) => [code, Number(row.slice(2, 5))])),
  )
  const known = Object.fromEntries(Object.entries(errorCodes).map(([code, { status }]) => [code, status]))
  expect(documented).toEqual(known)
})

it('the document of the API has every option of a campaign with values, default and condition', () => {
  expect(withCampaignOptions(operatorApi)).toBe(operatorApi)
})

it('the document of the API has every option with its variable', () => {
  const rows = operatorApi.split('\n').filter((line) => line.startsWith('| `--'))
  for (const { name, variable } of optionTable)
    expect(rows.filter((row) => row.startsWith(`| \`--${name}`) && row.includes(`\`${variable}\``))).toHaveLength(1)
})

it('the document of the bench has every target family with its options', () => {
  for (const target of flashTargets) expect(bench).toMatch(new RegExp(`^\\|[^|]*\`${target}\`[^|]*\\|`, 'm'))
})
