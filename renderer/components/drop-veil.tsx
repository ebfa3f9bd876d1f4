import { InboxOutlined } from '@ant-design/icons'

/** Lies over the page while files hover over it, and says what becomes of them. */
export const DropVeil = ({ text }: { text: string }) => (
  <div className="drop-veil" data-testid="drop-veil">
    <div>
      <InboxOutlined />
      <b>{text}</b>
    </div>
  </div>
)
