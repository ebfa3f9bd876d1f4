import { Button, Drawer } from 'antd'
import { benchReasonText } from '#shared/bench-reasons.ts'
import type { Run, Slot } from '#shared/schema.ts'
import { client } from '../../api/client.ts'
import { useQuery } from '../../api/queries.ts'
import { Copyable } from '../../components/copyable.tsx'
import { Facts } from '../../components/facts.tsx'
import { Bones } from '../../components/hollow.tsx'
import { StateWord } from '../../components/state-word.tsx'
import { useAct } from '../../components/use-act.ts'
import { formatBytes, formatDateTime, formatDuration, formatMoment } from '../../i18n/format.ts'
import { useLanguage, useTexts } from '../../i18n/i18n.ts'
import { showSlot } from './bench-store.ts'
import { isBusy, lampLooks, tookMs, unitLabel } from './lamps.ts'
import { useConfirmStop } from './use-stop.ts'

const reasonOf = (run: Run, language: 'zh' | 'en'): string | undefined =>
  run.errorCode === null
    ? undefined
    : (benchReasonText(run.errorCode, language, run.errorData) ?? run.message ?? run.errorCode)

/** The log of the latest run, as it grows. */
const RunLog = ({ run }: { run: Run }) => {
  const t = useTexts()
  const language = useLanguage()
  // A phase's end brings lines; percentages do not.
  const log = useQuery(`run/${run.id}/${run.attempt}/${run.state}/${run.phase}`, (signal) =>
    client.bench.getRun({ id: run.id }, { signal }),
  )
  if (log.data === undefined) return <Bones rows={4} />
  const { log: lines, images } = log.data
  return (
    <>
      {images.length > 0 && (
        <ul className="slot-images">
          {images.map(({ name, address, size, sha256 }) => (
            <li key={`${sha256}${address}`}>
              <span className="mono">{address === null ? '' : `0x${address.toString(16).toUpperCase()}`}</span> {name}{' '}
              <span className="secondary">{formatBytes(size, language)}</span>
            </li>
          ))}
        </ul>
      )}
      {lines.length === 0 ? (
        <p className="secondary">{t('bench.slot.logEmpty')}</p>
      ) : (
        <ol className="slot-log mono" data-testid="slot-log">
          {lines.map((line, index) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: lines are only ever added at the end
            <li key={index} data-level={line.level}>
              <time>{formatMoment(line.at, language)}</time> {line.words}
            </li>
          ))}
        </ol>
      )}
    </>
  )
}

interface SlotDrawerProps {
  slot: Slot | undefined
  /** Whether the line has a recipe to start with. */
  startable: boolean
  onClose: () => void
}

/** One slot: who stands in it, what it does or why it failed and what to do, its log, and what can be done with it alone. */
export const SlotDrawer = ({ slot, startable, onClose }: SlotDrawerProps) => {
  const t = useTexts()
  const language = useLanguage()
  const act = useAct()
  const stop = useConfirmStop()
  if (slot === undefined) return null
  const { run, unit, lamp } = slot
  const retryable = run !== null && ['failed', 'refused', 'cancelled'].includes(run.state)
  const reason = run === null ? undefined : reasonOf(run, language)
  const trouble =
    slot.trouble && (benchReasonText(slot.trouble.code, language, slot.trouble.data) ?? slot.trouble.message)
  const took = tookMs(run, Date.now())
  return (
    <Drawer
      open
      size={480}
      onClose={onClose}
      title={
        <span className="slot-title">
          {slot.label}
          <StateWord tag look={lampLooks[lamp]}>
            {run?.state === 'waiting' ? t('bench.waiting') : t(`bench.lamp.${lamp}`)}
          </StateWord>
        </span>
      }
      footer={
        <div className="slot-actions">
          {isBusy(slot) && (
            <Button danger onClick={() => stop([slot])} data-testid="slot-stop">
              {t('bench.stopOne')}
            </Button>
          )}
          {!isBusy(slot) && ['pass', 'fail', 'refused', 'cancelled'].includes(lamp) && (
            <Button
              onClick={() =>
                act(async () => {
                  showSlot(await client.bench.clear({ id: slot.id }))
                })
              }
              data-testid="slot-clear"
            >
              {t('bench.slot.clear')}
            </Button>
          )}
          {run !== null && retryable && (
            <Button
              type="primary"
              onClick={() => act(() => client.bench.retryRun({ id: run.id }))}
              data-testid="slot-retry"
            >
              {t('bench.slot.retry')}
            </Button>
          )}
          {!isBusy(slot) && !retryable && slot.port !== null && startable && (
            <Button
              type="primary"
              onClick={() => act(() => client.bench.start({ slotIds: [slot.id], repeat: lamp === 'pass' }))}
              data-testid="slot-start"
            >
              {lamp === 'pass' ? t('bench.slot.again') : t('bench.slot.start')}
            </Button>
          )}
        </div>
      }
    >
      {(reason ?? trouble) && (
        <p className="slot-reason" data-tone={lamp === 'refused' || !reason ? 'person' : 'failed'} role="alert">
          {reason ?? trouble}
        </p>
      )}
      <Facts
        items={[
          [
            t('bench.slot.unit'),
            unit?.id == null ? undefined : (
              <Copyable key="unit" text={unitLabel(unit.id)} what={t('bench.slot.unit')} />
            ),
          ],
          [t('bench.slot.serial'), slot.scanned ?? run?.serial ?? unit?.serial ?? undefined],
          [t('bench.slot.chip'), unit?.chip ?? run?.chip ?? undefined],
          [t('bench.slot.flash'), unit?.flashSize == null ? undefined : formatBytes(unit.flashSize, language)],
          ...Object.entries(unit?.facts ?? {}).map(([name, value]) => [name, value] as const),
          [t('bench.slot.port'), slot.port ?? t('bench.slot.nothing')],
          [
            t('bench.slot.place'),
            <span key="place" className="mono">
              {slot.location ?? slot.path}
            </span>,
          ],
        ]}
      />
      {run !== null && (
        <>
          <h3 className="slot-section">{t('bench.slot.latest')}</h3>
          <Facts
            items={[
              [t('bench.slot.recipe'), `${run.recipeName} v${run.recipeVersion}`],
              [t('bench.slot.began'), run.startedAt === null ? undefined : formatDateTime(run.startedAt, language)],
              [t('bench.slot.took'), took === undefined ? undefined : formatDuration(took)],
              [
                t('bench.slot.speed'),
                run.bytesPerSecond === null ? undefined : `${formatBytes(run.bytesPerSecond, language)}/s`,
              ],
              [t('bench.slot.attempt'), String(run.attempt)],
              [t('bench.slot.operator'), run.operator ?? undefined],
            ]}
          />
          <h3 className="slot-section">{t('bench.slot.log')}</h3>
          <RunLog run={run} />
        </>
      )}
    </Drawer>
  )
}
