import { Modal } from 'antd'
import { Facts } from '../../components/facts.tsx'
import { useTexts } from '../../i18n/i18n.ts'

/** Which key does what. */
export const KeysHelp = ({ open, onClose }: { open: boolean; onClose: () => void }) => {
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
