import { Component, type ReactNode } from 'react'

interface Props {
  /** What stands in for a screen that threw. */
  fallback: ReactNode
  children: ReactNode
}

/** Keeps the rail and the rest alive when one screen throws; a new key begins anew. */
export class ErrorBoundary extends Component<Props, { failed: boolean }> {
  override state = { failed: false }

  static getDerivedStateFromError() {
    return { failed: true }
  }

  override render() {
    return this.state.failed ? this.props.fallback : this.props.children
  }
}
