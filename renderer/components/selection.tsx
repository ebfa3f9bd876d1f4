import { Checkbox } from 'antd'
import { type StoreApi, useStore } from 'zustand'
import { createStore } from 'zustand/vanilla'

type Chosen = { readonly ids: ReadonlySet<number> }

/** Selected rows of a table, stored outside of it, so that a row renders again only when its own selection changes. */
export type Selection = StoreApi<Chosen>

export const createSelection = (): Selection => createStore<Chosen>(() => ({ ids: new Set() }))

export const useSelected = (selection: Selection): ReadonlySet<number> => useStore(selection, (state) => state.ids)

/** Adds or removes ids. */
export const mark = (selection: Selection, ids: readonly number[], on: boolean): void =>
  selection.setState((state) => {
    const next = new Set(state.ids)
    for (const id of ids) {
      if (on) next.add(id)
      else next.delete(id)
    }
    return { ids: next }
  })

export const clearSelection = (selection: Selection): void => selection.setState({ ids: new Set() })

interface MarkBoxProps {
  selection: Selection
  id: number
  label: string
}

/** The checkbox of a row. A click on it does not open the row. */
export const MarkBox = ({ selection, id, label }: MarkBoxProps) => {
  const checked = useStore(selection, (state) => state.ids.has(id))
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: only keeps the row from opening; the box inside is what is used
    <span className="mark" role="presentation" onClick={(event) => event.stopPropagation()}>
      <Checkbox
        checked={checked}
        aria-label={label}
        onChange={(event) => mark(selection, [id], event.target.checked)}
        data-testid={`mark-${id}`}
      />
    </span>
  )
}

interface MarkAllProps {
  selection: Selection
  /** Evaluated on click, so that the header does not depend on the rows. */
  ids: () => readonly number[]
  label: string
}

/** The checkbox of the header: selects all listed rows, or none. */
export const MarkAll = ({ selection, ids, label }: MarkAllProps) => {
  const count = useStore(selection, (state) => state.ids.size)
  return (
    <Checkbox
      checked={count > 0}
      indeterminate={count > 0 && ids().some((id) => !selection.getState().ids.has(id))}
      aria-label={label}
      onChange={() => (count > 0 ? clearSelection(selection) : mark(selection, ids(), true))}
      data-testid="mark-all"
    />
  )
}
