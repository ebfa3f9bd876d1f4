import type { TFunction } from 'i18next'
import type { Language } from '#shared/languages.ts'
import type { Campaign, CampaignGroup } from '#shared/schema.ts'
import { formatCount, formatDuration, formatPercent } from '../../../i18n/format.ts'
import { momentText } from '../wizard/plan/plan-text.ts'
import { currentGroup, failedShare, nextGroup, openOf, provenShare } from './shares.ts'

const HOUR = 3_600_000

/** The remaining time of a wait: `4:59`, `11:20:00`, `2 days 3 h`. @param ms never below zero on screen */
export const timeLeftText = (ms: number, t: TFunction): string =>
  ms < 24 * HOUR
    ? formatDuration(ms)
    : t('campaigns.rollout.days', {
        count: Math.floor(ms / (24 * HOUR)),
        hours: Math.floor((ms % (24 * HOUR)) / HOUR),
      })

/** The name of a group; the last one, the rest, is named here. */
export const groupName = (group: CampaignGroup, count: number, t: TFunction): string =>
  group.kind === 'group' ? group.name : count === 1 ? t('campaigns.rollout.all') : t('campaigns.rollout.rest')

/** While other jobs are running, they are shown instead of those that wait for a retry. */
const waitsForRetryOnly = ({ counts }: Campaign): boolean =>
  counts.notified + counts.downloading + counts.installing === 0

/** What a campaign waits for, as text, with the remaining time; undefined: it waits for nothing. @param now milliseconds since the epoch */
export const waitText = (campaign: Campaign, now: number, t: TFunction, language: Language): string | undefined => {
  const { waitsFor, nextAt, window, push, groups } = campaign
  if (waitsFor === null || (campaign.status !== 'running' && campaign.status !== 'scheduled')) return undefined
  const at = nextAt === null ? null : Date.parse(nextAt)
  const fill =
    at === null ? null : { when: momentText(at, now, t, language), left: timeLeftText(Math.max(0, at - now), t) }
  const hours = window ?? { from: '', to: '' }
  const current = currentGroup(campaign)
  const next = nextGroup(campaign)
  switch (waitsFor) {
    case 'start':
      return fill === null ? t('campaigns.rollout.waits.startSoon') : t('campaigns.rollout.waits.start', fill)
    case 'window':
      return fill === null
        ? t('campaigns.rollout.waits.windowSoon', hours)
        : t('campaigns.rollout.waits.window', { ...fill, ...hours })
    case 'rate':
      return fill === null ? t('campaigns.rollout.waits.rateSoon') : t('campaigns.rollout.waits.rate', fill)
    case 'concurrency':
      return t('campaigns.rollout.waits.concurrent', { rate: formatCount(campaign.rate?.concurrent ?? 0, language) })
    case 'devices':
      return push ? t('campaigns.rollout.waits.devicesPush') : t('campaigns.rollout.waits.devicesAsk')
    case 'group':
      return current === undefined
        ? undefined
        : t('campaigns.rollout.waits.group', { name: groupName(current, groups.length, t), count: openOf(current) })
    case 'person':
      return current === undefined || next === undefined
        ? t('campaigns.rollout.waits.personPlain')
        : t('campaigns.rollout.waits.person', {
            name: groupName(current, groups.length, t),
            next: groupName(next, groups.length, t),
          })
    case 'diff':
      return t('campaigns.rollout.waits.diff')
    case 'retry':
      if (!waitsForRetryOnly(campaign)) return undefined
      return fill === null ? t('campaigns.rollout.waits.retrySoon') : t('campaigns.rollout.waits.retry', fill)
  }
}

/** The short form for lists, without the remaining time. */
export const shortWait = (campaign: Campaign, now: number, t: TFunction, language: Language): string | undefined => {
  const { waitsFor, nextAt, window, status } = campaign
  if (waitsFor === null || (status !== 'running' && status !== 'scheduled')) return undefined
  switch (waitsFor) {
    case 'start':
      return nextAt === null
        ? t('campaigns.rollout.short.startSoon')
        : t('campaigns.rollout.short.start', { when: momentText(Date.parse(nextAt), now, t, language) })
    case 'window':
      return t('campaigns.rollout.short.window', window ?? { from: '', to: '' })
    case 'retry':
      return waitsForRetryOnly(campaign) ? t('campaigns.rollout.short.retry') : undefined
    default:
      return t(`campaigns.rollout.short.${waitsFor}`)
  }
}

/** Why a campaign halted: a group below its threshold, or too many failures; both with their numbers. */
export const haltText = (campaign: Campaign, t: TFunction, language: Language): string => {
  const { groups, failureThreshold, counts } = campaign
  const failed = currentGroup(campaign)
  // A group after which the operator resumed stays failed; the group that halts is the one opened last.
  if (failed?.status === 'failed') {
    return t('campaigns.rollout.haltedGroup', {
      name: groupName(failed, groups.length, t),
      share: formatPercent(provenShare(failed) ?? 0, language),
      percent: formatPercent(failed.successPercent ?? 100, language),
    })
  }
  if (failureThreshold === null) return t('campaigns.rollout.haltedPlain')
  return t('campaigns.rollout.haltedThreshold', {
    count: counts.failed,
    share: formatPercent(failedShare(campaign) ?? 0, language),
    percent: formatPercent(failureThreshold.percent, language),
    minimum: failureThreshold.minimum,
  })
}
