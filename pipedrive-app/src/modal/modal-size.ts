/** Pixels: room for a preview, within the window. Pipedrive ignores a modal below 320 × 120 or beyond the window. */
export function modalSize(windowWidth: number, windowHeight: number): { width: number; height: number } {
  return {
    width: Math.max(320, Math.min(640, windowWidth)),
    height: Math.max(120, Math.min(720, windowHeight)),
  };
}
