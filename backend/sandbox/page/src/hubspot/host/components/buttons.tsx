/** Buttons and menus. */
import { type KeyboardEvent, type MouseEvent, type ReactNode, useEffect, useId, useRef, useState } from 'react';
import { useOverlay, useReactions } from '../overlays.tsx';
import { extensionEvent, type Handler, type Href, hrefOf, size as sizeOf } from './shared.ts';
import { Icon } from './text.tsx';

interface ButtonProps {
  children?: ReactNode;
  onClick?: Handler;
  href?: Href;
  disabled?: boolean;
  variant?: string;
  type?: 'button' | 'reset' | 'submit';
  size?: string;
  truncate?: boolean;
  overlay?: ReactNode;
}

export function Button({
  children,
  onClick,
  href,
  disabled,
  variant = 'secondary',
  type = 'button',
  size,
  truncate,
  overlay,
}: ButtonProps) {
  const reactions = useReactions();
  const { show, layer } = useOverlay(overlay);
  const look = {
    className: 'hs-button',
    'data-variant': variant,
    'data-size': sizeOf(size),
    'data-truncate': truncate || undefined,
  };
  const press = (event: MouseEvent) => {
    void onClick?.(extensionEvent(event), reactions);
    show();
  };
  const url = hrefOf(href);
  return (
    <span className="hs-anchor">
      {url && !disabled ? (
        <a {...look} href={url} target="_blank" rel="noreferrer" onClick={press}>
          {children}
        </a>
      ) : (
        <button {...look} type={type} disabled={disabled} onClick={press}>
          {children}
        </button>
      )}
      {layer}
    </span>
  );
}

interface LoadingButtonProps extends ButtonProps {
  loading?: boolean;
  resultIconName?: string;
}
export const LoadingButton = ({ loading, resultIconName, children, disabled, ...props }: LoadingButtonProps) => (
  <Button {...props} disabled={disabled || loading}>
    {loading && <span className="hs-spinner" data-size="xs" aria-hidden="true" />}
    {children}
    {loading && <span className="visually-hidden"> (in progress)</span>}
    {!loading && resultIconName && <Icon name={resultIconName} />}
  </Button>
);

export const ButtonRow = ({ children }: { children?: ReactNode }) => <div className="hs-button-row">{children}</div>;

interface DropdownProps {
  options?: { label: string; onClick?: () => void }[];
  variant?: string;
  buttonText?: string;
  buttonSize?: string;
  disabled?: boolean;
  children?: ReactNode;
}
export function Dropdown({
  options,
  variant = 'secondary',
  buttonText = 'Actions',
  buttonSize,
  disabled,
  children,
}: DropdownProps) {
  const [open, setOpen] = useState(false);
  const place = useRef<HTMLSpanElement>(null);
  const menu = useRef<HTMLDivElement>(null);
  const menuId = useId();
  useEffect(() => {
    if (!open) return;
    menu.current?.querySelector<HTMLButtonElement>('[role=menuitem]')?.focus();
    const leave = (event: Event) => !place.current?.contains(event.target as Node) && setOpen(false);
    document.addEventListener('pointerdown', leave);
    return () => document.removeEventListener('pointerdown', leave);
  }, [open]);
  const steer = (event: KeyboardEvent) => {
    if (event.key === 'Escape') {
      event.stopPropagation();
      setOpen(false);
      place.current?.querySelector('button')?.focus();
    }
    const items = [...(menu.current?.querySelectorAll<HTMLButtonElement>('[role=menuitem]') ?? [])];
    const step = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0;
    if (!open || step === 0) return;
    event.preventDefault();
    items.at((items.indexOf(document.activeElement as HTMLButtonElement) + step) % items.length)?.focus();
  };
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: the keys belong to the button and the menu inside
    <span className="hs-dropdown" ref={place} onKeyDown={steer}>
      <button
        type="button"
        className="hs-button"
        data-variant={variant}
        data-size={sizeOf(buttonSize)}
        disabled={disabled}
        aria-haspopup="menu"
        aria-expanded={open}
        aria-controls={menuId}
        onClick={() => setOpen(!open)}
      >
        {buttonText} <span className="hs-caret" aria-hidden="true" />
      </button>
      {/* Stays in the page while closed: the items' overlays live inside it. */}
      <div
        id={menuId}
        className="hs-menu"
        role="menu"
        hidden={!open}
        ref={menu}
        onClick={() => setOpen(false)}
        onKeyDown={() => undefined}
      >
        {options?.map((option) => (
          <button key={option.label} type="button" role="menuitem" onClick={() => option.onClick?.()}>
            {option.label}
          </button>
        ))}
        {children}
      </div>
    </span>
  );
}

export function DropdownButtonItem({
  children,
  onClick,
  overlay,
}: {
  children?: ReactNode;
  onClick?: Handler;
  overlay?: ReactNode;
}) {
  const reactions = useReactions();
  const { show, layer } = useOverlay(overlay);
  const press = (event: MouseEvent) => {
    void onClick?.(extensionEvent(event), reactions);
    show();
  };
  return (
    <>
      <button type="button" role="menuitem" onClick={press}>
        {children}
      </button>
      {layer}
    </>
  );
}
