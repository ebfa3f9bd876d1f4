// Appends to the migrations what the tables of today lack (npm run migration).
import { readFileSync, writeFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { appendMigration } from './append-migration.ts'
import { missingMigration } from './next-migration.ts'

const FILE = resolve(import.meta.dirname, '../../../electron/platform/store/migrations.ts')

const print = (text: string) => process.stdout.write(`${text}\n`)
const { statements, byHand } = missingMigration()
const list = statements.map((statement) => `${statement};`).join('\n')
if (byHand.length > 0) {
  print(`Append this step to ${FILE} by hand, because existing rows may contradict it:\n\n${byHand.join('\n')}`)
  if (list) print(`\nIts other statements:\n\n${list}`)
  process.exitCode = 1
} else if (statements.length === 0) {
  print('The migrations make the tables of today; there is nothing to write.')
} else {
  writeFileSync(FILE, appendMigration(readFileSync(FILE, 'utf8'), statements))
  print(`Appended to ${FILE}:\n\n${list}`)
}
