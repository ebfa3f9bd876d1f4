import { CloudUploadOutlined } from '@ant-design/icons'

/** Over everything while a file hovers over the page: what becomes of it when it is let go. */
export const DropVeil = ({ text }: { text: string }) => (
  <div className="drop-veil" data-testid="drop-veil">
    <div>
      <CloudUploadOutlined />
      <b>{text}</b>
    </div>
  </div>
)
