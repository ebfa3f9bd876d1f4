import { CopyOutlined, PauseOutlined, PlayCircleOutlined, RedoOutlined } from '@ant-design/icons'
import { Button } from 'antd'
import { useState } from 'react'
import type { Campaign } from '#shared/schema.ts'
import { openCampaignStatuses } from '#shared/states/campaign.ts'
import { isOneOf } from '#shared/states/transition-table.ts'
import { client } from '../../api/client.ts'
import { endedOf, totalOf } from '../../components/segments.tsx'
import { useAct } from '../../components/use-action.ts'
import { useConfirm } from '../../components/use-confirm.tsx'
import { useFollowed } from '../../components/use-followed.ts'
import { formatDateTime } from '../../i18n/format.ts'
import { useLanguage, useTexts } from '../../i18n/i18n.ts'
import { showCampaign } from '../../live/live-store.ts'
import { ExportMenu } from './export-menu.tsx'
import { CloneModal } from './rollout/clone-modal.tsx'

/** The planned start of a campaign that a restore paused before it started; undefined for any other. */
const startOfWaiting = ({ startAt, groups }: Campaign): string | undefined =>
  startAt !== null && groups.every(({ openedAt }) => openedAt === null) ? startAt : undefined

const isOpen = ({ status }: Campaign): boolean =>
  isOneOf(openCampaignStatuses, status as (typeof openCampaignStatuses)[number])

/** The actions for the whole campaign in its status. */
export const CampaignActions = ({ campaign }: { campaign: Campaign }) => {
  const t = useTexts()
  const language = useLanguage()
  const act = useAct()
  const ask = useConfirm()
  const [busy, setBusy] = useState(false)
  const [cloning, setCloning] = useState(false)
  const { id, status, counts, name } = campaign
  const open = isOpen(campaign)
  const followed = useFollowed(campaign)

  const run = async (action: () => Promise<Campaign>, done: string) => {
    setBusy(true)
    const changed = await act(action, done)
    if (changed !== undefined) showCampaign(changed)
    setBusy(false)
  }
  const resume = (done: string) => run(() => client.campaigns.resume({ id }), done)
  const retry = async () => {
    setBusy(true)
    await act(
      async () => {
        const { retried } = await client.campaigns.retryFailed({ id })
        showCampaign(await client.campaigns.get({ id }))
        return retried
      },
      t('campaigns.actions.retried', { count: counts.failed }),
    )
    setBusy(false)
  }

  return (
    <>
      {counts.failed > 0 && status !== 'cancelled' && (
        <Button icon={<RedoOutlined />} disabled={busy} onClick={retry} data-testid="campaign-retry-failed">
          {t('campaigns.actions.retryFailed', { count: counts.failed })}
        </Button>
      )}
      {status === 'scheduled' && (
        <Button
          type="primary"
          icon={<PlayCircleOutlined />}
          disabled={busy}
          data-testid="campaign-start-now"
          onClick={() =>
            ask({
              title: t('campaigns.actions.startTitle', { name }),
              hint: t('campaigns.actions.startHint'),
              confirm: t('campaigns.actions.startNow'),
              keep: t('cancel'),
              danger: false,
              act: () => run(() => client.campaigns.start({ id }), t('campaigns.actions.started')),
            })
          }
        >
          {t('campaigns.actions.start')}
        </Button>
      )}
      {status === 'running' && (
        <Button
          icon={<PauseOutlined />}
          disabled={busy}
          onClick={() => run(() => client.campaigns.pause({ id }), t('campaigns.actions.paused'))}
          data-testid="campaign-pause"
        >
          {t('campaigns.actions.pause')}
        </Button>
      )}
      {status === 'paused' && (
        <Button
          type="primary"
          icon={<PlayCircleOutlined />}
          disabled={busy}
          onClick={() => {
            const startsAt = startOfWaiting(campaign)
            if (startsAt === undefined) return resume(t('campaigns.actions.resumed'))
            const when = formatDateTime(startsAt, language)
            // The station's clock decides in the end; the answer shows the result.
            if (Date.parse(startsAt) > Date.now()) return resume(t('campaigns.actions.scheduledAgain', { when }))
            ask({
              title: t('campaigns.actions.resumeTitle', { name }),
              hint: t('campaigns.actions.resumeLate', { when }),
              confirm: t('campaigns.actions.startNow'),
              keep: t('cancel'),
              danger: false,
              act: () => resume(t('campaigns.actions.resumed')),
            })
          }}
          data-testid="campaign-resume"
        >
          {t('campaigns.actions.resume')}
        </Button>
      )}
      <Button icon={<CopyOutlined />} onClick={() => setCloning(true)} data-testid="campaign-clone">
        {t('campaigns.rollout.clone')}
      </Button>
      <ExportMenu id={id} />
      <CloneModal campaign={campaign} open={cloning} onClose={() => setCloning(false)} />
      {open && (
        <Button
          danger
          disabled={busy}
          data-testid="campaign-cancel"
          onClick={() =>
            ask({
              subscribe: followed.subscribe,
              read: () => {
                const now = followed.read()
                const over = !isOpen(now)
                const left = totalOf(now.counts) - endedOf(now.counts)
                return {
                  title: t(`campaigns.actions.${over ? 'cancelOver' : 'cancelTitle'}`, { name }),
                  loses: over ? [] : [t('campaigns.actions.cancelLoses', { count: left })],
                  hint: t(`campaigns.actions.${over ? 'cancelOverHint' : 'cancelKeeps'}`),
                  confirm: t('campaigns.actions.cancelNow'),
                  keep: over ? t('close') : t('campaigns.actions.keep'),
                  over,
                  act: () => run(() => client.campaigns.cancel({ id }), t('campaigns.actions.cancelled')),
                }
              },
            })
          }
        >
          {t('campaigns.actions.cancel')}
        </Button>
      )}
    </>
  )
}
