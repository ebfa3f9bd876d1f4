import { Button } from 'antd'
import type { Product } from '#shared/schema.ts'
import { client } from '../../api/client.ts'
import { useAct } from '../../components/use-action.ts'
import { useConfirm } from '../../components/use-confirm.tsx'
import { useFollowed } from '../../components/use-followed.ts'
import { formatCount } from '../../i18n/format.ts'
import { useLanguage, useTexts } from '../../i18n/i18n.ts'
import { followProduct } from './follow-product.ts'

interface SelfRegisteredProps {
  product: Product
  reload: () => void
  show: () => void
}

/** How many devices registered with a product's secret, the limit, and a way to delete them. */
export const SelfRegistered = ({ product, reload, show }: SelfRegisteredProps) => {
  const t = useTexts()
  const language = useLanguage()
  const act = useAct()
  const ask = useConfirm()
  const { id, name, usage, autoRegister, autoRegisterLimit } = product
  const count = usage.selfRegistered
  const followed = useFollowed(product)
  const remove = () =>
    ask({
      subscribe: followProduct(followed.subscribe, reload),
      read: () => {
        const now = followed.read()
        return {
          title: t('products.removeSelfTitle', { name }),
          loses: [
            t('products.removeSelfDevices', { count: now.usage.selfRegistered }),
            t('products.removeSelfHistory'),
          ],
          hint: [now.autoRegister ? t('products.removeSelfOpen') : '', t('cannotUndo')].join(' '),
          confirm: t('products.removeSelfNow'),
          act: async () => {
            const done = await act(() => client.products.removeSelfRegistered({ id }))
            if (done) reload()
          },
        }
      },
    })
  const isFull = autoRegister && count >= autoRegisterLimit
  return (
    <span data-testid="self-registered">
      <span className={isFull ? 'fault' : undefined}>
        {t('products.selfRegisteredOf', {
          there: formatCount(count, language),
          limit: formatCount(autoRegisterLimit, language),
        })}
      </span>{' '}
      {count > 0 && (
        <>
          <Button size="small" type="link" onClick={show} data-testid="self-registered-show">
            {t('products.showSelfRegistered')}
          </Button>
          <Button size="small" type="link" danger onClick={remove} data-testid="self-registered-remove">
            {t('products.removeSelfRegistered')}
          </Button>
        </>
      )}
    </span>
  )
}
