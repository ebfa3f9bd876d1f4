import './theme/theme.css'
import './theme/layout.css'
import './theme/page.css'
import './theme/table.css'
import './theme/states.css'
import './theme/parts.css'
import { createRoot } from 'react-dom/client'
import { stayBehind } from './api/away.ts'
import { connect } from './api/client.ts'
import { App } from './app/app.tsx'

const root = document.getElementById('root')
if (root !== null) createRoot(root).render(<App />)
connect()
stayBehind()
