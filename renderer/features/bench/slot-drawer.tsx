import { Button, Drawer } from 'antd'
import { lazy, Suspense, useRef, useState } from 'react'
import { benchReasonText } from '#shared/bench-reasons.ts'
import type { Language } from '#shared/languages.ts'
import type { Run } from '#shared/schema.ts'
import { texts } from '#shared/texts/index.ts'
import { client } from '../../api/client.ts'
import { useQuery } from '../../api/queries.ts'
import { Copyable } from '../../components/copyable.tsx'
import { Facts } from '../../components/facts.tsx'
import { StateWord } from '../../components/state-label.tsx'
import { Unanswered } from '../../components/unanswered.tsx'
import { useAct } from '../../components/use-action.ts'
import { formatBytes, formatDateTime, formatDuration } from '../../i18n/format.ts'
import { type Translate, useLanguage, useTexts } from '../../i18n/i18n.ts'
import { showSlot } from './bench-store.ts'
import { reasonOf, troubleText } from './reason-text.ts'
import { Images, LogLines } from './run-log.tsx'
import { isBusy, lookOf, tookMs, unitLabel, waitsForReset } from './slot-lamps.ts'
import { UnitSerials } from './unit-serials.tsx'
import type { HeldSlot } from './use-held-slot.ts'
import { useConfirmStop } from './use-stop.ts'

/** The terminal is loaded when somebody opens a console. */
const ConsoleDrawer = lazy(async () => ({ default: (await import('./console/console-drawer.tsx')).ConsoleDrawer }))

/** What the latest run writes, and its growing log. */
const RunLog = ({ run }: { run: Run }) => {
  const t = useTexts()
  // The end of a phase adds log lines; a progress change does not.
  const log = useQuery(`run/${run.id}/${run.attempt}/${run.state}/${run.phase}`, (signal) =>
    client.bench.getRun({ id: run.id }, { signal }),
  )
  const last = useRef(log.data)
  if (log.data !== undefined) last.current = log.data
  const shown = log.data ?? (last.current?.id === run.id ? last.current : undefined)
  if (shown === undefined) return <Unanswered query={log} rows={4} />
  return (
    <>
      <h3 className="slot-section">{t('bench.records.written')}</h3>
      <Images images={shown.images} />
      <h3 className="slot-section">{t('bench.slot.log')}</h3>
      <LogLines lines={shown.log} />
    </>
  )
}

/** A fact that a chip reports, with its name on screen. */
const factName = (name: string, language: Language): string => {
  const names: Readonly<Record<string, string>> = texts[language].screen.bench.records.facts
  return names[name] ?? name
}

const factValue = (value: string, t: Translate): string =>
  value === 'on' || value === 'off' ? t(`bench.records.factValues.${value}`) : value

interface SlotActionsProps {
  held: HeldSlot
  /** Its unit has this recipe already. */
  done: boolean
  retryable: boolean
  startable: boolean
}

const SlotActions = ({ held: { slot, follow }, done, retryable, startable }: SlotActionsProps) => {
  const t = useTexts()
  const act = useAct()
  const stop = useConfirmStop()
  const { run, lamp } = slot
  const started = async (starting: Promise<{ items: readonly Run[] }>): Promise<void> => {
    const [next] = (await starting).items
    if (next) follow(next.id)
  }
  return (
    <div className="slot-actions">
      {(isBusy(slot) || slot.waitsUntil !== null) && (
        <Button danger onClick={() => stop({ lineId: slot.lineId, slotId: slot.id })} data-testid="slot-stop">
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
          onClick={() => act(() => started(client.bench.start({ slotIds: [slot.id], repeat: done })))}
          data-testid="slot-start"
        >
          {done ? t('bench.slot.again') : t('bench.slot.start')}
        </Button>
      )}
    </div>
  )
}

interface SlotDrawerProps {
  held: HeldSlot | undefined
  /** Whether the line has a recipe for a start. */
  startable: boolean
  onClose: () => void
}

/** One slot: its unit, its activity or the failure and what to do, its log, and its actions. It stays with the unit when the slot gets another. */
export const SlotDrawer = ({ held, startable, onClose }: SlotDrawerProps) => {
  const t = useTexts()
  const language = useLanguage()
  const [console, setConsole] = useState<{ slotId: number; label: string }>()
  if (held === undefined) return null
  const { slot, state } = held
  const { run, unit, lamp } = slot
  const done = lamp === 'pass' || run?.errorCode === 'ALREADY_DONE'
  const retryable = run !== null && !done && ['failed', 'refused', 'cancelled'].includes(run.state)
  // Who is in the slot now counts more than how the last run ended.
  const reason = run === null || lamp === 'empty' ? undefined : reasonOf(run, language)
  const trouble = slot.trouble && troubleText(slot.trouble, language)
  const place = slot.location ?? slot.path
  const took = tookMs(run, Date.now())
  return (
    <Drawer
      open
      size={480}
      onClose={onClose}
      extra={
        <Button onClick={() => setConsole({ slotId: slot.id, label: slot.label })} data-testid="slot-console">
          {t('bench.console.open')}
        </Button>
      }
      title={
        <span className="slot-title">
          {t('bench.slot.title', { label: slot.label })}
          <StateWord tag look={lookOf(slot)}>
            {run?.state === 'waiting'
              ? t('bench.waiting')
              : t(waitsForReset(slot) ? 'bench.pressReset' : `bench.lamp.${lamp}`)}
          </StateWord>
        </span>
      }
      footer={
        state === 'same' ? (
          <SlotActions held={held} done={done} retryable={retryable} startable={startable} />
        ) : (
          <div className="slot-actions">
            <Button type="primary" onClick={held.showNow} data-testid="slot-now">
              {t('bench.slot.showNow', { label: slot.label })}
            </Button>
          </div>
        )
      }
    >
      {state !== 'same' && (
        <p className="slot-reason" data-tone="person" role="status" data-testid="slot-left">
          {t(`bench.slot.${state}`, { label: slot.label })}
        </p>
      )}
      {waitsForReset(slot) && (
        <p className="slot-reason" data-tone="person" role="status" data-testid="slot-press-reset">
          {benchReasonText('ESP_PRESS_RESET', language)}
        </p>
      )}
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
          [t('bench.slot.serial'), slot.scanned ?? slot.nextSerial ?? run?.serial ?? unit?.serial ?? undefined],
          [t('bench.slot.chip'), unit?.chip ?? run?.chip ?? undefined],
          [t('bench.slot.flash'), unit?.flashSize == null ? undefined : formatBytes(unit.flashSize, language)],
          ...Object.entries(unit?.facts ?? {}).map(
            ([name, value]) => [factName(name, language), factValue(value, t)] as const,
          ),
          [t('bench.slot.port'), slot.port ?? t('bench.slot.nothing')],
          [
            t('bench.slot.place'),
            place === slot.port ? undefined : (
              <span key="place" className="mono">
                {place}
              </span>
            ),
          ],
        ]}
      />
      {unit?.id != null && !isBusy(slot) && <UnitSerials unit={unit.id} stamp={`${run?.id}/${run?.state}`} />}
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
          <RunLog run={run} />
        </>
      )}
      {console !== undefined && (
        <Suspense>
          <ConsoleDrawer place={console} onClose={() => setConsole(undefined)} />
        </Suspense>
      )}
    </Drawer>
  )
}
