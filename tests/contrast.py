"""A script for a page: which texts stand out too little (below 4.5 : 1) from what is behind."""

POOR_CONTRASTS = """() => {
  const numbers = (colour) => (colour.match(/[\\d.]+/g) || []).map(Number);
  const over = (top, below) => { const a = top[3] === undefined ? 1 : top[3];
    return [0, 1, 2].map((i) => top[i] * a + below[i] * (1 - a)); };
  const bright = (c) => { const [r, g, b] = c.map((v) => { v /= 255;
    return v <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4; });
    return 0.2126 * r + 0.7152 * g + 0.0722 * b; };
  const behind = (node) => { const layers = [];
    for (let n = node; n; n = n.parentElement)
      layers.push(numbers(getComputedStyle(n).backgroundColor));
    return layers.reverse().reduce((below, top) => over(top, below), [255, 255, 255]); };
  const poor = [];
  for (const node of document.querySelectorAll("body *")) {
    const own = [...node.childNodes].some((c) => c.nodeType === 3 && c.textContent.trim());
    if (!own || !node.getClientRects().length || node.tagName === "SCRIPT") continue;
    const style = getComputedStyle(node), below = behind(node);
    const ink = over(numbers(node.closest("svg") ? style.fill : style.color), below);
    const [x, y] = [bright(ink), bright(below)];
    const ratio = (Math.max(x, y) + 0.05) / (Math.min(x, y) + 0.05);
    const name = node.className.baseVal ?? node.className;
    if (ratio < 4.5) poor.push(`${node.tagName}.${name} ${ratio.toFixed(2)}`);
  }
  return [...new Set(poor)];
}"""
