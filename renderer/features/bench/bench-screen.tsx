import { PlusOutlined, SoundOutlined, UsbOutlined } from '@ant-design/icons'
import { App, Button, Modal, Tooltip } from 'antd'
import { useCallback, useEffect, useMemo, useRef, useState } from 'react'
import type { Line, Slot } from '#shared/schema.ts'
import { client } from '../../api/client.ts'
import { failureOf } from '../../api/failure.ts'
import { useQuery } from '../../api/queries.ts'
import { go } from '../../app/router.ts'
import { Empty, Failed, Skeleton } from '../../components/empty-state.tsx'
import { Page } from '../../components/page.tsx'
import { failureText } from '../../components/status-text.ts'
import { useAct } from '../../components/use-action.ts'
import { useLanguage, useTexts } from '../../i18n/i18n.ts'
import { showSlot, useBench, useBenchStore } from './bench-store.ts'
import { BenchTabs } from './bench-tabs.tsx'
import { PortConsoles } from './console/port-consoles.tsx'

import type { LineDoings } from './line-actions.tsx'
import { lineCounts } from './line-counts.ts'
import { inTwoRows, LinePanel } from './line-panel.tsx'
import { type Scanned, ScanStrip } from './scan-strip.tsx'
import { LineModal } from './setup/line-modal.tsx'
import { SlotDrawer } from './slot-drawer.tsx'
import { useSoundStore } from './sound-store.ts'
import { useBenchKeys } from './use-bench-keys.ts'
import { useHeldSlot } from './use-held-slot.ts'

import { useConfirmStop } from './use-stop.ts'
import './bench.css'

import { Facts } from '../../components/facts.tsx'

import { play, soundOf } from './sound.ts'

/** Sounds when a lamp turns green or red, where that is switched on. */
const useSounds = (lines: readonly Line[]): void => {
  const on = useSoundStore((state) => state.on)
  const stood = useRef<ReadonlyMap<number, Slot['lamp']>>(new Map())
  useEffect(() => {
    const slots = lines.flatMap((line) => line.slots)
    const sound = soundOf(stood.current, slots)
    stood.current = new Map(slots.map(({ id, lamp }) => [id, lamp]))
    if (on && sound !== undefined) play(sound)
  }, [lines, on])
}

/** Which key does what. */
const KeysHelp = ({ open, onClose }: { open: boolean; onClose: () => void }) => {
  const t = useTexts()
  const keys = [
    [t('bench.space'), t('bench.keys.start')],
    ['F4', t('bench.keys.retry')],
    ['F8', t('bench.keys.stop')],
    [t('bench.keys.scanner'), t('bench.keys.scanned')],
    ['Esc', t('bench.keys.forget')],
    ['Tab', t('bench.keys.tab')],
    ['?', t('bench.keys.help')],
  ] as const
  return (
    <Modal open={open} onCancel={onClose} footer={null} title={t('bench.keys.title')} width={460}>
      <Facts items={keys.map(([key, does]) => [key, does] as const)} />
    </Modal>
  )
}

const SoundSwitch = () => {
  const t = useTexts()
  const { on, choose } = useSoundStore()
  const label = on ? t('bench.soundOff') : t('bench.soundOn')
  return (
    <Tooltip title={label}>
      <Button
        type="text"
        icon={<SoundOutlined style={{ opacity: on ? 1 : 0.35 }} />}
        aria-label={label}
        aria-pressed={on}
        onClick={() => choose(!on)}
        data-testid="sound-switch"
      />
    </Tooltip>
  )
}

/** How many slots are on the page decides how large a card is: sixteen fill a small screen, sixty-four a large one. */
const density = (lines: readonly Line[]): 'huge' | 'big' | 'large' | 'medium' | 'small' => {
  const slots = lines.reduce((sum, line) => sum + line.slots.length, 0)
  if (slots <= 6 && lines.length === 1) return 'huge'
  if (lines.length <= 2 && lines.every((line) => line.slots.length <= 5)) return 'big'
  if (lines.length === 1 && inTwoRows(slots)) return 'big'
  return slots <= 16 ? 'large' : slots <= 32 ? 'medium' : 'small'
}

/** What a person is about to do: set a line up, or make one. */
type Setup = { readonly line: Line | undefined } | undefined

