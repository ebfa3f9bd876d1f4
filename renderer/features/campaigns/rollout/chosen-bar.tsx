import { Button } from 'antd'
import { useState } from 'react'
import type { Campaign } from '#shared/schema.ts'
import { clearSelection, type Selection, useSelected } from '../../../components/selection.tsx'
import { useTexts } from '../../../i18n/i18n.ts'
import { CloneModal } from './clone-modal.tsx'

/** What can be done with the rows that are chosen. */
export const ChosenBar = ({ campaign, selection }: { campaign: Campaign; selection: Selection }) => {
  const t = useTexts()
  const chosen = useSelected(selection)
  const [open, setOpen] = useState(false)
  if (chosen.size === 0) return null
  return (
    <>
      <span className="strong" data-testid="rows-chosen">
        {t('campaigns.flow.selected', { count: chosen.size })}
      </span>
      <Button size="small" type="primary" onClick={() => setOpen(true)} data-testid="reupgrade">
        {t('campaigns.flow.reupgrade')}
      </Button>
      <Button size="small" onClick={() => clearSelection(selection)}>
        {t('campaigns.flow.clear')}
      </Button>
      <CloneModal campaign={campaign} deviceIds={[...chosen]} open={open} onClose={() => setOpen(false)} />
    </>
  )
}
