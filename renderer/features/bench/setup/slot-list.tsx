import { ArrowDownOutlined, ArrowUpOutlined, DeleteOutlined, PlusOutlined } from '@ant-design/icons'
import { Alert, AutoComplete, Button, Input } from 'antd'
import { useEffect, useState } from 'react'
import type { Port } from '#shared/schema.ts'
import { client } from '../../../api/client.ts'
import { usePolled, useQuery } from '../../../api/queries.ts'
import { useLanguage, useTexts } from '../../../i18n/i18n.ts'
import { troubleText } from '../reason-text.ts'
import { type DraftSlot, nextLabel } from './slot-draft.ts'

/** The adapter or chip behind a port, by what it says of itself. */
const adapterText = ({ manufacturer, serialNumber }: Port): string =>
  [manufacturer, serialNumber].filter((word) => word !== null).join(' · ')

const portText = (port: Port): string => [port.path, adapterText(port)].filter(Boolean).join(' · ')

interface SlotListProps {
  slots: readonly DraftSlot[]
  onChange: (slots: readonly DraftSlot[]) => void
}

/** The slots of a line in their order: labels, places, more by a port that is there or by hand. */
export const SlotList = ({ slots, onChange }: SlotListProps) => {
  const t = useTexts()
  const language = useLanguage()
  const ports = useQuery('ports', (signal) => client.bench.ports(undefined, { signal }))
  usePolled(ports, 2000)
  const { reload } = ports
  // A slot that was just learned is plugged in.
  // biome-ignore lint/correctness/useExhaustiveDependencies: more slots, other ports
  useEffect(() => reload(), [slots.length, reload])
  const [path, setPath] = useState('')
  const trouble = ports.data?.trouble
  const free = (ports.data?.items ?? []).filter(
    (port) =>
      port.slotId === null && !slots.some(({ location, path }) => (location ?? path) === (port.location ?? port.path)),
  )
  const portOf = ({ location, path }: DraftSlot): Port | undefined =>
    ports.data?.items.find((port) => (location === null ? port.path === path : port.location === location))
  const change = (index: number, patch: Partial<DraftSlot>) =>
    onChange(slots.map((slot, at) => (at === index ? { ...slot, ...patch } : slot)))
  const move = (index: number, by: number) => {
    const moved = [...slots]
    const [slot] = moved.splice(index, 1)
    if (slot) moved.splice(index + by, 0, slot)
    onChange(moved)
  }
  const add = (value: string) => {
    const text = value.trim()
    if (text === '') return
    const port = ports.data?.items.find((known) => known.path === text)
    const place = port?.location == null ? { location: null, path: text } : { location: port.location, path: null }
    onChange([...slots, { id: undefined, label: nextLabel(slots), ...place }])
    setPath('')
  }
  return (
    <>
      {trouble && <Alert type="warning" showIcon title={troubleText(trouble, language)} style={{ marginBottom: 10 }} />}
      <ol className="setup-slots" aria-label={t('bench.tabs.lines')}>
        {slots.map((slot, index) => {
          const port = portOf(slot)
          const there = port === undefined ? t('bench.slot.nothing') : t('bench.lamp.present')
          return (
            <li key={slot.id ?? `new-${index}`}>
              <Input
                value={slot.label}
                maxLength={16}
                aria-label={t('bench.setup.label')}
                onChange={(event) => change(index, { label: event.target.value })}
              />
              <span className="setup-there" data-there={port !== undefined} role="img" aria-label={there} title={there}>
                {port === undefined ? '○' : '●'}
              </span>
              <span className="setup-place" title={slot.location ?? slot.path ?? ''}>
                <span className="mono">{slot.location ?? slot.path}</span>{' '}
                <span className="small">{port && adapterText(port)}</span>
              </span>
              <Button
                type="text"
                icon={<ArrowUpOutlined />}
                aria-label={t('bench.setup.up')}
                disabled={index === 0}
                onClick={() => move(index, -1)}
              />
              <Button
                type="text"
                icon={<ArrowDownOutlined />}
                aria-label={t('bench.setup.down')}
                disabled={index === slots.length - 1}
                onClick={() => move(index, 1)}
              />
              <Button
                type="text"
                icon={<DeleteOutlined />}
                aria-label={t('bench.setup.drop', { label: slot.label })}
                onClick={() => onChange(slots.filter((_, at) => at !== index))}
              />
            </li>
          )
        })}
      </ol>
      <div className="setup-add">
        <AutoComplete
          // Its popup would stay where the field was before the list grew.
          key={slots.length}
          value={path}
          onChange={setPath}
          onSelect={add}
          options={free.map((port) => ({ value: port.path, label: portText(port) }))}
          placeholder={t('bench.setup.byHand')}
          style={{ flex: 1 }}
          data-testid="slot-path"
        />
        <Button icon={<PlusOutlined />} disabled={path.trim() === ''} onClick={() => add(path)} data-testid="slot-add">
          {t('bench.setup.addSlot')}
        </Button>
      </div>
    </>
  )
}
