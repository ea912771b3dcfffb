/** Flex, boxes, tiles, accordions and tabs. */
import { type CSSProperties, createContext, type ReactNode, useContext, useEffect, useId, useState } from 'react';
import { distance, size } from './shared.ts';

type Children = { children?: ReactNode };
const justify: Record<string, string> = {
  start: 'flex-start',
  end: 'flex-end',
  center: 'center',
  around: 'space-around',
  between: 'space-between',
};
const align: Record<string, string> = {
  start: 'flex-start',
  end: 'flex-end',
  center: 'center',
  baseline: 'baseline',
  stretch: 'stretch',
};

interface FlexProps extends Children {
  direction?: 'row' | 'column';
  justify?: string;
  align?: string;
  alignSelf?: string;
  gap?: string;
  wrap?: boolean | 'wrap' | 'nowrap';
}
export function Flex({
  direction = 'row',
  justify: along,
  align: across,
  alignSelf,
  gap = 'flush',
  wrap,
  children,
}: FlexProps) {
  const style: CSSProperties = {
    flexDirection: direction,
    justifyContent: justify[along ?? 'start'],
    alignItems: align[across ?? 'stretch'],
    alignSelf: alignSelf && align[alignSelf],
    gap: distance(gap),
    flexWrap: wrap === true || wrap === 'wrap' ? 'wrap' : 'nowrap',
  };
  return (
    <div className="hs-flex" style={style}>
      {children}
    </div>
  );
}

export const Stack = ({ distance: gap, ...props }: FlexProps & { distance?: string }) => (
  <Flex direction="column" gap={gap ?? 'sm'} {...props} />
);
export const Inline = ({ gap = 'sm', align: across = 'center', ...props }: FlexProps) => (
  <Flex {...props} direction="row" wrap gap={gap} align={across} />
);

export function Box({
  flex = 'initial',
  alignSelf,
  children,
}: Children & { flex?: string | number; alignSelf?: string }) {
  const grow = { initial: '0 1 auto', auto: '1 1 auto', none: '0 0 auto' }[flex] ?? flex;
  return (
    <div className="hs-box" style={{ flex: grow, alignSelf: alignSelf && (align[alignSelf] ?? alignSelf) }}>
      {children}
    </div>
  );
}

export const AutoGrid = ({
  columnWidth,
  gap,
  flexible,
  children,
}: Children & { columnWidth: number; gap?: string; flexible?: boolean }) => (
  <div
    className="hs-grid"
    style={{
      gap: distance(gap, 'md'),
      gridTemplateColumns: `repeat(auto-fit, minmax(min(${columnWidth}px, 100%), ${flexible ? '1fr' : `${columnWidth}px`}))`,
    }}
  >
    {children}
  </div>
);
export const Spacer = ({ size: height }: { size?: string }) => <div style={{ height: distance(height) }} />;
export const Divider = ({ distance: gap }: { distance?: string }) => (
  <hr className="hs-divider" style={{ marginBlock: distance(gap, 'flush') }} />
);
export const Tile = ({ children, compact, flush }: Children & { compact?: boolean; flush?: boolean }) => (
  <div className="hs-tile" data-compact={compact || undefined} data-flush={flush || undefined}>
    {children}
  </div>
);

interface AccordionProps extends Children {
  title: string;
  defaultOpen?: boolean;
  open?: boolean;
  disabled?: boolean;
  size?: string;
  onClick?: () => void;
}
export function Accordion({
  title,
  defaultOpen = false,
  open,
  disabled,
  size: given,
  onClick,
  children,
}: AccordionProps) {
  const [own, setOwn] = useState(defaultOpen);
  const bodyId = useId();
  const isOpen = open ?? own;
  return (
    <div className="hs-accordion" data-size={size(given, 'sm')}>
      <button
        type="button"
        disabled={disabled}
        aria-expanded={isOpen}
        aria-controls={bodyId}
        onClick={() => {
          setOwn(!isOpen);
          onClick?.();
        }}
      >
        <span className="hs-chevron" aria-hidden="true" /> {title}
      </button>
      <div id={bodyId} hidden={!isOpen} className="hs-accordion-body">
        {children}
      </div>
    </div>
  );
}

interface TabEntry {
  id: string | number;
  title: string;
  disabled: boolean;
  tooltip?: string;
}
const TabsContext = createContext<{
  selected: string | number | undefined;
  base: string;
  add: (tab: TabEntry) => () => void;
} | null>(null);

interface TabsProps extends Children {
  selected?: string | number;
  defaultSelected?: string | number;
  variant?: string;
  fill?: boolean;
  onSelectedChange?: (id: string | number) => void;
}
export function Tabs({ selected, defaultSelected, variant = 'default', fill, onSelectedChange, children }: TabsProps) {
  const [own, setOwn] = useState(defaultSelected);
  const [tabs, setTabs] = useState<TabEntry[]>([]);
  const base = useId();
  const [add] = useState(() => (tab: TabEntry) => {
    setTabs((before) => [...before.filter((other) => other.id !== tab.id), tab]);
    return () => setTabs((before) => before.filter((other) => other.id !== tab.id));
  });
  const current = selected ?? own ?? tabs[0]?.id;
  return (
    <TabsContext.Provider value={{ selected: current, base, add }}>
      <div className="hs-tabs" role="tablist" data-variant={variant} data-fill={fill || undefined}>
        {tabs.map((tab) => (
          <button
            key={tab.id}
            type="button"
            role="tab"
            id={`${base}-${tab.id}`}
            aria-controls={`${base}-${tab.id}-panel`}
            aria-selected={tab.id === current}
            disabled={tab.disabled}
            title={tab.tooltip}
            onClick={() => {
              setOwn(tab.id);
              onSelectedChange?.(tab.id);
            }}
          >
            {tab.title}
          </button>
        ))}
      </div>
      {children}
    </TabsContext.Provider>
  );
}

interface TabProps extends Children {
  tabId?: string | number;
  title?: string;
  disabled?: boolean;
  tooltip?: string;
}
export function Tab({ tabId, title = '', disabled = false, tooltip, children }: TabProps) {
  const tabs = useContext(TabsContext);
  const ownId = useId();
  const id = tabId ?? ownId;
  const add = tabs?.add;
  useEffect(() => add?.({ id, title, disabled, tooltip }), [add, id, title, disabled, tooltip]);
  if (tabs?.selected !== id) return null;
  return (
    <div role="tabpanel" id={`${tabs.base}-${id}-panel`} aria-labelledby={`${tabs.base}-${id}`}>
      {children}
    </div>
  );
}
