/** Text, links, lists, tags, pictures. */
import { type CSSProperties, Children as ReactChildren, type ReactNode } from 'react';
import { useOverlay, useReactions } from '../overlays.tsx';
import { shapes } from './icon-shapes.ts';
import { extensionEvent, type Handler, type Href, hrefOf, size } from './shared.ts';

type Children = { children?: ReactNode };

interface TextFormat {
  fontWeight?: string;
  italic?: boolean;
  lineDecoration?: string;
  textTransform?: string;
}
interface TextProps extends Children {
  variant?: string;
  inline?: boolean;
  format?: TextFormat;
  truncate?: boolean | { maxWidth?: number; tooltipText?: string };
}
const weights: Record<string, number> = { regular: 400, demibold: 600, bold: 700 };
const lines: Record<string, string> = { underline: 'underline', strikethrough: 'line-through' };

export function Text({ variant = 'bodytext', inline, format = {}, truncate, children }: TextProps) {
  const Element = inline ? 'span' : 'p';
  const limit = typeof truncate === 'object' ? truncate : {};
  const style: CSSProperties = {
    fontWeight: weights[format.fontWeight ?? ''],
    fontStyle: format.italic ? 'italic' : undefined,
    textDecoration: lines[format.lineDecoration ?? ''],
    textTransform: ['uppercase', 'lowercase', 'capitalize'].includes(format.textTransform ?? '')
      ? (format.textTransform as CSSProperties['textTransform'])
      : undefined,
    maxWidth: limit.maxWidth,
  };
  return (
    <Element
      className={`hs-text hs-${variant}`}
      data-truncate={truncate ? true : undefined}
      data-sentence={format.textTransform === 'sentenceCase' || undefined}
      title={limit.tooltipText}
      style={style}
    >
      {children}
    </Element>
  );
}

export const Heading = ({ inline, children }: Children & { inline?: boolean }) =>
  inline ? <span className="hs-heading">{children}</span> : <h4 className="hs-heading">{children}</h4>;

interface LinkProps extends Children {
  href?: Href;
  variant?: string;
  onClick?: Handler;
  preventDefault?: boolean;
  overlay?: ReactNode;
}
export function Link({ href, variant = 'primary', onClick, preventDefault, overlay, children }: LinkProps) {
  const reactions = useReactions();
  const { show, layer } = useOverlay(overlay);
  const url = hrefOf(href);
  const press = (event: React.MouseEvent) => {
    if (preventDefault) event.preventDefault();
    void onClick?.(extensionEvent(event), reactions);
    show();
  };
  return (
    <span className="hs-anchor">
      {url ? (
        <a className="hs-link" data-variant={variant} href={url} target="_blank" rel="noreferrer" onClick={press}>
          {children}
        </a>
      ) : (
        <button type="button" className="hs-link" data-variant={variant} onClick={press}>
          {children}
        </button>
      )}
      {layer}
    </span>
  );
}

export function List({ variant = 'unordered', children }: Children & { variant?: string }) {
  const Element = variant.startsWith('ordered') ? 'ol' : 'ul';
  return (
    <Element className="hs-list" data-variant={variant}>
      {ReactChildren.map(children, (child) => (
        <li>{child}</li>
      ))}
    </Element>
  );
}

export const DescriptionList = ({ direction = 'column', children }: Children & { direction?: string }) => (
  <dl className="hs-description" data-direction={direction}>
    {children}
  </dl>
);
export const DescriptionListItem = ({ label, children }: Children & { label: string }) => (
  <div>
    <dt>{label}</dt>
    <dd>{children}</dd>
  </div>
);

interface TagProps extends Children {
  variant?: string;
  onClick?: Handler;
  overlay?: ReactNode;
}
export function Tag({ variant = 'default', onClick, overlay, children }: TagProps) {
  const reactions = useReactions();
  const { show, layer } = useOverlay(overlay);
  const look = { className: 'hs-tag', 'data-variant': variant };
  if (!onClick && !overlay) return <span {...look}>{children}</span>;
  const press = (event: React.MouseEvent) => {
    void onClick?.(extensionEvent(event), reactions);
    show();
  };
  return (
    <span className="hs-anchor">
      <button type="button" {...look} onClick={press}>
        {children}
      </button>
      {layer}
    </span>
  );
}

interface StatusTagProps extends Children {
  variant?: string;
  hollow?: boolean;
  onClick?: () => void;
  showRemoveIcon?: boolean;
  onRemoveClick?: () => void;
}
export function StatusTag({
  variant = 'default',
  hollow,
  onClick,
  showRemoveIcon,
  onRemoveClick,
  children,
}: StatusTagProps) {
  const Element = onClick ? 'button' : 'span';
  return (
    <span className="hs-status" data-variant={variant} data-hollow={hollow || undefined}>
      <Element {...(onClick ? { type: 'button' as const, onClick: () => onClick() } : {})}>{children}</Element>
      {showRemoveIcon && (
        <button type="button" aria-label="Remove" onClick={() => onRemoveClick?.()}>
          ×
        </button>
      )}
    </span>
  );
}

const iconSizes: Record<string, number> = { sm: 14, md: 18, lg: 24 };
export function Icon({
  name,
  color = 'inherit',
  size: given,
  screenReaderText,
}: {
  name: string;
  color?: string;
  size?: string;
  screenReaderText?: string;
}) {
  const side = iconSizes[size(given, 'sm')] ?? 14;
  return (
    <svg
      className="hs-icon"
      data-color={color}
      width={side}
      height={side}
      viewBox="0 0 16 16"
      role={screenReaderText ? 'img' : undefined}
      aria-label={screenReaderText}
      aria-hidden={screenReaderText ? undefined : true}
    >
      <path d={shapes[name] ?? shapes.circleHollow} />
    </svg>
  );
}

interface ImageProps {
  src: string;
  alt?: string;
  width?: number;
  height?: number;
  href?: Href;
  onClick?: Handler;
  overlay?: ReactNode;
}
export function Image({ src, alt = '', width, height, href, onClick, overlay }: ImageProps) {
  const picture = <img src={src} alt={alt} width={width} height={height} />;
  if (!href && !onClick && !overlay) return picture;
  return (
    <Link {...(href ? { href } : {})} {...(onClick ? { onClick } : {})} overlay={overlay}>
      {picture}
    </Link>
  );
}
export const Illustration = ({ alt, width = 80, height }: { alt: string; width?: number; height?: number }) => (
  <div className="hs-illustration" role="img" aria-label={alt} style={{ width, height: height ?? width * 0.75 }} />
);
