import { mkdtempSync, rmSync } from 'node:fs'
import { open } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { describe, expect, it, onTestFinished } from 'vitest'
import type { Package, Product, StationInfo } from '#shared/schema.ts'
import { hasChromium, needsChromium, openScreen } from './browser.ts'
import { startStationOn } from './process.ts'

/** Overwrites bytes in the middle of a file. */
const overwrite = async (path: string, at: number, bytes: Buffer): Promise<void> => {
  await using file = await open(path, 'r+')
  await file.write(bytes, 0, bytes.length, at)
}

describe.skipIf(!hasChromium)(`what needs a person, before there is a campaign${needsChromium}`, () => {
  it('names a damaged package and a damaged database, and leads to where each is mended', async () => {
    const directory = mkdtempSync(join(tmpdir(), 'attention-'))
    onTestFinished(() => rmSync(directory, { recursive: true, force: true }))
    const station = await startStationOn(directory, '--no-tls')
    const product = await station.call<Product>('POST', '/products', { name: 'Meter', protocol: 'sagoo' })
    const upload = await station.upload('meter.bin', Buffer.alloc(20_000, 5))
    const pack = await station.call<Package>('POST', '/packages', {
      productId: product.id,
      name: 'Meter',
      version: '2.0',
      uploads: [upload],
    })
    const { page, picture, faults } = await openScreen(station.ready.ui)
    await page.getByTestId('connect-card').waitFor()
    expect(await page.getByTestId('attention').count()).toBe(0)

    const sha256 = pack.files[0]?.sha256 ?? ''
    await overwrite(join(directory, 'blobs', sha256.slice(0, 2), sha256), 100, Buffer.from('x'))
    await station.call('POST', `/packages/${pack.id}/check`)
    await page.getByTestId('attention-damaged').getByText('Meter 2.0').waitFor()

    const database = join(directory, 'ota-bench.sqlite')
    const sql = new Database(database)
    const root = Number(
      sql.prepare(`SELECT rootpage FROM sqlite_schema WHERE name = 'job_events_by_job'`).pluck().get(),
    )
    sql.pragma('wal_checkpoint(TRUNCATE)')
    sql.close()
    await overwrite(database, (root - 1) * 4096, Buffer.alloc(4096, 0xee))
    await expect(station.call('GET', '/backup')).rejects.toThrow(/DATABASE_DAMAGED/)
    expect((await station.call<StationInfo>('GET', '/station')).databaseDamage).toMatchObject({
      file: 'ota-bench.sqlite',
    })
    await page.reload()
    const row = page.getByTestId('attention-database')
    await row.getByText('“备份与恢复”').waitFor()
    await picture('attention-zh')
    await page.getByTestId('language-switch').click()
    await row.getByText('Restore a backup in Settings').waitFor()
    await page.setViewportSize({ width: 1920, height: 1080 })
    await picture('attention-en')
    await row.getByRole('button').click()
    await page.getByText('Backup and restore').waitFor()
    expect(faults).toEqual([])
  })
})
