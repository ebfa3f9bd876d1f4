import './console.css'
import { LockOutlined } from '@ant-design/icons'
import { Button, Checkbox, Drawer, Input, Select } from 'antd'
import { useCallback, useMemo, useState } from 'react'
import { type Console, type LineEnd, lineEnds, parities } from '#shared/schema.ts'
import { client } from '../../../api/client.ts'
import { useEngineerStore } from '../../../api/engineer.ts'
import { saveFile } from '../../../api/report.ts'
import { failureText } from '../../../components/status-text.ts'
import { useAct } from '../../../components/use-action.ts'
import { useLanguage, useTexts } from '../../../i18n/i18n.ts'
import { type ConsoleLook, ConsoleText, plain } from './console-text.ts'
import { Terminal } from './terminal.tsx'
import { useConsole } from './use-console.ts'

const speeds = [9600, 19_200, 38_400, 57_600, 74_880, 115_200, 230_400, 460_800, 921_600, 1_500_000]

const timeOf = (at: string): string => {
  const time = new Date(at)
  const two = (value: number, length = 2): string => String(value).padStart(length, '0')
  return `${two(time.getHours())}:${two(time.getMinutes())}:${two(time.getSeconds())}.${two(time.getMilliseconds(), 3)}`
}

/** What the drawer is opened for: a slot by its label, or a port. */
export type ShownPlace = { readonly slotId: number; readonly label: string } | { readonly path: string }