/** The lines of the hall, live; keyboard and scanner first. */
export const BenchScreen = () => {
  const t = useTexts()
  const language = useLanguage()
  const act = useAct()
  const { message } = App.useApp()
  useBench()
  const { lines, loaded, failure, read, recipesStamp } = useBenchStore()
  useSounds(lines)
  const recipes = useQuery(`bench-recipes/${recipesStamp}`, (signal) =>
    client.bench.recipes({ limit: 1000 }, { signal }),
  )
  const recipeOf = useCallback(
    (line: Line) => recipes.data?.items.find(({ id }) => id === line.recipeId),
    [recipes.data],
  )
  const [chosenId, setChosenId] = useState<number>()
  const active = lines.find(({ id }) => id === chosenId) ?? lines[0]
  const [asking, setAsking] = useState<ReadonlySet<number>>(new Set())
  const [setup, setSetup] = useState<Setup>()
  const [helping, setHelping] = useState(false)
  const [scanned, setScanned] = useState<Scanned>()
  const stop = useConfirmStop()

  const slots = useMemo(() => lines.flatMap((line) => line.slots), [lines])
  const { held, open, close } = useHeldSlot(slots)

  const start = useCallback(
    async (line: Line) => {
      setChosenId(line.id)
      if (line.recipeId === null) return setSetup({ line })
      setAsking((before) => new Set([...before, line.id]))
      await act(async () => {
        const { items } = await client.bench.start({ lineId: line.id })
        if (items.length === 0 && line.waitForContact === 0) message.info(t('bench.nobody', { line: line.name }))
      })
      setAsking((before) => new Set([...before].filter((id) => id !== line.id)))
    },
    [act, message, t],
  )
  const doings = useMemo<LineDoings>(
    () => ({
      start: (line) => void start(line),
      retry: (line) => {
        setChosenId(line.id)
        if (lineCounts(line).retry === 0) return
        void act(async () => {
          const { items } = await client.bench.retryFailed({ id: line.id })
          if (items.length === 0) message.info(t('bench.nobody', { line: line.name }))
        })
      },
      stop: (line) => {
        setChosenId(line.id)
        stop({ lineId: line.id })
      },
    }),
    [start, act, stop, message, t],
  )
  const scan = async (code: string) => {
    if (active === undefined) return
    try {
      const slot = await client.bench.scan({ id: active.id, serial: code })
      showSlot(slot)
      setScanned({ code, slot })
    } catch (error) {
      setScanned({ code, slot: undefined, failure: failureText(failureOf(error), language, t) })
    }
  }
  const typed = useBenchKeys({
    start: () => {
      if (active && !asking.has(active.id) && (lineCounts(active).start > 0 || active.recipeId === null))
        doings.start(active)
    },
    retry: () => active && doings.retry(active),
    stop: () => active && doings.stop(active),
    help: () => setHelping(true),
    scanned: (code) => void scan(code),
  })
  const choose = useCallback((line: Line) => setChosenId(line.id), [])
  const show = useCallback(
    (slot: Slot) => {
      setChosenId(slot.lineId)
      open(slot)
    },
    [open],
  )
  const settings = useCallback((line: Line) => setSetup({ line }), [])

  const body = () => {
    if (!loaded && failure !== undefined) return <Failed failure={failure} retry={() => void read()} />
    if (!loaded) return <Skeleton />
    return (
      <Empty
        icon={<UsbOutlined />}
        title={t('bench.empty')}
        hint={t('bench.emptyHint')}
        actions={
          <>
            <Button
              type="primary"
              icon={<PlusOutlined />}
              onClick={() => setSetup({ line: undefined })}
              data-testid="line-add"
            >
              {t('bench.addLine')}
            </Button>
            <Button onClick={() => act(() => client.bench.startDemo({}))} data-testid="bench-demo">
              {t('bench.demo')}
            </Button>
          </>
        }
      />
    )
  }
  return (
    <Page
      title={t('bench.title')}
      fill
      tag={
        <>
          <BenchTabs at="lines" />
          {active?.operator != null && (
            <span className="state state-tag">{t('bench.operatorIs', { name: active.operator })}</span>
          )}
        </>
      }
      actions={
        lines.length === 0 ? (
          <PortConsoles slots={slots} />
        ) : (
          <>
            <PortConsoles slots={slots} />
            <SoundSwitch />
            <Button onClick={() => setSetup({ line: undefined })} icon={<PlusOutlined />} data-testid="line-add">
              {t('bench.addLine')}
            </Button>
          </>
        )
      }
    >
      {lines.length === 0 ? (
        <section className="panel fill">{body()}</section>
      ) : (
        <>
          <ScanStrip typed={typed} last={scanned} />
          <div className="bench-lines" data-density={density(lines)}>
            {lines.map((line) => (
              <LinePanel
                key={line.id}
                line={line}
                recipe={recipeOf(line)}
                active={line.id === active?.id}
                alone={lines.length === 1}
                asking={asking.has(line.id)}
                doings={doings}
                onChoose={choose}
                onOpen={show}
                onSettings={settings}
              />
            ))}
          </div>
        </>
      )}
      <SlotDrawer
        held={held}
        startable={lines.some(({ id, recipeId }) => id === held?.slot.lineId && recipeId !== null)}
        onClose={close}
      />
      {setup !== undefined && (
        <LineModal
          line={setup.line}
          recipes={recipes.data?.items ?? []}
          onMade={choose}
          onClose={() => setSetup(undefined)}
          onRecipes={() => go('bench', 'recipes')}
        />
      )}
      <KeysHelp open={helping} onClose={() => setHelping(false)} />
    </Page>
  )
}
