import { useEffect, useRef, useState } from 'react';
import { asFailure, type RequestFailed } from './api.ts';

interface Page<T> {
  items: T[];
  nextCursor: string | null;
}

/** A list that grows page by page, starting over whenever `first` is another one. */
export function usePages<T>(first: Page<T>, loadPage: (cursor: string) => Promise<Page<T>>) {
  const [pages, setPages] = useState(first);
  const [loading, setLoading] = useState(false);
  const [failure, setFailure] = useState<RequestFailed | null>(null);
  const current = useRef(first);

  useEffect(() => {
    current.current = first;
    setPages(first);
    setFailure(null);
    setLoading(false);
  }, [first]);

  async function more() {
    if (pages.nextCursor === null || loading) return;
    setLoading(true);
    setFailure(null);
    try {
      const page = await loadPage(pages.nextCursor);
      if (current.current !== first) return;
      setPages({ items: [...pages.items, ...page.items], nextCursor: page.nextCursor });
    } catch (thrown) {
      if (current.current === first) setFailure(asFailure(thrown));
    } finally {
      if (current.current === first) setLoading(false);
    }
  }

  return { items: pages.items, hasMore: pages.nextCursor !== null, loading, failure, more };
}
