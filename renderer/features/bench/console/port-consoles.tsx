import { CodeOutlined } from '@ant-design/icons'
import { Button, Dropdown } from 'antd'
import { lazy, Suspense, useState } from 'react'
import type { Port, Slot } from '#shared/schema.ts'
import { client } from '../../../api/client.ts'
import { useQuery } from '../../../api/queries.ts'
import { useTexts } from '../../../i18n/i18n.ts'
import type { ShownPlace } from './console-drawer.tsx'

/** The terminal is loaded when somebody opens a console. */
const ConsoleDrawer = lazy(async () => ({ default: (await import('./console-drawer.tsx')).ConsoleDrawer }))

interface PortConsolesProps {
  slots: readonly Slot[]
}

/** Opens the serial console of any port, also of one that belongs to no slot. */
export const PortConsoles = ({ slots }: PortConsolesProps) => {
  const t = useTexts()
  const [open, setOpen] = useState(false)
  const [shown, setShown] = useState<ShownPlace>()
  // Asked for when the list is opened: what is plugged in changes.
  const ports = useQuery(open ? 'console-ports' : null, (signal) => client.bench.ports(undefined, { signal }))
  const lines = (ports.data?.items ?? []).filter(({ kind }) => kind === 'serial')
  const slotOf = ({ slotId }: Port) => slots.find(({ id }) => id === slotId)
  const words = (port: Port): string =>
    [
      port.path,
      port.manufacturer,
      port.serialNumber,
      slotOf(port) && t('bench.console.ofSlot', { label: slotOf(port)?.label ?? '' }),
    ]
      .filter(Boolean)
      .join(' · ')
  const show = (path: string) => {
    const port = lines.find((one) => one.path === path)
    const slot = port && slotOf(port)
    setShown(slot ? { slotId: slot.id, label: slot.label } : { path })
  }
  return (
    <>
      <Dropdown
        open={open}
        onOpenChange={setOpen}
        trigger={['click']}
        menu={{
          items:
            lines.length > 0
              ? lines.map((port) => ({ key: port.path, label: words(port) }))
              : [{ key: '', disabled: true, label: ports.data ? t('bench.console.noPorts') : t('loading') }],
          onClick: ({ key }) => show(key),
        }}
      >
        <Button
          type="text"
          icon={<CodeOutlined />}
          aria-label={t('bench.console.ports')}
          title={t('bench.console.ports')}
          data-testid="port-consoles"
        />
      </Dropdown>
      {shown !== undefined && (
        <Suspense fallback={null}>
          <ConsoleDrawer place={shown} onClose={() => setShown(undefined)} />
        </Suspense>
      )}
    </>
  )
}
