/** HubSpot's component names and our look-alikes. */
import { createController } from '@remote-ui/react/host';
import type { ComponentType, ReactNode } from 'react';
import { Modal, OverlayBody, OverlayFooter, Panel, PanelSection, Tooltip } from '../overlays.tsx';
import * as buttons from './buttons.tsx';
import * as choices from './choices.tsx';
import { DateInput, Form, Input, NumberInput, SearchInput, TextArea, TimeInput } from './inputs.tsx';
import * as layout from './layout.tsx';
import * as status from './status.tsx';
import * as table from './table.tsx';
import * as text from './text.tsx';

// biome-ignore lint/suspicious/noExplicitAny: the props come from the card, over the wire
const known: Record<string, ComponentType<any>> = {
  ...buttons,
  ...choices,
  ...layout,
  ...status,
  ...table,
  ...text,
  Card: layout.Tile,
  DateInput,
  Form,
  Input,
  NumberInput,
  SearchInput,
  TextArea,
  TimeInput,
  Textarea: TextArea,
  CurrencyInput: NumberInput,
  StepperInput: NumberInput,
  Modal,
  Panel,
  PanelSection,
  Tooltip,
  ModalBody: OverlayBody,
  ModalFooter: OverlayFooter,
  PanelBody: OverlayBody,
  PanelFooter: OverlayFooter,
};

/** A component the sandbox cannot draw says so; the card around it keeps working. */
const unknown =
  (name: string) =>
  ({ children }: { children?: ReactNode }) => (
    <div className="hs-unknown">
      <small>{name} is drawn by HubSpot only.</small>
      {children}
    </div>
  );

const base = createController(known);
// biome-ignore lint/suspicious/noExplicitAny: as above
const unknowns = new Map<string, ComponentType<any>>();
export const controller: typeof base = {
  ...base,
  get(name) {
    if (name in known) return base.get(name);
    const component = unknowns.get(name) ?? unknown(name);
    unknowns.set(name, component);
    return component;
  },
};
