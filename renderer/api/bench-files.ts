import type { Language } from '#shared/languages.ts'
import { client } from './client.ts'
import { saveFile } from './report.ts'

/**
 * Saves a recipe with its files as one archive for another station; uses the open connection, because the desktop window has no other.
 * @throws as any call.
 */
export const saveRecipe = async (id: number): Promise<void> => {
  const parts: BlobPart[] = []
  let fileName = `recipe-${id}.otarecipe`
  for await (const piece of await client.bench.exportRecipe({ id })) {
    fileName = piece.fileName
    parts.push(Uint8Array.from(atob(piece.base64), (character) => character.charCodeAt(0)))
  }
  saveFile(fileName, parts, 'application/x-tar')
}

/** Saves unit records with what was measured as a table, piece by piece. @throws as any call. */
export const saveRecords = async (
  filter: Parameters<typeof client.bench.exportRecords>[0] & object,
  language: Language,
): Promise<void> => {
  const parts: BlobPart[] = []
  let name = 'unit-records.csv'
  for await (const { fileName, text } of await client.bench.exportRecords({ ...filter, language })) {
    name = fileName
    parts.push(text)
  }
  saveFile(name, parts, 'text/csv;charset=utf-8')
}

/** Saves the yield report as a table. @throws as any call. */
export const saveBenchReport = async (
  query: Parameters<typeof client.bench.reportText>[0] & object,
  language: Language,
): Promise<void> => {
  const { fileName, text } = await client.bench.reportText({ ...query, format: 'csv', language })
  saveFile(fileName, [text], 'text/csv;charset=utf-8')
}
