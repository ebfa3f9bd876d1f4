import { CopyOutlined, MessageOutlined } from '@ant-design/icons'
import { App, Button, Segmented } from 'antd'
import { useEffect, useRef, useState } from 'react'
import type { DeviceMessage } from '#shared/schema.ts'
import { client } from '../../../api/client.ts'
import { usePolled, useQuery } from '../../../api/queries.ts'
import { copyText } from '../../../components/copyable.tsx'
import { Empty } from '../../../components/empty-state.tsx'
import { ListBody } from '../../../components/list-body.tsx'
import { partOf } from '../../../components/list-state.ts'
import { useTexts } from '../../../i18n/i18n.ts'
import { MessageRow } from './message-row.tsx'
import { asText, type DirectionFilter, mergeMessages } from './messages.ts'
import './protocol.css'

const POLL_MS = 1000

/** The messages of a device, queried every second from the end of the last answer. */
const useMessages = (deviceId: number) => {
  const [messages, setMessages] = useState<readonly DeviceMessage[]>([])
  const revision = useRef(0)
  const query = useQuery(`messages/${deviceId}`, async (signal) => {
    const { items } = await client.devices.messages({ id: deviceId, after: revision.current }, { signal })
    return { items }
  })
  const { data } = query
  useEffect(() => {
    if (data === undefined || data.items.length === 0) return
    setMessages((known) => {
      const merged = mergeMessages(known, data.items)
      revision.current = merged.revision
      return merged.messages
    })
  }, [data])
  usePolled(query, POLL_MS)
  const { failure, loading, reload } = query
  return { items: messages, failure, loading: loading && messages.length === 0, reload }
}

const directions = ['all', 'in', 'out'] as const

/** The recent messages between a device and the station, newest first. */
export const ProtocolLog = ({ deviceId }: { deviceId: number }) => {
  const t = useTexts()
  const { message } = App.useApp()
  const list = useMessages(deviceId)
  const [direction, setDirection] = useState<DirectionFilter>('all')
  const shown = list.items.filter((item) => direction === 'all' || item.direction === direction)
  const copy = () => {
    void copyText(asText(shown)).then(() => message.success(t('protocols.log.copied', { count: shown.length })))
  }
  return (
    <div className="protocol-log">
      <div className="protocol-tools">
        <Segmented
          size="small"
          value={direction}
          onChange={setDirection}
          options={directions.map((value) => ({ value, label: t(`protocols.log.${value}`) }))}
        />
        <Button
          size="small"
          icon={<CopyOutlined />}
          disabled={shown.length === 0}
          onClick={copy}
          data-testid="messages-copy"
        >
          {t('protocols.log.copy')}
        </Button>
      </div>
      <p className="secondary small">{t('protocols.log.hint')}</p>
      <ListBody
        list={partOf(list, shown)}
        filtered={list.items.length > 0}
        skeletonRows={5}
        empty={
          <Empty icon={<MessageOutlined />} title={t('protocols.log.empty')} hint={t('protocols.log.emptyHint')} />
        }
      >
        <ol className="messages" data-testid="messages">
          {shown.toReversed().map((item) => (
            <MessageRow key={item.id} message={item} />
          ))}
        </ol>
      </ListBody>
    </div>
  )
}
