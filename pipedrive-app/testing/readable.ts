/** Checks that run inside a page, as text, because the tests themselves know no DOM. */

/** Texts whose contrast to their ground is below 4.5 to 1 (WCAG 2.2, 1.4.3), as in "2.10 Save". Disabled controls are exempt. */
export const lowContrasts = `(() => {
  const channels = (color) => (color.match(/[\\d.]+/g) ?? []).map(Number);
  const linear = (value) => (value / 255 <= 0.04045 ? value / 255 / 12.92 : ((value / 255 + 0.055) / 1.055) ** 2.4);
  const luminance = ([red, green, blue]) => 0.2126 * linear(red) + 0.7152 * linear(green) + 0.0722 * linear(blue);
  const groundOf = (element) => {
    for (let at = element; at; at = at.parentElement) {
      const color = channels(getComputedStyle(at).backgroundColor);
      if (color.length === 3 || color[3] > 0) return color;
    }
    return [255, 255, 255];
  };
  const low = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const element = walker.currentNode.parentElement;
    const text = walker.currentNode.textContent.trim();
    if (!text || !element.checkVisibility() || element.closest(':disabled, script, style')) continue;
    const [light, dark] = [channels(getComputedStyle(element).color), groundOf(element)].map(luminance).sort((a, b) => b - a);
    const contrast = (light + 0.05) / (dark + 0.05);
    if (contrast < 4.5) low.push(contrast.toFixed(2) + ' ' + text);
  }
  return low;
})()`;

/** Controls that a screen reader would announce without a name. */
export const unnamedControls = `[...document.querySelectorAll('input, select, textarea, button, a')]
  .filter((control) => !(control.labels?.length || control.textContent.trim() || control.getAttribute('aria-label')))
  .map((control) => control.outerHTML)`;
