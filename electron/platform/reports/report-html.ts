import { filledReason, isJobReason, stepReasons } from '#shared/reasons.ts'
import type { Campaign, Job, JobCounts } from '#shared/schema.ts'
import { jobStates } from '#shared/states/job.ts'
import type { Texts } from '#shared/texts/index.ts'

/** What a report needs: texts and times. */
export type ReportTexts = Pick<Texts, 'language' | 'campaignReport' | 'states' | 'artifactNotes' | 'jobReasons'>

/** The number of jobs that failed for a reason. */
export interface ReasonCount {
  readonly errorCode: string
  readonly jobs: number
}

const deviceReasons: readonly string[] = Object.values(stepReasons)

const marks: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' }
const inText = (text: string): string => text.replace(/[&<>"']/g, (mark) => marks[mark] ?? mark)

/** A4 (210 x 297 mm), black on white; the page loads no resources and runs no scripts. */
const STYLE = `@page{size:A4;margin:14mm 12mm}
body{font:10.5pt/1.5 "Noto Sans CJK SC","Noto Sans SC",system-ui,"PingFang SC","Microsoft YaHei",sans-serif;color:#17202b;background:#fff;margin:0 auto;max-width:186mm;padding:8mm 0}
h1{font-size:18pt;margin:0 0 1mm}h2{font-size:12pt;margin:7mm 0 2mm;break-after:avoid}
p{margin:0;color:#5f6c7f}dl{display:grid;grid-template-columns:repeat(2,max-content 1fr);gap:1mm 5mm;margin:5mm 0 0}dt{color:#5f6c7f}dd{margin:0;overflow-wrap:anywhere}
table{width:100%;border-collapse:collapse;font-size:9pt}th,td{text-align:left;vertical-align:top;padding:1mm 2mm 1mm 0;border-bottom:.2mm solid #d0d6de;overflow-wrap:anywhere}
th{font-weight:600;color:#5f6c7f;white-space:nowrap}thead{display:table-header-group}tr{break-inside:avoid}.n{text-align:right;white-space:nowrap}.t{white-space:nowrap}
@media print{body{max-width:none;padding:0}}`

const two = (value: number): string => String(value).padStart(2, '0')
/** `2026-11-21 09:30:05` in the station's own time. */
const timeOf = (iso: string): string => {
  const at = new Date(iso)
  return `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())} ${two(at.getHours())}:${two(at.getMinutes())}:${two(at.getSeconds())}`
}

const bytesOf = (bytes: number): string => {
  const units = ['B', 'KB', 'MB', 'GB', 'TB']
  const step = bytes < 1024 ? 0 : Math.min(4, Math.floor(Math.log2(bytes) / 10))
  return `${Number((bytes / 1024 ** step).toFixed(1))} ${units[step]}`
}

/** The success rate of the jobs that ended by themselves; undefined while none has. */
const successRate = ({ succeeded, failed }: JobCounts): string | undefined =>
  succeeded + failed === 0 ? undefined : `${Number(((succeeded / (succeeded + failed)) * 100).toFixed(1))}%`

/** The text of a reason; its placeholders are filled with what the job recorded: a version, a campaign. */
export const reasonOf = (
  { errorCode, description }: Pick<Job, 'errorCode' | 'description'>,
  { jobReasons }: ReportTexts,
) =>
  errorCode === null
    ? null
    : (filledReason(jobReasons, errorCode, {
        version: description ?? '…',
        campaign: description ?? '…',
        model: description ?? '…',
      }) ?? errorCode)

/** The message reported by the device; shown inside our explanation when that has a place for it. */
const wordsOf = ({ errorCode, description }: Job): string =>
  errorCode !== null && isJobReason(errorCode) && !deviceReasons.includes(errorCode) ? '' : (description ?? '')

/** The page up to the rows of its device table. @param madeAt ISO 8601 */
export const htmlHead = (
  campaign: Campaign,
  reasons: readonly ReasonCount[],
  { texts, madeAt }: { readonly texts: ReportTexts; readonly madeAt: string },
): string => {
  const { campaignReport: t, states } = texts
  const time = (iso: string | null): string => (iso === null ? t.none : timeOf(iso))
  const facts: readonly (readonly [string, string])[] = [
    [t.package, `${campaign.packageName} · ${campaign.toVersion}`],
    [t.product, campaign.productName],
    [t.kind, t.kinds[campaign.kind]],
    [t.module, campaign.module],
    [t.status, states.campaign[campaign.status]],
    [t.created, time(campaign.createdAt)],
    [t.successRate, successRate(campaign.counts) ?? t.none],
    [t.started, time(campaign.startedAt)],
    [t.downloaded, bytesOf(campaign.bytesServed)],
    ...(campaign.mode === 'full' ? [] : [[t.saved, bytesOf(campaign.bytesSaved)] as const]),
    [t.finished, time(campaign.finishedAt)],
  ]
  const cells = (values: readonly (string | number)[]): string =>
    values.map((value) => `<td${typeof value === 'number' ? ' class="n"' : ''}>${inText(String(value))}</td>`).join('')
  const table = (heads: readonly string[], rows: readonly (readonly (string | number)[])[]): string =>
    `<table><thead><tr>${heads.map((head) => `<th>${inText(head)}</th>`).join('')}</tr></thead><tbody>${rows
      .map((row) => `<tr>${cells(row)}</tr>`)
      .join('')}</tbody></table>`
  const groups =
    campaign.groups.length > 1
      ? `<h2>${t.groups}</h2>${table(
          [t.group, t.status, t.devices, states.job.succeeded, states.job.failed, t.successRate],
          campaign.groups.map((group) => [
            group.kind === 'rest' ? t.rest : group.name,
            t.groupStatuses[group.status],
            group.size,
            group.counts.succeeded,
            group.counts.failed,
            successRate(group.counts) ?? t.none,
          ]),
        )}`
      : ''
  const why =
    reasons.length > 0
      ? `<h2>${t.reasons}</h2>${table(
          [t.reason, t.devices],
          reasons.map(({ errorCode, jobs }) => [reasonOf({ errorCode, description: null }, texts) ?? '', jobs]),
        )}`
      : ''
  return `<!doctype html>
<html lang="${texts.language.locale}"><head><meta charset="utf-8"><title>${inText(`${t.title} · ${campaign.name}`)}</title><style>${STYLE}</style></head><body>
<h1>${inText(campaign.name)}</h1><p>${t.title} · ${t.made} ${timeOf(madeAt)}</p>
<dl>${facts.map(([name, value]) => `<dt>${name}</dt><dd>${inText(value)}</dd>`).join('')}</dl>
<h2>${t.counts}</h2>${table(
    jobStates.map((state) => states.job[state]),
    [jobStates.map((state) => String(campaign.counts[state]))],
  )}${groups}${why}
<h2>${t.devices}</h2><table><thead><tr>${[
    t.device,
    t.from,
    t.to,
    t.state,
    t.sent,
    t.reason,
    t.words,
    t.attempt,
    t.ended,
  ]
    .map((head) => `<th>${inText(head)}</th>`)
    .join('')}</tr></thead><tbody>
`
}

/** The artifact that the device was notified of, and the reason for it when there is one. */
const sentTo = (job: Job, texts: ReportTexts): string => {
  const { campaignReport: t } = texts
  if (job.notifiedAt === null || job.artifact === null) return t.none
  const what = `${t.artifacts[job.artifact]} · ${bytesOf(job.artifactSize ?? 0)}`
  return job.artifactNote === null ? what : `${what} · ${texts.artifactNotes[job.artifactNote]}`
}

/** The table row of one device. */
export const htmlRow = (job: Job, texts: ReportTexts): string => {
  const { campaignReport: t } = texts
  const values = [
    job.deviceName,
    job.fromVersion ?? t.none,
    job.toVersion,
    texts.states.job[job.state],
    sentTo(job, texts),
    reasonOf(job, texts) ?? '',
    wordsOf(job),
  ]
  return `<tr>${values.map((value) => `<td>${inText(value)}</td>`).join('')}<td class="n">${job.attempt}</td><td class="t">${
    job.finishedAt === null ? t.none : timeOf(job.finishedAt)
  }</td></tr>\n`
}

export const HTML_END = '</tbody></table></body></html>\n'
