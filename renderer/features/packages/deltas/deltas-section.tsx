import { PlusOutlined, UploadOutlined } from '@ant-design/icons'
import { Button } from 'antd'
import { useState } from 'react'
import type { Package } from '#shared/schema.ts'
import { ListBody } from '../../../components/list-body.tsx'
import { listState } from '../../../components/list-state.ts'
import { useTexts } from '../../../i18n/i18n.ts'
import { DeltaRow } from './delta-row.tsx'
import { MakeModal } from './make-delta-modal.tsx'
import { TakeModal } from './upload-delta-modal.tsx'
import { useDeltas } from './use-deltas.ts'
import './deltas.css'

/** The deltas to a package: made here, or uploaded; without any, an explanation of their use. */
export const DeltasSection = ({ pack }: { pack: Package }) => {
  const t = useTexts()
  const list = useDeltas(pack.id)
  const { reload } = list
  const [open, setOpen] = useState<'make' | 'take' | null>(null)
  const close = () => setOpen(null)
  const several = pack.files.length !== 1

  return (
    <section className="section">
      <div className="diffs-head">
        <h3>{t('deltas.title')}</h3>
        {!several && (
          <>
            <Button size="small" icon={<UploadOutlined />} onClick={() => setOpen('take')} data-testid="diff-upload">
              {t('deltas.upload')}
            </Button>
            <Button
              size="small"
              type={listState(list, false) === 'empty' ? 'primary' : 'default'}
              icon={<PlusOutlined />}
              onClick={() => setOpen('make')}
              data-testid="diff-make"
            >
              {t('deltas.generate')}
            </Button>
          </>
        )}
      </div>
      {several ? (
        <p className="secondary">{t('deltas.severalFiles')}</p>
      ) : (
        <ListBody
          list={list}
          skeletonRows={2}
          empty={
            <div className="diffs-empty">
              <b>{t('deltas.empty')}</b>
              <p className="secondary">{t('deltas.emptyHint')}</p>
            </div>
          }
        >
          <ul className="diffs" data-testid="diffs">
            {list.items.map((diff) => (
              <DeltaRow key={diff.id} diff={diff} onChanged={reload} />
            ))}
          </ul>
        </ListBody>
      )}
      <MakeModal open={open === 'make'} pack={pack} onClose={close} onMade={reload} />
      <TakeModal open={open === 'take'} pack={pack} onClose={close} onTaken={reload} />
    </section>
  )
}
