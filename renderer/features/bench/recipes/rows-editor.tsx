import { DeleteOutlined, PlusOutlined } from '@ant-design/icons'
import { Button } from 'antd'
import { Fragment, type ReactNode } from 'react'
import { useTexts } from '../../../i18n/i18n.ts'

interface RowsEditorProps<T> {
  rows: readonly T[]
  onChange: (rows: readonly T[]) => void
  /** The initial value of a new row. */
  blank: T
  max: number
  heads: readonly string[]
  /** The fields of a row, one for each column. */
  cells: (row: T, set: (patch: Partial<T>) => void, index: number) => readonly ReactNode[]
  /** What belongs to a row and stands below it, over its whole width. */
  below?: (row: T, set: (patch: Partial<T>) => void, index: number) => ReactNode
  addLabel: string
  removeLabel: (row: T, index: number) => string
  /** The faults of the rows. */
  fault: string | undefined
  addTestId?: string
}

/** A list of rows with fields; rows can be added and removed. */
export const RowsEditor = <T,>(props: RowsEditorProps<T>) => {
  const { rows, onChange, blank, max, heads, cells, below, addLabel, removeLabel, fault, addTestId } = props
  const t = useTexts()
  const setOf = (index: number) => (patch: Partial<T>) =>
    onChange(rows.map((row, at) => (at === index ? { ...row, ...patch } : row)))
  return (
    <>
      {rows.length > 0 && (
        <table className="rows">
          <thead>
            <tr>
              {heads.map((head) => (
                <th key={head} scope="col">
                  {head}
                </th>
              ))}
              <th aria-label={t('remove')} />
            </tr>
          </thead>
          <tbody>
            {rows.map((row, index) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: rows have no other identity
              <Fragment key={index}>
                <tr>
                  {cells(row, setOf(index), index).map((cell, at) => (
                    <td key={heads[at]}>{cell}</td>
                  ))}
                  <td>
                    <Button
                      type="text"
                      icon={<DeleteOutlined />}
                      aria-label={removeLabel(row, index)}
                      onClick={() => onChange(rows.filter((_, at) => at !== index))}
                    />
                  </td>
                </tr>
                {below && (
                  <tr className="rows-below">
                    <td colSpan={heads.length + 1}>{below(row, setOf(index), index)}</td>
                  </tr>
                )}
              </Fragment>
            ))}
          </tbody>
        </table>
      )}
      {fault !== undefined && (
        <p className="fault small" role="alert">
          {fault}
        </p>
      )}
      <Button
        size="small"
        icon={<PlusOutlined />}
        disabled={rows.length >= max}
        onClick={() => onChange([...rows, blank])}
        data-testid={addTestId}
      >
        {addLabel}
      </Button>
    </>
  )
}
