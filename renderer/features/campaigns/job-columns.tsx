import type { Language } from '#shared/languages.ts'
import type { Job } from '#shared/schema.ts'
import { isOpenJob } from '#shared/states/job.ts'
import { texts } from '#shared/texts/index.ts'
import { MarkAll, MarkBox, type Selection } from '../../components/selection.tsx'
import { StateWord } from '../../components/state-label.tsx'
import { jobLooks } from '../../components/tones.ts'
import { useNow } from '../../components/use-now.ts'
import type { Column } from '../../components/virtual-table.tsx'
import { formatDuration } from '../../i18n/format.ts'
import type { Translate } from '../../i18n/i18n.ts'
import { artifactText, filled, type NoteContext, noteText, stateText } from './job-text.ts'

const JobDuration = ({ since }: { since: number }) => formatDuration(useNow() - since)

/** From the notice (or the first byte) to the end; updated every second while the job is open. */
const Duration = ({ job }: { job: Job }) => {
  const from = job.notifiedAt ?? job.startedAt
  if (from === null || job.state === 'skipped') return <span className="secondary">—</span>
  const since = Date.parse(from)
  if (isOpenJob(job.state)) return <JobDuration since={since} />
  return job.finishedAt === null ? '—' : formatDuration(Date.parse(job.finishedAt) - since)
}

/** Columns of the live table; the same array while language and campaign stay the same. */
export const jobColumns = (
  t: Translate,
  language: Language,
  campaign: NoteContext,
  { selection, listed }: { selection: Selection; listed: () => readonly number[] },
): Column<Job>[] => [
  {
    key: 'mark',
    title: <MarkAll selection={selection} ids={listed} label={t('campaigns.rollout.selectAll')} />,
    width: '18px',
    render: (job) => (
      <MarkBox
        selection={selection}
        id={job.deviceId}
        label={t('campaigns.rollout.select', { name: job.deviceName })}
      />
    ),
  },
  {
    key: 'device',
    title: t('campaigns.live.columns.device'),
    width: 'minmax(130px, 1.1fr)',
    render: (job) => <span className="strong">{job.deviceName}</span>,
  },
  {
    key: 'version',
    title: t('campaigns.live.columns.version'),
    width: 'minmax(120px, 1fr)',
    render: (job) => `${job.fromVersion ?? '?'} → ${job.toVersion}`,
  },
  {
    key: 'progress',
    title: t('campaigns.live.columns.progress'),
    width: 'minmax(200px, 3.4fr)',
    render: (job) => {
      const note = noteText(job, campaign, t, language)
      return (
        <div className="job-progress" data-tone={jobLooks[job.state].tone}>
          <div className="bar">
            <i style={{ width: `${filled(job)}%` }} />
          </div>
          {note !== undefined && (
            <span className="job-note" title={note}>
              {note}
            </span>
          )}
        </div>
      )
    },
  },
  {
    key: 'state',
    title: t('campaigns.live.columns.state'),
    width: 'minmax(176px, 1.15fr)',
    render: (job) => <StateWord look={jobLooks[job.state]}>{stateText(job, t, language)}</StateWord>,
  },
  {
    key: 'package',
    title: t('campaigns.live.columns.package'),
    width: 'minmax(112px, 0.8fr)',
    render: (job) => (
      <>
        <span className="cell-two" data-artifact={job.artifact ?? 'none'}>
          {artifactText(job, t, language)}
        </span>
        {job.artifactNote !== null && (
          <span className="cell-two job-note" title={texts[language].artifactNotes[job.artifactNote]}>
            {t(`deltas.live.notes.${job.artifactNote}`)}
          </span>
        )}
      </>
    ),
  },
  {
    key: 'duration',
    title: t('campaigns.live.columns.duration'),
    width: '58px',
    align: 'right',
    render: (job) => <Duration job={job} />,
  },
]
