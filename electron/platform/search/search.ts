import type { SearchItem, SearchKind } from '#shared/schema.ts'
import { containing } from '../store/pagination.ts'
import type { PlatformContext } from '../store/platform-context.ts'
import { keyOf, searchKey } from './key.ts'
import { inPieces, namesInPieces } from './pieces.ts'

/** Results of a kind. */
const LIMIT = 10
/** Records without a unit are read from rows with logs, so only the newest. */
const NAMELESS_RECORDS = 20_000

type Found = Omit<SearchItem, 'kind'>
type Range = [pattern: string, upTo: number, above: number, limit: number]

const LIKE = "LIKE ? ESCAPE '\\'"
const RANGE = 'id <= ? AND id > ? ORDER BY id DESC LIMIT ?'

/** What the station knows under a part of a name, at most ten of each kind, newest first. */
export const createSearch = ({ store: { sql } }: Pick<PlatformContext, 'store'>) => {
  const names = (source: string) => sql.prepare<Range, string>(source).pluck()
  const small = (source: string) => sql.prepare<string[], Found>(source)
  const ofRow = (source: string) => sql.prepare<[string], Found>(source)

  const lastOf = (table: string) => sql.prepare<[], number | null>(`SELECT max(id) FROM ${table}`).pluck()
  const last = {
    serials: lastOf('bench_serials'),
    devices: lastOf('devices'),
    records: lastOf('bench_records'),
  }

  const numbered = names(`SELECT unit FROM bench_serials WHERE ${keyOf('serial')} ${LIKE} AND ${RANGE}`)
  const named = names(`SELECT CAST(id AS TEXT) FROM devices WHERE ${keyOf('name')} ${LIKE} AND ${RANGE}`)
  const nameless = names(
    `SELECT CAST(id AS TEXT) FROM bench_records WHERE unit IS NULL AND ${keyOf('serial')} ${LIKE} AND ${RANGE}`,
  )
  const otherNames = sql
    .prepare<[string, number], string>(`SELECT unit FROM bench_unit_names WHERE ${keyOf('name')} ${LIKE} LIMIT ?`)
    .pluck()
  const recorded = sql
    .prepare<[string, number], string>('SELECT DISTINCT unit FROM bench_records WHERE unit > ? ORDER BY unit LIMIT ?')
    .pluck()
  const labelled = sql
    .prepare<[string, number], string>('SELECT DISTINCT unit FROM bench_serials WHERE unit > ? ORDER BY unit LIMIT ?')
    .pluck()

  const serialOf = sql
    .prepare<[string], string>('SELECT serial FROM bench_serials WHERE unit = ? AND retired_at IS NULL LIMIT 1')
    .pluck()
  const recordsOf = sql
    .prepare<[string, number], string>(
      'SELECT CAST(id AS TEXT) FROM bench_records WHERE unit = ? ORDER BY id DESC LIMIT ?',
    )
    .pluck()
  const device = ofRow(`
    SELECT CAST(d.id AS TEXT) id, d.name title, p.name detail FROM devices d JOIN products p ON p.id = d.product_id WHERE d.id = ?`)
  const record = ofRow(`
    SELECT CAST(id AS TEXT) id, coalesce(serial, unit, '') title, recipe_name || ' · ' || line_name || ' · ' || slot_label detail
    FROM bench_records WHERE id = ?`)

  const packages = small(`
    SELECT CAST(k.id AS TEXT) id, k.name title, p.name || ' · ' || k.module || ' · ' || k.version detail
    FROM packages k JOIN products p ON p.id = k.product_id
    WHERE ${keyOf('k.name')} ${LIKE} OR ${keyOf('k.version')} ${LIKE} ORDER BY k.id DESC LIMIT ${LIMIT}`)
  const campaigns = small(`
    SELECT CAST(c.id AS TEXT) id, c.name title, k.name || ' · ' || k.version detail
    FROM campaigns c JOIN packages k ON k.id = c.package_id
    WHERE ${keyOf('c.name')} ${LIKE} ORDER BY c.id DESC LIMIT ${LIMIT}`)
  const recipes = small(`
    SELECT CAST(r.id AS TEXT) id, r.name title, coalesce(p.name, '') detail
    FROM bench_recipes r LEFT JOIN products p ON p.id = r.product_id
    WHERE ${keyOf('r.name')} ${LIKE} ORDER BY r.id DESC LIMIT ${LIMIT}`)

  const unitsOf = async (key: string, pattern: string, signal: AbortSignal | undefined): Promise<string[]> => {
    const found = new Set(
      await inPieces({
        last: last.serials.get() ?? 0,
        limit: LIMIT,
        read: (...range) => numbered.all(pattern, ...range),
        signal,
      }),
    )
    for (const unit of otherNames.all(pattern, LIMIT)) found.add(unit)
    const matches = (unit: string): boolean => searchKey(unit).includes(key)
    for (const statement of [recorded, labelled])
      if (found.size < LIMIT)
        for (const unit of await namesInPieces((...range) => statement.all(...range), {
          matches,
          limit: LIMIT,
          signal,
        }))
          found.add(unit)
    return [...found].slice(0, LIMIT)
  }

  const unit = (id: string): Found => {
    const serial = serialOf.get(id)
    return { id, title: serial ?? id, detail: serial === undefined ? '' : id }
  }

  /**
   * Everything whose name contains the text; case, colons, hyphens and blanks do not count.
   * @throws the signal's reason when the caller has gone.
   */
  return async (q: string, signal?: AbortSignal): Promise<SearchItem[]> => {
    const key = searchKey(q)
    if (key === '') return []
    const pattern = containing(key)
    const of = (kind: SearchKind, found: readonly Found[]): SearchItem[] => found.map((item) => ({ kind, ...item }))
    const rows = (statement: ReturnType<typeof ofRow>, ids: readonly string[]): Found[] =>
      ids.flatMap((id) => statement.get(id) ?? [])

    const units = await unitsOf(key, pattern, signal)
    const devices = await inPieces({
      last: last.devices.get() ?? 0,
      limit: LIMIT,
      read: (...range) => named.all(pattern, ...range),
      signal,
    })
    const without = await inPieces({
      last: last.records.get() ?? 0,
      limit: LIMIT,
      read: (...range) => nameless.all(pattern, ...range),
      rows: NAMELESS_RECORDS,
      signal,
    })
    const records = [...new Set([...units.flatMap((id) => recordsOf.all(id, LIMIT)), ...without])]
      .sort((a, b) => Number(b) - Number(a))
      .slice(0, LIMIT)
    return [
      ...of('unit', units.map(unit)),
      ...of('device', rows(device, devices)),
      ...of('package', packages.all(pattern, pattern)),
      ...of('campaign', campaigns.all(pattern)),
      ...of('recipe', recipes.all(pattern)),
      ...of('record', rows(record, records)),
    ]
  }
}
