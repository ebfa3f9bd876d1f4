import { InboxOutlined } from '@ant-design/icons'

/** Covers the page while files are dragged over it, and shows what a drop will do. */
export const DropVeil = ({ text }: { text: string }) => (
  <div className="drop-veil" data-testid="drop-veil">
    <div>
      <InboxOutlined />
      <b>{text}</b>
    </div>
  </div>
)