/** What a board prints: times, search, save, send, hex, control lines. */
export const ConsoleDrawer = ({ place, onClose }: { place: ShownPlace; onClose: () => void }) => {
  const t = useTexts()
  const act = useAct()
  const language = useLanguage()
  const followed = useConsole(place)
  const label = 'label' in place ? place.label : place.path
  const { console, failure, entries, dropped, show, reopen } = followed
  const isLocked = useEngineerStore(({ pinSet, ticket }) => pinSet && ticket === undefined)
  const [hex, setHex] = useState(false)
  const [stamps, setStamps] = useState(true)
  const [wanted, setWanted] = useState('')
  const [search, setSearch] = useState<(text: string, forward: boolean) => boolean>()
  const [line, setLine] = useState('')
  const [lineEnd, setLineEnd] = useState<LineEnd>('crlf')

  const look = useMemo<ConsoleLook>(
    () => ({
      hex,
      stamps,
      time: timeOf,
      note: ({ note, slot }) =>
        note === 'paused' && slot !== null
          ? t('bench.console.pausedFor', { label: slot })
          : t(`bench.console.states.${note ?? 'open'}`),
    }),
    [hex, stamps, t],
  )
  const onSearch = useCallback(
    (next: ((text: string, forward: boolean) => boolean) | undefined) => setSearch(() => next),
    [],
  )
  const find = (forward: boolean): void => {
    if (wanted !== '') search?.(wanted, forward)
  }
  const change = (patch: Partial<Pick<Console, 'baudRate' | 'parity' | 'dtr' | 'rts'>>) =>
    console && act(async () => show(await client.bench.updateConsole({ id: console.id, ...patch })))
  const send = (): void => {
    if (console === undefined) return
    void act(async () => {
      const what = hex ? { hex: line } : { text: line, lineEnd }
      show(await client.bench.sendConsole({ id: console.id, ...what }))
      setLine('')
    })
  }
  const save = (): void => {
    const text = new ConsoleText(look)
    const file = `console-${label.replace(/[^\w-]+/g, '_')}-${new Date().toISOString().replace(/[:.]/g, '-')}.log`
    saveFile(file, [plain(entries.map((entry) => text.feed(entry)).join(''))], 'text/plain;charset=utf-8')
  }
  const isOpen = console?.state === 'open'
  const isClosed = console?.state === 'closed'
  const isSettable = console !== undefined && !isClosed
  const state =
    console?.state === 'paused' && console.slot !== null
      ? t('bench.console.pausedFor', { label: console.slot })
      : t(`bench.console.states.${console?.state ?? 'opening'}`)

  return (
    <Drawer
      open
      size="min(1100px, 92vw)"
      onClose={onClose}
      title={
        'label' in place ? t('bench.console.title', { label }) : t('bench.console.titlePort', { port: place.path })
      }
      extra={
        isClosed ? (
          <Button onClick={reopen} data-testid="console-reopen">
            {t('bench.console.reopen')}
          </Button>
        ) : (
          <Button
            disabled={console === undefined}
            onClick={() => console && act(() => client.bench.closeConsole({ id: console.id }))}
            data-testid="console-close"
          >
            {t('bench.console.close')}
          </Button>
        )
      }
    >
      <div className="console">
        <div className="console-bar">
          <span role="status" data-testid="console-state">
            {failure === undefined ? (console?.trouble?.message ?? state) : failureText(failure, language, t)}
          </span>
          <Select
            value={console?.baudRate ?? 115_200}
            options={speeds.map((value) => ({ value, label: String(value) }))}
            disabled={!isSettable}
            onChange={(baudRate: number) => change({ baudRate })}
            aria-label={t('bench.console.baudRate')}
            data-testid="console-baud"
          />
          <Select
            value={console?.parity ?? 'none'}
            options={parities.map((value) => ({ value, label: t(`bench.console.parities.${value}`) }))}
            disabled={!isSettable}
            onChange={(parity: Console['parity']) => change({ parity })}
            aria-label={t('bench.console.parity')}
          />
          <Checkbox
            checked={console?.dtr ?? true}
            disabled={!isSettable}
            onChange={({ target }) => change({ dtr: target.checked })}
          >
            {t('bench.console.dtr')}
          </Checkbox>
          <Checkbox
            checked={console?.rts ?? true}
            disabled={!isSettable}
            onChange={({ target }) => change({ rts: target.checked })}
          >
            {t('bench.console.rts')}
          </Checkbox>
          <Checkbox checked={stamps} onChange={({ target }) => setStamps(target.checked)}>
            {t('bench.console.stamps')}
          </Checkbox>
          <Checkbox checked={hex} onChange={({ target }) => setHex(target.checked)} data-testid="console-hex">
            {t('bench.console.hex')}
          </Checkbox>
        </div>
        <div className="console-bar">
          <Input
            style={{ width: 240 }}
            value={wanted}
            placeholder={t('bench.console.search')}
            onChange={({ target }) => setWanted(target.value)}
            onPressEnter={() => find(false)}
            data-testid="console-search"
          />
          <Button onClick={() => find(false)}>{t('bench.console.previous')}</Button>
          <Button onClick={() => find(true)}>{t('bench.console.next')}</Button>
          <Button onClick={save} data-testid="console-save">
            {t('bench.console.save')}
          </Button>
          {dropped > 0 && <span className="secondary">{t('bench.console.dropped', { bytes: dropped })}</span>}
        </div>
        {isLocked && (
          <p className="secondary" data-testid="console-locked">
            <LockOutlined /> {t('bench.console.locked')}
          </p>
        )}
        <Terminal followed={followed} look={look} onSearch={onSearch} />
        <div className="console-bar">
          <Input
            style={{ flex: 1, minWidth: 200 }}
            className="mono"
            value={line}
            placeholder={t(hex ? 'bench.console.lineHex' : 'bench.console.line')}
            onChange={({ target }) => setLine(target.value)}
            onPressEnter={() => isOpen && send()}
            data-testid="console-line"
          />
          <Select
            value={lineEnd}
            disabled={hex}
            options={lineEnds.map((value) => ({ value, label: t(`bench.console.lineEnds.${value}`) }))}
            onChange={setLineEnd}
            aria-label={t('bench.console.lineEnd')}
            style={{ minWidth: 110 }}
          />
          <Button
            type="primary"
            disabled={!isOpen}
            title={isOpen ? undefined : state}
            onClick={send}
            data-testid="console-send"
          >
            {t('bench.console.send')}
          </Button>
        </div>
      </div>
    </Drawer>
  )
}
