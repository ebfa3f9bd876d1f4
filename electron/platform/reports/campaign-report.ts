import { setImmediate as breathe } from 'node:timers/promises'
import type { Campaign, Job, ReportFormat } from '#shared/schema.ts'
import type { JobFilter } from '../campaigns/jobs/job-views.ts'
import { isoTime, type Page } from '../store/pagination.ts'
import type { PlatformContext } from '../store/platform-context.ts'
import { BYTE_ORDER_MARK, csvLine } from './csv.ts'
import { HTML_END, htmlHead, htmlRow, type ReasonCount, type ReportTexts, reasonOf } from './report-html.ts'

/** Jobs read at a time: a few milliseconds of the thread that serves devices (docs/product.md §6.2: at most 10 ms). */
const ROWS = 250
const FAILED_ROWS = 5000

interface Deps {
  readonly campaigns: { get(id: number): Campaign }
  readonly jobs: { ofCampaign(id: number, request: JobFilter): Page<Job> }
}

/** A report in preparation: its file name and its text, piece by piece. */
interface CampaignReport {
  readonly fileName: string
  readonly contentType: string
  readonly pieces: AsyncGenerator<string>
}

const contentTypes: Readonly<Record<ReportFormat, string>> = {
  csv: 'text/csv; charset=utf-8; header=present',
  json: 'application/json; charset=utf-8',
  html: 'text/html; charset=utf-8',
}

const COLUMNS = [
  'device',
  'module',
  'fromVersion',
  'toVersion',
  'state',
  'progress',
  'errorCode',
  'reason',
  'description',
  'attempt',
  'notifiedAt',
  'startedAt',
  'finishedAt',
  'artifact',
  'artifactSize',
  'artifactNote',
  'bytesSaved',
] as const

/**
 * Creates the report of a campaign. It reads in small pieces, so that a campaign of 100,000 devices blocks nothing. Explanations
 * use the language of the texts; codes and times (ISO 8601 UTC) of CSV and JSON are the same in every language. Throws NOT_FOUND
 * when the campaign does not exist.
 */
export const createCampaignReport = (
  { store, clock }: Pick<PlatformContext, 'store' | 'clock'>,
  { campaigns, jobs }: Deps,
) => {
  const failedAfter = store.sql.prepare<[number, number, number], { id: number; code: string | null }>(
    "SELECT id, error_code AS code FROM jobs WHERE campaign_id = ? AND state = 'failed' AND id > ? ORDER BY id LIMIT ?",
  )

  const reasonsOf = async (campaignId: number): Promise<ReasonCount[]> => {
    const counts = new Map<string, number>()
    for (let after = 0; ; ) {
      const rows = failedAfter.all(campaignId, after, FAILED_ROWS)
      for (const { code } of rows) counts.set(code ?? '', (counts.get(code ?? '') ?? 0) + 1)
      const last = rows.at(-1)
      if (!last || rows.length < FAILED_ROWS) break
      after = last.id
      await breathe()
    }
    return [...counts]
      .map(([errorCode, count]) => ({ errorCode, jobs: count }))
      .sort((a, b) => b.jobs - a.jobs || a.errorCode.localeCompare(b.errorCode))
  }

  async function* pagesOf(campaignId: number): AsyncGenerator<readonly Job[]> {
    for (let cursor: string | undefined; ; ) {
      const page = jobs.ofCampaign(campaignId, { limit: ROWS, cursor })
      yield page.items
      if (page.nextCursor === null) return
      cursor = page.nextCursor
      await breathe()
    }
  }

  async function* csv({ id }: Campaign, texts: ReportTexts): AsyncGenerator<string> {
    yield BYTE_ORDER_MARK + csvLine(COLUMNS)
    for await (const page of pagesOf(id)) {
      yield page
        .map((job) =>
          csvLine([
            job.deviceName,
            job.module,
            job.fromVersion,
            job.toVersion,
            job.state,
            job.progress,
            job.errorCode,
            reasonOf(job, texts),
            job.description,
            job.attempt,
            job.notifiedAt,
            job.startedAt,
            job.finishedAt,
            job.artifact,
            job.artifactSize,
            job.artifactNote,
            job.bytesSaved,
          ]),
        )
        .join('')
    }
  }

  async function* json(campaign: Campaign): AsyncGenerator<string> {
    const madeAt = isoTime(clock.now())
    const reasons = await reasonsOf(campaign.id)
    yield `{"madeAt":${JSON.stringify(madeAt)},"campaign":${JSON.stringify(campaign)},"reasons":${JSON.stringify(reasons)},"jobs":[`
    let between = ''
    for await (const page of pagesOf(campaign.id)) {
      if (page.length === 0) continue
      yield between + page.map((job) => JSON.stringify(job)).join(',\n')
      between = ',\n'
    }
    yield ']}\n'
  }

  async function* html(campaign: Campaign, texts: ReportTexts): AsyncGenerator<string> {
    yield htmlHead(campaign, await reasonsOf(campaign.id), { texts, madeAt: isoTime(clock.now()) })
    for await (const page of pagesOf(campaign.id)) yield page.map((job) => htmlRow(job, texts)).join('')
    yield HTML_END
  }

  return (id: number, format: ReportFormat, texts: ReportTexts): CampaignReport => {
    const campaign = campaigns.get(id)
    const makers = { csv, json, html }
    return {
      fileName: `campaign-${id}-${fileWord(campaign.name)}.${format}`,
      contentType: contentTypes[format],
      pieces: makers[format](campaign, texts),
    }
  }
}

/** Makes a name usable in a file name on any operating system. */
const fileWord = (name: string): string =>
  name.replace(/[^\p{L}\p{N}._-]+/gu, '-').replace(/^[-.]+|[-.]+$/g, '') || 'report'
