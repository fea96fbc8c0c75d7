/** A dialog at the side, over the page that it belongs to; Escape or a click beside it closes it. */

import type { ReactNode } from 'react'
import { Dialog, Heading, Modal, ModalOverlay } from 'react-aria-components'
import { useText } from '../app/services.js'
import { Icon } from './icons.js'

export interface SidePanelProps {
  title: string
  onClose: () => void
  children: ReactNode
}

export function SidePanel({ title, onClose, children }: SidePanelProps) {
  const { t } = useText()
  return (
    <ModalOverlay
      isOpen
      isDismissable
      className="panel-overlay"
      onOpenChange={(isOpen) => {
        if (!isOpen) onClose()
      }}
    >
      <Modal className="panel">
        <Dialog className="panel-content">
          <div className="card-head">
            <Heading slot="title" level={2}>
              {title}
            </Heading>
            <button
              type="button"
              className="icon-button"
              aria-label={t('devices.close')}
              title={t('devices.close')}
              onClick={onClose}
            >
              <Icon name="close" size={18} />
            </button>
          </div>
          {children}
        </Dialog>
      </Modal>
    </ModalOverlay>
  )
}
