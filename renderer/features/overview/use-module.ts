import { useState } from 'react'
import { client } from '../../api/client.ts'
import { useQuery } from '../../api/queries.ts'
import { mostReported } from './most-reported.ts'

/** The selected module of a product: the chosen one, else the one that most devices report; undefined until known. */
export const useModule = (productId: number) => {
  const [chosen, setChosen] = useState<{ readonly productId: number; readonly module: string }>()
  const { data } = useQuery(`modules/${productId}`, (signal) => client.products.modules({ id: productId }, { signal }))
  const modules = data?.items ?? []
  return {
    module: chosen?.productId === productId ? chosen.module : mostReported(modules),
    choose: (module: string) => setChosen({ productId, module }),
    choices: modules.map(({ name, alias }) => ({ value: name, label: alias ?? name })),
  }
}
