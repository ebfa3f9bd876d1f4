import { BenchScreen } from '../features/bench/bench-screen.tsx'
import { RecipeEditor } from '../features/bench/recipes/recipe-editor.tsx'
import { RecipesScreen } from '../features/bench/recipes/recipes-screen.tsx'
import { RecordsScreen } from '../features/bench/records/records-screen.tsx'
import { CampaignList } from '../features/campaigns/campaign-list.tsx'
import { CampaignPage } from '../features/campaigns/campaign-page.tsx'
import { CampaignWizard } from '../features/campaigns/wizard/wizard.tsx'
import { DevicesScreen, type DevicesTab } from '../features/devices/devices-screen.tsx'
import { OverviewScreen } from '../features/overview/overview-screen.tsx'
import { PackagesScreen } from '../features/packages/packages-screen.tsx'
import { AuditScreen } from '../features/settings/audit-screen.tsx'
import { SettingsScreen } from '../features/settings/settings-screen.tsx'
import type { Route } from './router.ts'

const tabOf = (rest: string): DevicesTab =>
  rest.startsWith('products') ? 'products' : rest === 'knocks' ? 'knocks' : 'devices'

/** The screen of a route. */
export const Screen = ({ route: { place, rest, query } }: { route: Route }) => {
  switch (place) {
    case 'overview':
      return <OverviewScreen />
    case 'packages':
      return <PackagesScreen openId={Number(rest) || null} adding={rest === 'new'} />
    case 'campaigns':
      if (rest === 'new') {
        return (
          <CampaignWizard
            packageId={Number(query.get('package')) || null}
            kind={query.get('kind') === 'verify' ? 'verify' : 'upgrade'}
          />
        )
      }
      return /^\d+$/.test(rest) ? <CampaignPage id={Number(rest)} /> : <CampaignList />
    case 'bench':
      if (rest === 'recipes') return <RecipesScreen />
      if (rest.startsWith('recipes/')) {
        const [, id = ''] = rest.split('/')
        return <RecipeEditor key={id} id={id === 'new' ? null : Number(id) || 0} />
      }
      if (rest.startsWith('records')) return <RecordsScreen openId={Number(rest.split('/')[1]) || null} />
      return <BenchScreen />
    case 'devices':
      return <DevicesScreen tab={tabOf(rest)} rest={rest} />
    case 'settings':
      return rest === 'log' ? <AuditScreen /> : <SettingsScreen />
  }
}
