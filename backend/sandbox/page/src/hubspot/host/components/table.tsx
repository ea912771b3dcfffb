/** Tables with sorting and pages. */
import type { ReactNode } from 'react';

type Children = { children?: ReactNode };

interface TableProps extends Children {
  bordered?: boolean;
  flush?: boolean;
  density?: string;
  paginated?: boolean;
  page?: number;
  pageCount?: number;
  onPageChange?: (page: number) => void;
}
export function Table({
  bordered = true,
  flush,
  density = 'default',
  paginated,
  page = 1,
  pageCount = 1,
  onPageChange,
  children,
}: TableProps) {
  return (
    <div className="hs-table-frame" data-bordered={bordered || undefined} data-flush={flush || undefined}>
      <table className="hs-table" data-density={density}>
        {children}
      </table>
      {paginated && pageCount > 1 && (
        <nav className="hs-pages" aria-label="Pages">
          <button type="button" className="hs-link" disabled={page <= 1} onClick={() => onPageChange?.(page - 1)}>
            Previous
          </button>
          <span>
            {page} of {pageCount}
          </span>
          <button
            type="button"
            className="hs-link"
            disabled={page >= pageCount}
            onClick={() => onPageChange?.(page + 1)}
          >
            Next
          </button>
        </nav>
      )}
    </div>
  );
}
export const TableHead = ({ children }: Children) => <thead>{children}</thead>;
export const TableBody = ({ children }: Children) => <tbody>{children}</tbody>;
export const TableFooter = ({ children }: Children) => <tfoot>{children}</tfoot>;
export const TableRow = ({ children }: Children) => <tr>{children}</tr>;

interface CellProps extends Children {
  align?: 'left' | 'center' | 'right';
  width?: 'min' | 'max' | 'auto' | number;
  colSpan?: number;
}
const cellStyle = ({ align, width }: CellProps) => ({
  textAlign: align,
  width: typeof width === 'number' ? width : { min: '1%', max: '100%', auto: 'auto' }[width ?? 'auto'],
});
export const TableCell = (props: CellProps) => (
  <td colSpan={props.colSpan} style={cellStyle(props)}>
    {props.children}
  </td>
);

type Direction = 'ascending' | 'descending' | 'none' | 'never';
interface HeaderProps extends CellProps {
  sortDirection?: Direction;
  onSortChange?: (direction: Direction) => void;
  disabled?: boolean;
}
export function TableHeader({ sortDirection = 'never', onSortChange, disabled, ...props }: HeaderProps) {
  if (sortDirection === 'never')
    return (
      <th scope="col" style={cellStyle(props)}>
        {props.children}
      </th>
    );
  const next = sortDirection === 'ascending' ? 'descending' : 'ascending';
  return (
    <th scope="col" style={cellStyle(props)} aria-sort={sortDirection}>
      <button type="button" disabled={disabled} onClick={() => onSortChange?.(next)}>
        {props.children} <span aria-hidden="true">{{ ascending: '▲', descending: '▼', none: '↕' }[sortDirection]}</span>
      </button>
    </th>
  );
}
